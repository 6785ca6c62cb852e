"""The generated files of the repository; `python -m streams.generated` writes them anew.

They are kept so that one can read and link them; a test tells when they are stale.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from schemas import (
    CleanArticle,
    DuplicateArticle,
    PreparedArticle,
    RawArticle,
    Rejection,
    SourceRecord,
)
from streams.settings.rows import rows

CONTRACTS = (
    RawArticle,
    PreparedArticle,
    CleanArticle,
    DuplicateArticle,
    Rejection,
    SourceRecord,
)
COMMAND = "python -m streams.generated"
DECISIONS = Path("docs/decisions")
# How the page of a decision begins.
DECISION = re.compile(
    r"# (?P<number>\d{4}):? (?P<title>.+)\n\s*Date: \d{4}-\d\d-\d\d\n\s*"
    r"Status: (?P<status>accepted|superseded by \[\d{4}\]\([\w-]+\.md\))\n"
)


def generated() -> Iterator[tuple[Path, str]]:
    """Yield path (in the repository) and content of every generated file."""
    for contract in CONTRACTS:
        # What a producer may send, and what a consumer will find.
        schema = contract.model_json_schema(
            mode="validation" if contract is RawArticle else "serialization"
        )
        _allow_additions(schema)
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        text = json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True)
        yield Path("schemas/json") / f"{contract.__name__}.json", text + "\n"
    yield Path("docs/settings.md"), settings_page()


def _allow_additions(schema: object) -> None:
    """Let a record have fields that a later release adds, as docs/contracts.md promises."""
    if isinstance(schema, dict):
        if schema.get("additionalProperties") is False:
            del schema["additionalProperties"]
        for part in schema.values():
            _allow_additions(part)
    elif isinstance(schema, list):
        for part in schema:
            _allow_additions(part)


def settings_page() -> str:
    """Return the page of all settings."""
    lines = [
        "# Settings",
        f"This page is written by `{COMMAND}` from streams/settings/definitions.py.",
        "",
        "A setting is an environment variable, or a line of `.env` in the working directory.",
        "The environment wins over the file.",
        "`cleanwire config` shows the values in force.",
        "A wrong value or an unknown name ends every program with status 2 before it connects.",
        "",
        "| setting | default | allowed | what it does |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{row.name}` | {f'`{row.default}`' if row.default else ''} | {row.allowed} "
        f"| {row.description} |"
        for row in rows()
    ]
    return "\n".join(lines) + "\n"


def decisions_page(root: Path) -> str:
    """Return docs/decisions/README.md of the repository in `root`, with its list written anew."""
    page = (root / DECISIONS / "README.md").read_text(encoding="utf-8")
    lines = [
        page.partition("| number |")[0].rstrip(),
        "",
        "| number | decision | status |",
        "| --- | --- | --- |",
    ]
    for path in sorted((root / DECISIONS).glob("[0-9]*.md")):
        head = DECISION.match(path.read_text(encoding="utf-8"))
        if head is None:
            raise ValueError(f"{path} does not begin as {DECISIONS}/README.md says")
        lines.append(f"| {head['number']} | [{head['title']}]({path.name}) | {head['status']} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write every generated file under the working directory."""
    for path, text in (*generated(), (DECISIONS / "README.md", decisions_page(Path()))):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
