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
    print_ = unpack_fingerprint(fingerprint(paragraphs))
    assert len(print_.exact) == len(print_.words) == len(paragraphs)
    assert print_.gram_count.sum() == len(print_.grams)
    assert print_.number_count.sum() == len(print_.numbers)
    assert print_.name_count.sum() == len(print_.names)
    assert np.all((print_.gram_count > 0) == (print_.words > 0))


@given(LINES, LINES)
def test_paragraphs_are_independent(some: list[str], more: list[str]) -> None:
    """A paragraph's near keys are the same in every article, so that one can be left out."""
    alone = unpack_fingerprint(fingerprint(some))
    among = unpack_fingerprint(fingerprint(some + more))
    assert among.exact[: len(some)].tolist() == alone.exact.tolist()
    first = slice(0, min(int(alone.gram_count[:1].sum()), NEAR_KEYS))
    assert among.grams[first].tolist() == alone.grams[first].tolist()


@given(st.lists(st.text("aB \t\n\r\x1c\x0b.\u00e9\u00df\u2019", max_size=12), max_size=4))
def test_exact_key_is_of_the_key_form(paragraphs: list[str]) -> None:
    """However it is computed, a paragraph's exact key is the hash of its key form."""
    exact = unpack_fingerprint(fingerprint(paragraphs)).exact.tolist()
    assert exact == [
        xxhash.xxh3_64_intdigest(one_blank(key_forms([text])[0].casefold()).encode())
        for text in paragraphs
    ]


def test_typography_changes_nothing() -> None:
    """Quotes, dashes and invisible characters leave the fingerprint as it is."""
    plain = fingerprint(['He said: "No - never" to 12 men'])
    curly = "He said: \u201cNo \u2013 ne\u00adver\u201d to 12 men"
    assert fingerprint([curly]) == plain


def _grams_of(words: int) -> int:
    text = [f"word{number}" for number in range(words)]
    parts = [" ".join(text[start : start + 200]) for start in range(0, words, 200)]
    return len(unpack_fingerprint(fingerprint(parts)).grams)


def test_size_is_bounded() -> None:
    """Articles of usual length keep about as many n-grams, whatever their length."""
    for words in (300, 900, 2_400):
        assert SKETCH_SIZE / 2 <= _grams_of(words) < 2 * SKETCH_SIZE


def test_long_texts_keep_enough_to_compare_short_ones() -> None:
    """However long a text is, an item of 450 words inside it is compared by 40 n-grams."""
    assert 450 * _grams_of(40_000) / 40_000 >= 40


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أعلنت المدرسة إلى الآن كتابـًا", "اعلنت المدرسه الى الان كتابا"),
        ("گزارش‌های یک خبرنگار کشور", "گزارشهای يك خبرنگار كشور"),
        ("El niño llegó a la reunión", "El nino llego a la reunion"),
        ("\u0412ank of \u0421ity", "Bank of City"),
        ("۹۰۰ و १२३", "900 و 123"),
    ],
)
def test_two_spellings_have_one_fingerprint(one: str, other: str) -> None:
    """Spelling habits, lost accents, look-alikes and other digits change no key."""
    assert fingerprint([one]) == fingerprint([other])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("one two three four five six seven", 7),
        ("中国国家主席习近平同总统举行会谈", 9),
        ("สวัสดีครับท่านประธานาธิบดี", 6),
        ("សួស្តីពិភពលោក", 3),
    ],
)
def test_measure_is_in_words_whatever_the_script(text: str, words: int) -> None:
    """A text without blanks counts as many words as its translation would, about."""
    assert unpack_fingerprint(fingerprint([text])).words.tolist() == [words]


def test_numbers_are_known_in_digits_and_signs() -> None:
    """Digits of every script and numbers written in Han numerals count as numbers."""
    for text in ("९०० लोग", "๙๐๐ คน", "四千一百六十万人"):
        assert unpack_fingerprint(fingerprint([text])).number_count.tolist() == [1]
    assert unpack_fingerprint(fingerprint(["千万不要"])).number_count.tolist() == [0]


def test_lines_that_differ_in_a_date_share_their_mask() -> None:
    """The mask of a short line leaves out dates and numbers; another word is another line."""
    lines = ["Updated on 3 May 2026, 14:30", "Updated on Friday 12 March, 9:05", "Posted on 3 May"]
    one, same, other = unpack_fingerprint(fingerprint(lines)).mask.tolist()
    assert one == same != other


def test_other_version_is_refused() -> None:
    """A fingerprint of another version cannot be compared and is an error."""
    packed = fingerprint(["text"])
    with pytest.raises(ValueError, match="version"):
        unpack_fingerprint(bytes([FINGERPRINT_VERSION + 1]) + packed[1:])
