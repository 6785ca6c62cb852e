"""Settings as programs get them: every mistake named at once, before anything connects."""

import difflib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError as UnreadableSettingError

from streams.settings import Settings
from streams.settings.rows import PREFIX, SettingRow, rows

ENV_FILE = ".env"
COMPLAINT = "these settings cannot be used (docs/settings.md lists them all):"


class SettingsError(Exception):
    """Settings that cannot be used; a line for each mistake, with what is allowed."""


def load_settings() -> Settings:
    """Return the settings of environment and `.env` file.

    Raises:
        SettingsError: naming every setting that is unknown or has a value that is not allowed.
    """
    known = {row.name: row for row in rows()}
    given = _given()
    mistakes = list(_unknown(given, known))
    try:
        settings = Settings()
    except ValidationError as error:
        mistakes += [_explain(item, given, known) for item in error.errors()]
    except UnreadableSettingError:
        mistakes += [
            f"{name}={value}: not JSON, e.g. {known[name].example}"
            for name, value in given.items()
            if name in known and known[name].example
        ]
    if mistakes:
        raise SettingsError("\n".join(mistakes))
    return settings


def _given() -> dict[str, str]:
    """Everything of ours in `.env` and environment, by name in capitals."""
    file = dotenv_values(ENV_FILE) if Path(ENV_FILE).is_file() else {}
    both: Mapping[str, str | None] = {**file, **os.environ}
    return {
        name.upper(): value or "" for name, value in both.items() if name.upper().startswith(PREFIX)
    }


def _unknown(given: Mapping[str, str], known: Mapping[str, SettingRow]) -> Iterator[str]:
    for name in sorted(given.keys() - known.keys()):
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.6) or [
            other for other in known if other.endswith(name.removeprefix(PREFIX))
        ]
        yield f"{name}: there is no such setting" + (f"; did you mean {near[0]}?" if near else "")


def _explain(item: ErrorDetails, given: Mapping[str, str], known: Mapping[str, SettingRow]) -> str:
    """Say which setting, which value, and what is allowed."""
    place = item["loc"]
    row = next((row for row in known.values() if row.path == place[: len(row.path)]), None)
    if row is None:  # a rule over several settings: its text names them
        return item["msg"].removeprefix("Value error, ")
    value = "(secret)" if row.secret else given.get(row.name, item["input"])
    # Of a pattern it is said what it allows, not how it is written.
    wrong = "" if item["type"] == "string_pattern_mismatch" else f"{item['msg']}. "
    return f"{row.name}={value}: {wrong}Allowed: {row.allowed}"


def effective(settings: Settings) -> dict[str, str]:
    """Return every setting by its name in the environment, as text; secrets are masked.

    >>> from pydantic import SecretStr
    >>> effective(Settings(kafka_username="u", kafka_password=SecretStr("p"), kafka_tls=True))[
    ...     "CLEANWIRE_KAFKA_PASSWORD"
    ... ]
    '**********'
    """
    return {row.name: row.text_of(settings) for row in rows()}
