"""What stage `clean` computes of an article so that stage `dedupe` needs no text: packed sketches.

Per paragraph: an exact key, its measure in words, the hashes of some of its word n-grams, of its
numbers, names and terms. Stage 2 leaves out the paragraphs that it removes.
"""

import struct
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from streams.core.article.facts import TextFacts, names_of, numbers_of, terms_of
from streams.core.article.grams import ALL, Measured, grams_of_words, measured
from streams.core.article.masks import mask_keys
from streams.core.text.key_form import key_forms
from streams.core.text.normalise import one_blank, words_of
from streams.core.text.read_words import ReadWords

# Raised with every change that makes fingerprints incomparable with those in the table.
FINGERPRINT_VERSION: Final = 2

# Beside each paragraph's near keys the n-gram hashes below a threshold are kept that is the same
# for the whole article (FracMinHash), chosen so that some 272 are left: containment is then known
# to about 3 points (binomial, p = .65), and the record of an article of 5 KB stays below 2 KB.
SKETCH_SIZE: Final = 272
# Two texts are compared at the coarser of their two rates, so a short one inside a long one would
# be judged by a handful. At this rate (of 256) 430 words give 40 n-grams, within 8 points.
COARSEST: Final = 24

_HEADER: Final = struct.Struct(
    "<BBHIIIII"
)  # version, sampled - 1, 0, paragraphs, grams, numbers, names, terms
_RARE_BLANKS: Final = b"\t\x0b\x0c\r\x1c\x1d\x1e\x1f"


class Fingerprint(NamedTuple):
    """The unpacked fingerprint of an article.

    `grams` and the facts hold the paragraphs one after another, each one's ascending and without
    repeats; the `*_count` arrays say how many belong to each.
    """

    sampled: int  # n-gram hashes in the lowest `sampled` of 256 parts are kept
    exact: NDArray[np.uint64]  # per paragraph: xxh3-64 of its key form, case folded
    mask: NDArray[np.uint32]  # per paragraph: the same with dates and numbers masked
    words: NDArray[np.uint32]  # per paragraph: its measure
    gram_count: NDArray[np.uint32]
    number_count: NDArray[np.uint32]
    name_count: NDArray[np.uint32]
    term_count: NDArray[np.uint32]
    grams: NDArray[np.uint32]
    numbers: NDArray[np.uint16]
    names: NDArray[np.uint16]
    terms: NDArray[np.uint16]

    def pack(self) -> bytes:
        """Return what `unpack_fingerprint` reads."""
        header = _HEADER.pack(
            FINGERPRINT_VERSION, self.sampled - 1, 0, len(self.exact), len(self.grams),
            len(self.numbers), len(self.names), len(self.terms),
        )  # fmt: skip
        arrays = (
            self.exact, self.mask, self.words, self.gram_count, self.number_count,
            self.name_count, self.term_count, self.grams, self.numbers, self.names, self.terms,
        )  # fmt: skip
        return b"".join((header, *(array.tobytes() for array in arrays)))


def fingerprint(paragraphs: Sequence[str], read: ReadWords | None = None) -> bytes:
    """Return the packed fingerprint of an article.

    Its title is not hashed: titles are compared by their text. `read` is what the cleaner knows of
    the paragraphs, if it read them: it spares the article a second look, and changes nothing.
    """
    keys = key_forms(paragraphs) if paragraphs else []
    if keys and read is not None and read.have_words_of(keys):
        forms = "\n".join(read.kept_forms).encode("utf-8", "surrogatepass").split(b"\n")
        found = read.words_of(keys)
    else:
        forms = _forms(keys)
        found = words_of(keys)
    exact = np.array([xxhash.xxh3_64_intdigest(form) for form in forms], np.uint64)
    words: Measured = measured(found, len(keys))
    sampled = max(COARSEST, min(ALL, ALL * SKETCH_SIZE // max(1, len(words.hashes))))
    grams, gram_count = grams_of_words(words, sampled)
    numbers: TextFacts = numbers_of(words, keys)
    names, terms = names_of(words), terms_of(words, keys)
    mask = mask_keys(forms, exact, words.measure, numbers.counts)
    return Fingerprint(
        sampled=sampled,
        exact=exact,
        mask=mask,
        words=words.measure,
        gram_count=gram_count,
        number_count=numbers.counts,
        name_count=names.counts,
        term_count=terms.counts,
        grams=grams,
        numbers=numbers.values,
        names=names.values,
        terms=terms.values,
    ).pack()


def _forms(folded: list[str]) -> list[bytes]:
    """The key forms of texts, case folded and with single blanks, as bytes.

    Mostly all are ASCII with single spaces, and one pass over the article does (30 µs less).
    """
    joined = "\n".join(folded)
    if joined.isascii() and "  " not in joined:
        plain = joined.lower().encode()
        forms = plain.split(b"\n")
        if len(forms) == len(folded) and len(plain.translate(None, _RARE_BLANKS)) == len(plain):
            return [form.strip(b" ") for form in forms]
    return [one_blank(text.casefold()).encode("utf-8", "surrogatepass") for text in folded]


def unpack_fingerprint(packed: bytes) -> Fingerprint:
    """Return what `fingerprint` packed.

    Raises:
        ValueError: `packed` is no fingerprint of this version.
    """
    if len(packed) < _HEADER.size or packed[0] != FINGERPRINT_VERSION:
        raise ValueError(f"not a fingerprint of version {FINGERPRINT_VERSION}: {packed[:1]!r}")
    _, level, _, paragraphs, grams, numbers, names, terms = _HEADER.unpack_from(packed)
    counts = _HEADER.size + 8 * paragraphs
    lists = counts + 4 * 6 * paragraphs
    mask, words, gram_count, number_count, name_count, term_count = np.frombuffer(
        packed, np.uint32, 6 * paragraphs, counts
    ).reshape(6, paragraphs)
    facts = np.frombuffer(packed, np.uint16, numbers + names + terms, lists + 4 * grams)
    return Fingerprint(
        sampled=level + 1,
        exact=np.frombuffer(packed, np.uint64, paragraphs, _HEADER.size),
        mask=mask,
        words=words,
        gram_count=gram_count,
        number_count=number_count,
        name_count=name_count,
        term_count=term_count,
        grams=np.frombuffer(packed, np.uint32, grams, lists),
        numbers=facts[:numbers],
        names=facts[numbers : numbers + names],
        terms=facts[numbers + names :],
    )
