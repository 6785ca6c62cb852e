"""What tells two items of one template apart: numbers, names, and terms where there is no case."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import xxhash
from numpy.typing import NDArray

from streams.core.article.grams import MEASURES, Measured
from streams.core.text.arrays import distinct
from streams.core.text.normalise import Script, words_of

# The part of a text in which its names stand, in words: all of a short text, the lead of others.
LEAD_MEASURE: Final = 120
# A number written in signs: at least two, one of them a digit (ten thousand alone is a word).
_HAN_NUMBER: Final = re.compile(
    # From the start of a run only, and each run once: a page may be one run of these signs.
    r"(?<![〇零一二三四五六七八九两兩十百千万萬亿億兆])(?=[〇零一二三四五六七八九两兩十百千万萬亿億兆]{2})"
    r"[十百千万萬亿億兆]*+[〇零一二三四五六七八九两兩][〇零一二三四五六七八九两兩十百千万萬亿億兆]*"
)
_HANGUL: Final = re.compile("([\uac00-\ud7a3]{2})[\uac00-\ud7a3]+")
_LOW: Final = np.uint64(0xFFFF)
_16: Final = np.uint64(16)
# numpy compares with an enumeration's member ten times as long as with its own numbers.
_CASED, _CASELESS, _WIDE, _THIN = (
    np.uint8(script) for script in (Script.CASED, Script.CASELESS, Script.WIDE, Script.THIN)
)
# Characters of a Thai term beyond the first word, which has two: four tell words apart.
_TERM_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class TextFacts:
    """16-bit hashes, each paragraph's ascending without repeats, and how many belong to each."""

    values: NDArray[np.uint16]
    counts: NDArray[np.uint32]


def numbers_of(measured: Measured, texts: Sequence[str]) -> TextFacts:
    """Return the numbers of each paragraph, in digits of any script or in Han numerals."""
    words, paragraphs = measured.words, len(texts)
    hashes, text = words.hashes[words.number], words.text[words.number]
    if not measured.is_spaced and (words.script == _WIDE).any():
        written = [
            (xxhash.xxh3_64_intdigest(found.encode()), place)
            for place, each in enumerate(texts)
            for found in _HAN_NUMBER.findall(each)
        ]
        if written:
            more, places = zip(*written, strict=True)
            hashes = np.append(hashes, np.array(more, np.uint64))
            text = np.append(text, np.array(places, np.intp))
    return _facts(hashes, text, paragraphs)


def names_of(measured: Measured) -> TextFacts:
    """Return the capitalised words of each paragraph."""
    words = measured.words
    chosen = words.capital
    return _facts(words.hashes[chosen], words.text[chosen], len(measured.measure))


def terms_of(measured: Measured, texts: Sequence[str]) -> TextFacts:
    """Return what stands for names in scripts without case, of the lead.

    There any word may be one: words where there are blanks, of Korean ones the first two
    syllables, for particles follow; else runs of two signs of a wide script and of four letters of
    a thin one.
    """
    words = measured.words
    if not np.count_nonzero(words.script):
        none = np.zeros(len(measured.measure), np.uint32)
        return TextFacts(np.zeros(0, np.uint16), none)
    if (words.script == _CASELESS).any() and any(map(_HANGUL.search, texts)):
        words = words_of([_HANGUL.sub(r"\1", text) for text in texts])
    place = np.cumsum(MEASURES.take(words.script))
    lead = int(place.searchsorted(LEAD_MEASURE))
    script, hashes, text = words.script[:lead], words.hashes[:lead].copy(), words.text[:lead]
    chosen = (script != _CASED) & ~words.number[:lead]
    thin = script == _THIN
    if thin.any():
        ahead = _TERM_WORDS - 1
        hashes[:-ahead] ^= np.where(thin[:-ahead], hashes[ahead:] << np.uint64(1), 0).astype(
            np.uint64
        )
        chosen[-ahead:] &= ~thin[-ahead:]
        chosen[:-ahead] &= ~thin[:-ahead] | (thin[ahead:] & (text[:-ahead] == text[ahead:]))
    return _facts(hashes[chosen], text[chosen], len(measured.measure))


def _facts(hashes: NDArray[np.uint64], text: NDArray[np.intp], paragraphs: int) -> TextFacts:
    ordered = distinct((text.astype(np.uint64) << _16) | (hashes & _LOW))
    counts = np.bincount((ordered >> _16).astype(np.intp), minlength=paragraphs)
    return TextFacts(ordered.astype(np.uint16), counts.astype(np.uint32))
