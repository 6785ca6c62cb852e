"""Bytes to text: by byte order mark, declared charset, UTF-8, the page's meta tag, or detection."""

import codecs
import re
from collections.abc import Iterator
from typing import Final

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# The HTML standard looks for the meta tag in the first 1,024 bytes; real pages need a little more.
DECLARED_CHARSET: Final = (
    r"""<(?:meta|\?xml)[^>]{0,200}(?:charset|encoding)\s*=\s*["']?([\w.:-]{2,40})"""
)
DECLARED_WITHIN: Final = 4_096
_META = re.compile(DECLARED_CHARSET.encode(), re.IGNORECASE)
# Japanese mail's charset, and its kin, are ASCII to the eye of a decoder.
_ESCAPED = re.compile(rb"\x1b(?:\$[@AB]|\(J|\$\([DOQ]|\$\)C)")

# What the WHATWG encoding standard reads for labels that writers use wrongly.
_AS_BROWSERS_READ = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
}
# Labels of that standard which Python does not know.
_LABELS = {"x-sjis": "cp932", "x-gbk": "gb18030", "x-euc-jp": "euc_jp", "dos-874": "cp874"}
# UTF-8 with fewer damaged places than this, by those that are whole, is UTF-8 nevertheless.
_MAX_DAMAGED = 0.1
_NOT_ASCII = re.compile("[^\x00-\x7f\ufffd]+")

# Detection looks at the head only: its cost grows with the text and its answer does not change.
_DETECT_WINDOW_BYTES = 16_384


def decode_bytes(value: bytes, declared: str | None = None) -> tuple[str, bool]:
    """Return the text of `value`, and whether the charset had to be guessed. Never raises.

    >>> decode_bytes("Zürich".encode("utf-8"))
    ('Zürich', False)
    >>> decode_bytes("Zürich".encode("latin-1"), "iso-8859-1")
    ('Zürich', False)
    """
    for mark, name in _MARKS:
        if value.startswith(mark):
            return value.removeprefix(codecs.BOM_UTF8).decode(name, "replace"), False
    for charset in _candidates(value, declared):
        text = _try(value, charset)
        if text is not None:
            return text, False
    text = value.decode("utf-8", "replace")
    if text.count("\ufffd") <= _MAX_DAMAGED * len(_NOT_ASCII.findall(text)):
        return text, True
    return _detect(value), True


def _candidates(value: bytes, declared: str | None) -> Iterator[str]:
    if declared:
        yield declared
    if escape := _ESCAPED.search(value, 0, _DETECT_WINDOW_BYTES):
        yield "iso2022_kr" if escape[0].endswith(b"C") else "iso2022_jp_2004"
    yield "utf-8"
    if meta := _META.search(value, 0, DECLARED_WITHIN):
        yield meta[1].decode("ascii", "replace")


def codec_of(charset: str) -> str:
    """Return the name of the codec by which browsers read what is said to be in a charset.

    Raises:
        LookupError: nobody knows it.
    """
    label = charset.strip().lower()
    name = codecs.lookup(_LABELS.get(label, label)).name
    return _AS_BROWSERS_READ.get(name, name)


def _try(value: bytes, charset: str) -> str | None:
    """Return the text, or nothing when the charset is unknown or does not fit."""
    try:
        codec = codec_of(charset)
        return codecs.decode(value, codec) if _is_text_codec(codec) else None
    except (LookupError, ValueError):
        return None


def _is_text_codec(name: str) -> bool:
    """Say whether a codec yields text; `zlib` and the like inflate and must not be reachable."""
    return bool(getattr(codecs.lookup(name), "_is_text_encoding", False)) and name not in {
        "idna",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
        "undefined",
        "mbcs",
        "oem",
    }


def _detect(value: bytes) -> str:
    """Guess the charset; what still does not fit becomes U+FFFD, so that nothing is lost unseen."""
    # 70 ms of import that most workers never need.
    from charset_normalizer import from_bytes  # noqa: PLC0415

    best = from_bytes(value[:_DETECT_WINDOW_BYTES]).best()
    name = best.encoding if best is not None else "utf-8"
    text = _try(value, name)
    return text if text is not None else value.decode("utf-8", "replace")
