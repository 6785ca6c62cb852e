import numpy as np
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from streams.core.article.fingerprint import (
    FINGERPRINT_VERSION,
    SKETCH_SIZE,
    fingerprint,
    unpack_fingerprint,
)
from streams.core.article.grams import NEAR_KEYS
from streams.core.text.key_form import key_forms
from streams.core.text.normalise import one_blank

LINES = st.lists(st.text(max_size=200), max_size=8)


@given(LINES)
def test_every_text_has_a_fingerprint(paragraphs: list[str]) -> None:
    """Any paragraphs can be packed and unpacked; counts agree with the arrays."""
    print_ = unpack_fingerprint(fingerprint(paragraphs, None))
    assert len(print_.exact) == len(print_.words) == len(paragraphs)
    assert print_.gram_count.sum() == len(print_.grams)
    assert print_.number_count.sum() == len(print_.numbers)
    assert print_.name_count.sum() == len(print_.names)
    assert np.all((print_.gram_count > 0) == (print_.words > 0))


@given(LINES, LINES)
def test_paragraphs_are_independent(some: list[str], more: list[str]) -> None:
    """A paragraph's near keys are the same in every article, so that one can be left out."""
    alone = unpack_fingerprint(fingerprint(some, None))
    among = unpack_fingerprint(fingerprint(some + more, None))
    assert among.exact[: len(some)].tolist() == alone.exact.tolist()
    first = slice(0, min(int(alone.gram_count[:1].sum()), NEAR_KEYS))
    assert among.grams[first].tolist() == alone.grams[first].tolist()


@given(st.lists(st.text("aB \t\n\r\x1c\x0b.\u00e9\u00df\u2019", max_size=12), max_size=4))
def test_exact_key_is_of_the_key_form(paragraphs: list[str]) -> None:
    """However it is computed, a paragraph's exact key is the hash of its key form."""
    exact = unpack_fingerprint(fingerprint(paragraphs, None)).exact.tolist()
    assert exact == [
        xxhash.xxh3_64_intdigest(one_blank(key_forms([text])[0].casefold()).encode())
        for text in paragraphs
    ]


def test_typography_changes_nothing() -> None:
    """Quotes, dashes and invisible characters leave the fingerprint as it is."""
    plain = fingerprint(['He said: "No - never" to 12 men'], None)
    curly = "He said: \u201cNo \u2013 ne\u00adver\u201d to 12 men"
    assert fingerprint([curly], None) == plain


def test_size_is_bounded() -> None:
    """However long an article is, about as many n-grams are kept."""
    words = [f"word{number}" for number in range(40_000)]
    text = [" ".join(words[start : start + 4_000]) for start in range(0, 40_000, 4_000)]
    kept = len(unpack_fingerprint(fingerprint(text, None)).grams)
    assert SKETCH_SIZE / 2 <= kept < 2 * SKETCH_SIZE


def test_other_version_is_refused() -> None:
    """A fingerprint of another version cannot be compared and is an error."""
    packed = fingerprint(["text"], None)
    with pytest.raises(ValueError, match="version"):
        unpack_fingerprint(bytes([FINGERPRINT_VERSION + 1]) + packed[1:])
