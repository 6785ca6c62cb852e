"""Encoding damage undone: control characters and mojibake. The author's own signs stay."""

import re
from collections.abc import Mapping
from typing import Any

from streams.core.text.charset import DECLARED_CHARSET, DECLARED_WITHIN, codec_of
from streams.core.text.visible import visible_text

# Every control character that is no blank, and U+FEFF, which is a byte order mark gone astray.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff]")

# UTF-8 read as Latin-1 or Windows-1252: a lead byte, then a continuation byte (in either reading).
# UTF-8 read as Windows-1251: capital er or es before a sign that Russian does not put there, twice.
# Most text has neither, and is spared ftfy's 130 ns a character (measured).
# UTF-8 read as Windows-1251, Mac Roman or CP 437: what stands for the first byte of an accented
# letter or of a quote, before a sign that does not follow it.
_SUSPECT = re.compile(
    "[\xc2-\xf4][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"  # noqa: RUF001 - these are the damaged signs
    "|‚Ä"  # noqa: RUF001 - a quote or dash, read as Mac Roman
    "|вЂ|[ГДЕ][\xa0-\xbf\u0402-\u040f\u0452-\u045f€‚ƒ„…†‡‰‹‘’“”•™›]"  # noqa: RUF001 - as above
    "|[√≈ƒ][^\x00-\x7f]|[├┼╨╤╬╧][^\x00-\x7f─]|ΓÇ"
    "|(?:[РС][\xa0-\xbf\u0400-\u040f\u0450-\u045f€‚ƒ„…†‡‰‹‘’“”•–—™›]){2}"  # noqa: RUF001 - as above
)
# A no-break space that became two signs, of which one was taken for a blank.
_LOST_BLANK = re.compile("[a-z.,;:]\xc2 ")
# What ftfy takes for damage has two signs beyond ASCII side by side, or one of these; the longest
# of its patterns reaches two signs further.
_BESIDE = re.compile("[^\x00-\x7f]{2,}|[\x80-\x9fŒœÃÂ]")
_NEAR = 4
# What the pattern's matches begin with: a text without is found ten times as fast.
_LEAD_SIGNS = bytes(range(0xC2, 0xF5))
_OTHER_LEADS = "РСГДЕв√≈ƒ├┼╨╤╬╧"

# Control characters that no text has: Windows-1252 read as Latin-1, or halves of UTF-8.
_C1_SIGNS = bytes([*range(0x80, 0x85), *range(0x86, 0xA0)])
_ASCII = bytes(range(128))
# Bytes of _CONTROLS in UTF-8; a text of this length is worth looking at as bytes.
_CONTROL_BYTES = bytes([*range(9), *range(14, 32), 127])
_C1_BYTES = re.compile(rb"\xc2[\x80-\x84\x86-\x9f]")
_LONG = 2_000
_BLANK_ASCII = b" " * 128 + bytes(range(128, 256))
_BETWEEN_TAGS = re.compile(r"([<>\n]+)")

# A text in another script, read as Latin-1, has this share of signs beyond ASCII, and so many.
_MISREAD_SHARE, _MISREAD_MIN, _MISREAD_SAMPLE = 0.6, 60, 4_000

_DECLARED = re.compile(DECLARED_CHARSET, re.IGNORECASE)
_OF_LATIN = ("utf", "iso-8859-1", "latin", "windows-1252", "cp1252", "us-ascii", "ascii")
# Fewer signs beyond ASCII may be a copyright and some names.
_DECLARED_MIN = 20
# No word of a language in Latin letters has as many accents side by side.
_MISREAD_WORD = b"\xff" * 7
_ACCENTS_ALIKE = b" " * 161 + b"\xff" * 95

# ftfy's cost is linear in the text, but a hostile text is all suspects.
MAX_REPAIRED_CHARS = 20_000


def strip_controls(text: str) -> str:
    r"""Return `text` without control characters that are no blanks.

    >>> strip_controls("a\x00b\tc")
    'ab\tc'
    """
    if len(text) >= _LONG and not _may_have_controls(text):
        return text
    return text if text.isprintable() else _CONTROLS.sub("", text)


def _may_have_controls(text: str) -> bool:
    """Say so of a page ten times as fast as the pattern finds that there are none."""
    data = text.encode("utf-8", "surrogatepass")
    return (
        len(data.translate(None, _CONTROL_BYTES)) < len(data)
        or _C1_BYTES.search(data) is not None
        or "\ufeff".encode() in data
    )


def is_damaged(text: str) -> bool:
    r"""Say whether `text` may hold characters that were read in another charset.

    >>> is_damaged("ZÃ¼rich"), is_damaged("\x93fine\x94"), is_damaged("Zürich")
    (True, True, False)
    """
    if text.isascii():
        return False
    # Mostly the few signs of Latin-1 beyond ASCII say at once that there is none.
    high = text.encode("latin-1", "ignore").translate(None, _ASCII)
    if len(high.translate(None, _C1_SIGNS)) < len(high):
        return True
    has_lead = len(high.translate(None, _LEAD_SIGNS)) < len(high)
    if not has_lead and not any(lead in text for lead in _OTHER_LEADS):
        return False
    # A page is plain markup for the most part, which a table passes over ten times as fast.
    plain = text.encode("utf-8", "surrogatepass").translate(_BLANK_ASCII)
    beyond = b" ".join(plain.split()).decode("utf-8", "surrogatepass")
    return _SUSPECT.search(beyond) is not None or _LOST_BLANK.search(text) is not None


def repair_encoding(text: str) -> str:
    r"""Return `text` with mojibake undone as ftfy does it; one that is too long stays as it is.

    This comes before lines are split, blanks collapsed and controls stripped, for the damaged signs
    are among those.

    >>> repair_encoding("ZÃ¼rich"), repair_encoding("\x80 5")
    ('Zürich', '€ 5')
    """
    if not is_damaged(text) or len(text) > MAX_REPAIRED_CHARS or not is_bad(text):
        return text
    import ftfy  # noqa: PLC0415 - 40 ms that clean text never needs

    return ftfy.fixes.fix_c1_controls(ftfy.fix_encoding(text))


def is_bad(text: str) -> bool:
    """Say what `ftfy.badness.is_bad` does, which mends nothing else: mostly from a few places.

    Letters with accents side by side are in most lines of Czech, Croatian or Estonian text.
    """
    near = [text[max(x.start() - _NEAR, 0) : x.end() + _NEAR] for x in _BESIDE.finditer(text)]
    if not near:
        return False
    import ftfy.badness  # noqa: PLC0415 - 40 ms that clean text never needs

    return bool(ftfy.badness.is_bad("\n".join(near)) and ftfy.badness.is_bad(text))


def repair_markup(markup: str) -> str:
    """Return HTML or XML with the encoding of each of its texts and tags repaired."""
    markup = _read_again(markup)
    if not is_damaged(markup):
        return markup
    return "".join(repair_encoding(part) for part in _BETWEEN_TAGS.split(markup))


def _read_again(markup: str) -> str:
    """Return markup in its own charset where it was read as Latin-1 instead.

    As crawlers read what has no charset in its header. The charset is the declared one, or else
    that of a text without Latin letters.
    """
    if markup.isascii():
        return markup
    found = _DECLARED.search(markup, 0, DECLARED_WITHIN)
    declared = found[1].lower().replace("_", "-") if found else ""
    charset: str | None = declared
    if not declared or declared.startswith(_OF_LATIN):
        # A table and a search for bytes pass over a page ten times as fast as a pattern does.
        accents = markup.encode("latin-1", "replace").translate(_ACCENTS_ALIKE)
        charset = misread_charset(visible_text(markup)) if _MISREAD_WORD in accents else None
    elif _high_signs(markup) < _DECLARED_MIN:
        charset = None
    return str(reread(markup, charset)) if charset else markup


def _high_signs(text: str) -> int:
    return len(text.encode("latin-1", "ignore").translate(None, _ASCII))


def repair_value(value: Any) -> Any:
    """Return the value of a JSON text with all its texts repaired."""
    if isinstance(value, str):
        return repair_encoding(value)
    if isinstance(value, list | tuple):
        return type(value)(repair_value(one) for one in value)
    if isinstance(value, dict):
        return {name: repair_value(one) for name, one in value.items()}
    return value


def is_sound(text: str) -> bool:
    """Say whether `text` has no sign of damage, so that there is nothing to repair."""
    return "\ufffd" not in text and not is_damaged(text) and not _is_misread(text)


def repairs_of_lines(text: str, charset: str | None) -> Mapping[str, str]:
    """Return the lines of `text` that can be repaired, each with what it should have been.

    A line ends at a line feed here: other signs that end lines may be halves of a letter.
    """
    repaired = (
        (line, reread(line, charset) if charset else repair_encoding(line))
        for line in text.split("\n")
    )
    return {line: better for line, better in repaired if better != line}


def is_beyond_repair(text: str) -> bool:
    """Say whether `text` has lost characters, or still looks misread."""
    if "\ufffd" in text or _is_misread(text):
        return True
    return is_damaged(text) and is_bad(text[:MAX_REPAIRED_CHARS])


def _is_misread(text: str) -> bool:
    """Say whether `text` is in a script of its own, read as Western European.

    No language in Latin letters has as many accents: such a text was Cyrillic, Chinese or the like.
    """
    if text.isascii():
        return False
    sample = text[:_MISREAD_SAMPLE]
    high = _high_signs(sample)
    return high >= _MISREAD_MIN and high >= _MISREAD_SHARE * (len(sample) - sample.count(" "))


def misread_charset(text: str) -> str | None:
    """Return the charset of a text that was read as Latin-1 or Windows-1252 instead."""
    if not _is_misread(text):
        return None
    from charset_normalizer import from_bytes  # noqa: PLC0415 - 70 ms that most workers never need

    best = from_bytes(_bytes_of(text[:_MISREAD_SAMPLE], "ignore")).best()
    if best is None:
        return None
    found = [sign for sign in reread(text, best.encoding) if sign.isalpha()]
    foreign = sum(sign > "\u036f" for sign in found)
    return str(best.encoding) if foreign >= _MISREAD_SHARE * max(len(found), 1) else None


def reread(value: Any, charset: str) -> Any:
    """Return a text, or a tuple of texts, in the charset that it was written in."""
    if isinstance(value, tuple):
        return tuple(reread(one, charset) for one in value)
    try:
        codec = codec_of(charset)
        return _bytes_of(value, "strict").decode(codec) if isinstance(value, str) else value
    except (UnicodeError, LookupError):
        return value


def _bytes_of(text: str, errors: str) -> bytes:
    """Return the bytes of what was read as Latin-1, or as browsers read that: Windows-1252."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        import ftfy.bad_codecs  # noqa: F401, PLC0415 - 40 ms; the codec comes with the import

        return text.encode("sloppy-windows-1252", errors)
