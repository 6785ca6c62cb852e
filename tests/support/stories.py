"""Texts of which the tests of dedupe are made, in our own words."""

import tomllib
from pathlib import Path

TEXTS: dict[str, list[str]] = tomllib.loads(
    (Path(__file__).parents[1] / "golden/dedupe/texts.toml").read_text("utf-8")
)
FOOTER = TEXTS["footer"]
LETTER = TEXTS["letter"]


def body(number: int, lines: int = 4) -> list[str]:
    """Return the lines of a story unlike any other."""
    words = [f"{stem}{number}" for stem in ("harbour", "council", "bridge", "school", "orchard")]
    return [
        f"The {words[line % 5]} of {words[(line + 1) % 5]} told the {words[(line + 2) % 5]} on day "
        f"{number * 7 + line} that {words[(line + 3) % 5]} and {words[(line + 4) % 5]} would wait."
        for line in range(lines)
    ]
