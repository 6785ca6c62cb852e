"""The language of a text, where the producer did not say."""

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streams.core.text.language_model import WindowIdentifier

# The answer no longer changes after some hundred characters, and costs 0.5 µs each (measured).
_WINDOW_CHARS = 300
# Of a shorter text the answer is a guess.
_MIN_CHARS = 20
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


def detect_language(text: str) -> tuple[str, float] | None:
    """Return the ISO 639-1 code of the text's language and its probability, by py3langid."""
    window = text[:_WINDOW_CHARS]
    if len(window) < _MIN_CHARS:
        return None
    code, probability = _identifier().classify(window)
    if code == "und":
        return None
    return str(code), round(min(max(float(probability), 0.0), 1.0), 3)


def language_tag(declared: str | None) -> str | None:
    """Return a declared tag in the spelling of BCP 47, or nothing when it is none.

    >>> language_tag("EN_gb")
    'en-GB'
    """
    if not declared or not _TAG.fullmatch(declared.strip()):
        return None
    language, *rest = declared.strip().replace("_", "-").split("-")
    tail = (part.upper() if len(part) == 2 else part for part in rest)  # noqa: PLR2004 - a region
    return "-".join((language.lower(), *tail))


@cache
def _identifier() -> "WindowIdentifier":
    from streams.core.text.language_model import load  # noqa: PLC0415 - 0.4 s

    return load()
