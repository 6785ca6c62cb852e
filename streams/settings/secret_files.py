"""Secrets from files, as orchestrators mount them: CLEANWIRE_KAFKA_PASSWORD_FILE and its like."""

from pathlib import Path
from typing import Any

from pydantic import SecretStr

# Settings whose value may stand in a file that the setting of the same name and `_file` names.
IN_FILES = ("kafka_password", "kafka_key_password")


def with_secrets(given: dict[str, Any]) -> dict[str, Any]:
    """Return the settings with what their `_file` settings name read in.

    Raises:
        ValueError: a file cannot be read or is empty, or the secret is given twice.
    """
    read = {name: _read(name, given) for name in IN_FILES if given.get(f"{name}_file")}
    return given | read


def _read(name: str, given: dict[str, Any]) -> SecretStr:
    setting, file = f"CLEANWIRE_{name.upper()}", given[f"{name}_file"]
    if given.get(name):
        raise ValueError(f"{setting} and {setting}_FILE do not go together: leave one out.")
    try:
        secret = Path(file).read_text(encoding="utf-8").strip("\r\n")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ValueError(f"{setting}_FILE={file} cannot be read: {why}.") from None
    if not secret:
        raise ValueError(f"{setting}_FILE={file} is empty.")
    return SecretStr(secret)
