"""Encoding damage undone: control characters and mojibake. The author's own signs stay."""

import re

# Every control character that is no blank, and U+FEFF, which is a byte order mark gone astray.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff]")

# UTF-8 read as Latin-1 or Windows-1252: a lead byte, then a continuation byte (in either reading).
# UTF-8 read as Windows-1251: capital er or es before a sign that Russian does not put there, twice.
# Most text has neither, and is spared ftfy's 130 ns a character (measured).
_SUSPECT = re.compile(
    "[\xc2-\xf4][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"  # noqa: RUF001 - these are the damaged signs
    "|(?:[РС][\xa0-\xbf\u0400-\u040f\u0450-\u045f€‚ƒ„…†‡‰‹‘’“”•–—™›]){2}"  # noqa: RUF001 - as above
)
# One class of signs is found four times as fast as the pattern, and English text has none of them.
_LEAD = re.compile("[\xc2-\xf4РС]")  # noqa: RUF001 - as above

# ftfy's cost is linear in the text, but a hostile text is all suspects.
MAX_REPAIRED_CHARS = 20_000


def strip_controls(text: str) -> str:
    r"""Return `text` without control characters that are no blanks.

    >>> strip_controls("a\x00b\tc")
    'ab\tc'
    """
    return _CONTROLS.sub("", text) if _CONTROLS.search(text) else text


def has_mojibake(text: str) -> bool:
    """Say whether `text` may hold UTF-8 that was read in another charset."""
    return (
        not text.isascii() and _LEAD.search(text) is not None and _SUSPECT.search(text) is not None
    )


def repair_mojibake(text: str) -> str:
    """Return `text` with mojibake undone as ftfy does it; texts that are too long stay as they are.

    >>> repair_mojibake("ZÃ¼rich")
    'Zürich'
    """
    if not has_mojibake(text) or len(text) > MAX_REPAIRED_CHARS:
        return text
    import ftfy  # noqa: PLC0415 - 40 ms that clean text never needs

    return ftfy.fix_encoding(text)
