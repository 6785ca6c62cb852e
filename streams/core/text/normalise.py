"""The form in which texts are compared, and the words of a text in any script.

What is published keeps the author's characters; these functions only serve comparison.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from streams.core.text.hashing import mix, powers
from streams.core.text.unicode_data import SIZE, blanks, categories, folded

# Quotes, apostrophes and primes become ' and dashes become -: agencies and content systems differ
# in nothing more often (all edits of typography match after this).
_QUOTES: Final = '"`´‘’‚‛“”„‟‹›«»′″‵‶❛❜❝❞「」『』〝〞＂＇'  # noqa: RUF001
_DASHES: Final = "‐‑‒–—―⁃−﹘﹣－"  # noqa: RUF001
# Letters whose case folding is longer than one character are unfolded first (ß to ss), so that
# folding afterwards is one to one and offsets survive.
LONG_FOLDS: Final = {ord("ß"): "ss", ord("ẞ"): "SS", ord("ŉ"): "'n", ord("ǰ"): "j", ord("İ"): "I"}
# Combining marks that are left over after composition are decoration (or stress marks).
_LEFT_OVER_MARKS: Final = range(0x0300, 0x0370)
# Characters without a width or meaning of their own (Unicode Default_Ignorable_Code_Point).
_IGNORABLE: Final = (
    range(0x00AD, 0x00AE), range(0x034F, 0x0350), range(0x061C, 0x061D), range(0x115F, 0x1161),
    range(0x17B4, 0x17B6), range(0x180B, 0x1810), range(0x200B, 0x2010), range(0x202A, 0x202F),
    range(0x2060, 0x2070), range(0x3164, 0x3165), range(0xFE00, 0xFE10), range(0xFEFF, 0xFF00),
    range(0xFFA0, 0xFFA1), range(0xFFF0, 0xFFF9), range(0x1BCA0, 0x1BCA4),
    range(0x1D173, 0x1D17B), range(0xE0000, 0xE1000),
)  # fmt: skip
# Scripts written without blanks between words: every character starts a word of two characters.
# A sign of the wide ones (Han, kana) is a syllable or word, one of the thin ones (Thai, Lao,
# Burmese, Khmer) a letter.
_WIDE: Final = (
    range(0x2E80, 0x3000), range(0x3005, 0x3008), range(0x3040, 0x3100), range(0x31F0, 0x3200),
    range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x32000),
)  # fmt: skip
_THIN: Final = (
    range(0x0E00, 0x0F00), range(0x1000, 0x10A0), range(0x1780, 0x1800),
)  # fmt: skip
_UNSPACED: Final = (*_THIN, *_WIDE)

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
_SEPARATOR, _LETTER, _DIGIT, _UNSPACED_LETTER = range(4)


# What makes most English texts more than ASCII: replaced first, they need no table.
COMMON_TYPOGRAPHY: Final = (
    ("\u2019", "'"), ("\u2018", "'"), ("\u201c", "'"), ("\u201d", "'"), ("\u2013", "-"),
    ("\u2014", "-"), ("\u2026", "..."), ("\u00a0", " "),
)  # fmt: skip


@cache
def typography_folds() -> dict[int, str | None]:
    """Return what becomes of each character that only typography tells from another."""
    table: dict[int, str | None] = {}
    for span in _IGNORABLE:
        table.update(dict.fromkeys(span))
    table.update(dict.fromkeys(_LEFT_OVER_MARKS))
    table.update(dict.fromkeys((ord(quote) for quote in _QUOTES), "'"))
    table.update(dict.fromkeys((ord(dash) for dash in _DASHES), "-"))
    table.update(LONG_FOLDS)
    return table


def fold_typography(text: str) -> str:
    r"""Return `text` with one form for what looks alike, its case kept.

    Unicode NFKC, invisible characters and leftover marks removed, quotes and dashes folded.

    >>> fold_typography("“So\u00adft” - ﬁne")
    "'Soft' - fine"
    """
    if not text.isascii():
        for typographic, plain in COMMON_TYPOGRAPHY:
            text = text.replace(typographic, plain)
    if text.isascii():
        folded = text.replace('"', "'").replace("`", "'")
    else:
        folded = nfkc(text).translate(typography_folds())
    return folded if folded.isprintable() else _CONTROLS.sub("", folded)


def comparison_form(text: str) -> str:
    r"""Return the form in which texts are compared: two texts are the same if their forms are.

    Typography folded, case folded, every run of blanks one space, none at the ends.

    >>> comparison_form("  The\u200b “STRASSE”,\n 2-3 ")
    "the 'strasse', 2-3"
    """
    return one_blank(fold_typography(text).casefold())


def comparison_forms(texts: Sequence[str]) -> list[str]:
    r"""Return the comparison form of each text: for many lines at once in a fifth of the time.

    >>> comparison_forms(["  Straße \u200b", "«A\tb»"])
    ['strasse', "'a b'"]
    """
    joined = "\n".join(texts)
    if not joined.isascii():
        for typographic, plain in COMMON_TYPOGRAPHY:
            joined = joined.replace(typographic, plain)
    if joined.isascii():
        folded: str | None = joined.encode().translate(_ascii_forms(), _CONTROL_BYTES).decode()
    else:
        folded = _form_by_table(joined)
    forms = [] if folded is None else folded.split("\n")
    if folded is None or len(forms) != len(texts):
        return [comparison_form(text) for text in texts]
    if "  " in folded:
        return [" ".join(form.split()) for form in forms]
    return [form.strip(" ") for form in forms]


def _form_by_table(text: str) -> str | None:
    """Return the folded text, its blanks all spaces; nothing where a sign is not in the table."""
    text = nfkc(text)
    for letter, plain in _LONG:
        if letter in text:
            text = text.replace(letter, plain)
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    forms = _form_table().take(points, mode="clip")
    most = int(forms.max())
    if most == _NO_ENTRY:
        return None
    if most == _DROPPED:
        forms = forms[forms != _DROPPED]
    return forms.tobytes().decode("utf-32-le", "surrogatepass")


_LONG: Final = tuple((chr(point), plain) for point, plain in LONG_FOLDS.items())
_CONTROL_BYTES: Final = bytes((*range(9), *range(14, 28), 127))
_FORM_TABLE_SIZE: Final = 0x20000
_DROPPED: Final = 0xFFFF_FFFE
_NO_ENTRY: Final = 0xFFFF_FFFF


@cache
def _form_table() -> NDArray[np.uint32]:
    """What becomes of each character in `comparison_form`, line feeds apart, if it is one.

    The last entry stands for all that lie beyond.
    """
    points, is_one = folded()
    size = _FORM_TABLE_SIZE
    table = np.full(size + 1, _NO_ENTRY, np.uint32)
    table[:size] = np.where(is_one[:size], points[:size], _NO_ENTRY)
    table[blanks()] = ord(" ")
    for point, plain in typography_folds().items():
        if point < size:
            table[point] = _DROPPED if plain is None else _only(plain.casefold())
    table[ord("\n")] = ord("\n")
    table[list(_CONTROL_BYTES)] = _DROPPED
    return table


def _only(form: str) -> int:
    return ord(form) if len(form) == 1 else _NO_ENTRY


@cache
def _ascii_forms() -> bytes:
    return bytes(int(form) & 0xFF for form in _form_table()[:128]) + bytes(range(128, 256))


# Signs of Thai, Lao and Chinese text that NFKC takes apart: replaced first, they leave it nothing
# to do in most texts, which it finds in a tenth of the time.
_COMPATIBLE: Final = (
    ("\u0e33", "\u0e4d\u0e32"), ("\u0eb3", "\u0ecd\u0eb2"), ("\uff0c", ","), ("\uff1a", ":"),
    ("\uff1b", ";"), ("\uff01", "!"), ("\uff1f", "?"), ("\uff08", "("), ("\uff09", ")"),
    ("\u3000", " "),
)  # fmt: skip


def nfkc(text: str) -> str:
    """Return `text` in Unicode's form NFKC."""
    if not unicodedata.is_normalized("NFKC", text):
        for sign, plain in _COMPATIBLE:
            text = text.replace(sign, plain)
    return unicodedata.normalize("NFKC", text)


def one_blank(text: str) -> str:
    """Return `text` with every run of blanks one space, none at the ends."""
    if "  " in text or not text.isprintable():
        return " ".join(text.split())
    return text.strip()


@cache
def _letters() -> tuple[NDArray[np.uint8], NDArray[np.uint64], NDArray[np.bool_]]:
    """Class, folded code point plus one, and "is upper case" of every character."""
    points, is_one = folded()
    here = np.arange(SIZE, dtype=np.uint64)
    group = categories().astype("S1")
    kind = np.zeros(SIZE, np.uint8)
    kind[np.isin(group, [b"L", b"M"])] = _LETTER
    kind[group == b"N"] = _DIGIT
    for span in _UNSPACED:
        part = kind[span.start : span.stop]
        part[part == _LETTER] = _UNSPACED_LETTER
    terms = np.where(is_one, points, here) + np.uint64(1)
    return kind, terms, np.isin(categories(), [b"Lu", b"Lt"])


# Base of the polynomial word hash: any odd number does, this one is 2**64 / the golden ratio.
_BASE: Final = 0x9E3779B97F4A7C15


class Script(IntEnum):
    """How a script writes words: what a text's measure and its names go by."""

    CASED = 0  # letters with case, and everything that is no letter
    CASELESS = 1  # blanks between words, but no case: Arabic, Hebrew, Devanagari, Hangul
    WIDE = 2
    THIN = 3


@cache
def _scripts() -> NDArray[np.uint8]:
    """Script of every character."""
    table = np.where(categories() == b"Lo", np.uint8(Script.CASELESS), np.uint8(Script.CASED))
    # Georgian letters have case by their tables since Unicode 11, but nobody writes names with it.
    table[0x10D0:0x1100] = table[0x1C90:0x1CC0] = Script.CASELESS
    for script, spans in ((Script.WIDE, _WIDE), (Script.THIN, _THIN)):
        for span in spans:
            part = table[span.start : span.stop]
            part[_letters()[0][span.start : span.stop] == _UNSPACED_LETTER] = script
    return table


@dataclass(frozen=True, slots=True)
class Words:
    """The words of several texts in their order, as arrays of one length."""

    hashes: NDArray[np.uint64]  # 64-bit hash of the case-folded word
    text: NDArray[np.intp]  # number of the text in which it stands
    capital: NDArray[np.bool_]  # starts with an upper-case letter
    number: NDArray[np.bool_]  # starts with a digit
    script: NDArray[np.uint8]  # `Script` of its first character
    start: NDArray[np.intp]  # where it starts in the texts joined by line feeds


def words_of(texts: Sequence[str]) -> Words:
    """Return the words of `texts`, each of which went through `fold_typography`.

    A word is a run of letters, marks and digits; a number keeps the point or comma between its
    digits; in a script without blanks every character starts a word of two characters. All texts
    are hashed in one pass of numpy: an article of 5 KB takes some 0.1 ms (benchmarks/dedupe.py).
    """
    joined = "\n".join([text.replace("\n", " ") for text in texts]) + "\n"
    points, kind, terms = _characters(joined)
    # 1,350 and 2.5 are one word each.
    is_digit = kind == _DIGIT
    between = (is_digit[:-2] & is_digit[2:]).nonzero()[0] + 1
    signs = points.take(between)
    kind[between[(signs == ord(".")) | (signs == ord(","))]] = _DIGIT
    starts, ends = _bounds(kind, has_unspaced=not joined.isascii())

    power, inverse = powers(_BASE, max(8_192, 1 << (len(points) + 1).bit_length()))
    terms *= power[: len(points)]
    sums = np.empty(len(points) + 1, np.uint64)
    sums[0] = 0
    terms.cumsum(out=sums[1:])
    hashes = mix((sums.take(ends) - sums.take(starts)) * inverse.take(starts))
    of_each = starts.searchsorted((points == ord("\n")).nonzero()[0])
    of_each[1:] -= of_each[:-1].copy()
    firsts = points.take(starts)
    return Words(
        hashes=hashes,
        text=np.arange(len(of_each)).repeat(of_each),
        capital=_letters()[2].take(firsts),
        number=kind.take(starts) == _DIGIT,
        script=np.zeros(len(starts), np.uint8) if joined.isascii() else _scripts().take(firsts),
        start=starts,
    )


def are_capitals(text: str, places: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return whether an upper-case letter stands at each place of `text`."""
    return _letters()[2].take(_points(text).take(places), mode="clip")


def _bounds(
    kind: NDArray[np.uint8], *, has_unspaced: bool
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where words start and end; the last character is a separator."""
    is_letter = kind != _SEPARATOR
    changes = is_letter.copy()
    np.not_equal(is_letter[1:], is_letter[:-1], out=changes[1:])
    unspaced = kind == _UNSPACED_LETTER if has_unspaced else np.zeros(0, np.bool_)
    if not unspaced.any():
        edges = changes.nonzero()[0]
        return edges[::2], edges[1::2]
    changes[1:] |= unspaced[1:] | unspaced[:-1]
    starts = (is_letter & changes).nonzero()[0]
    ends = (is_letter[:-1] & changes[1:]).nonzero()[0] + 1
    ends += unspaced[starts] & unspaced[ends]
    return starts, ends


_Characters = tuple[NDArray[np.uint8] | NDArray[np.intp], NDArray[np.uint8], NDArray[np.uint64]]


def _characters(text: str) -> _Characters:
    """Return of every character code point, class, and what its word's hash is made of."""
    if text.isascii():
        plain = text.encode("ascii")
        kinds, terms = _ascii_letters()
        return (
            np.frombuffer(plain, np.uint8),
            np.frombuffer(bytearray(plain.translate(kinds)), np.uint8),
            np.frombuffer(plain.translate(terms), np.uint8).astype(np.uint64),
        )
    places = np.minimum(_points(text), np.uint32(SIZE - 1)).astype(np.intp)
    kind, terms_of_each, _ = _letters()
    return places, kind.take(places), terms_of_each.take(places)


def _points(text: str) -> NDArray[np.uint8] | NDArray[np.uint32]:
    """Return the code point of every character."""
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), np.uint8)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


@cache
def _ascii_letters() -> tuple[bytes, bytes]:
    """Class and hash term of the first 128 characters, as tables for `bytes.translate`."""
    kind, terms, _ = _letters()
    return kind[:256].tobytes(), terms[:128].astype(np.uint8).tobytes() + bytes(128)
