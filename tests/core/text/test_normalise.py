import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.text.normalise import (
    COMMON_TYPOGRAPHY,
    comparison_form,
    comparison_forms,
    fold_typography,
    nfkc,
    typography_folds,
    words_of,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It\u2019s \u201cgood\u201d", "it's 'GOOD'"),
        ("soft\u00adly zero\u200bwidth \ufeffmark", "softly zerowidth mark"),
        ("2\u20133 \u2014 4", "2-3 - 4"),
        ("ﬁne Ｆｕｌｌ", "fine full"),  # noqa: RUF001
        ("cafe\u0301", "café"),
        ("STRASSE", "straße"),
        ("a\u00a0b\n\tc ", "a b c"),
        ("n\u0337o\u0338", "no"),
    ],
)
def test_texts_that_look_alike_have_one_form(one: str, other: str) -> None:
    """Typography, case, width, blanks and invisible characters do not make a text another."""
    assert comparison_form(one) == comparison_form(other)


def test_common_typography_takes_no_short_cut() -> None:
    """The characters that are replaced first come out as the tables have them."""
    for typographic, plain in COMMON_TYPOGRAPHY:
        with_accent = fold_typography(f"a{typographic}b\u00e9")
        assert with_accent == f"a{plain}b\u00e9"
        folded = unicodedata.normalize("NFKC", typographic).translate(typography_folds())
        assert folded == plain


@pytest.mark.parametrize(("one", "other"), [("rose 2.5", "rose 2.6"), ("left", "lift"), ("a", "b")])
def test_words_are_kept(one: str, other: str) -> None:
    """Another word or number stays another text."""
    assert comparison_form(one) != comparison_form(other)


@given(st.text())
def test_form_is_its_own_form(text: str) -> None:
    """Comparing a form again changes nothing that words are made of."""
    form = comparison_form(text)
    assert comparison_form(form) == form


# Signs with cases of their own: long folds, blanks, controls, marks, planes beyond the first.
_ODD = (
    "ßẞİŉ\u0390 \t\x1c\x07\u3000\u2028\u0e33\u0e49\u00ad\u0301，Ａ\U00020000\U000e0001\U0001f600\n"  # noqa: RUF001
)


@given(st.lists(st.text() | st.text(_ODD + "aB  ") | st.text(_ODD + "ก", min_size=9), max_size=6))
def test_many_texts_have_the_forms_that_each_has(texts: list[str]) -> None:
    """Texts that are folded together come out as each does by itself."""
    assert comparison_forms(texts) == [comparison_form(text) for text in texts]


@given(st.text() | st.text(_ODD + "ำຳ\uff1a\uff1b\uff01\uff1f\uff08\uff09"))
def test_normal_form_is_unicodes(text: str) -> None:
    """What is replaced before NFKC changes nothing of its result."""
    assert nfkc(text) == unicodedata.normalize("NFKC", text)


@given(st.lists(st.text(), max_size=5))
def test_words_name_their_text(texts: list[str]) -> None:
    """Any texts have words, each belongs to one text, in order."""
    words = words_of([fold_typography(text) for text in texts])
    assert len(words.hashes) == len(words.text) == len(words.capital) == len(words.number)
    assert np.all(np.diff(words.text) >= 0)
    assert words.text.max(initial=0) < max(1, len(texts))


@given(st.text(), st.text(), st.text())
def test_words_do_not_depend_on_neighbours(before: str, text: str, after: str) -> None:
    """A text has the same words wherever it stands."""
    alone = words_of([fold_typography(text)])
    among = words_of([fold_typography(part) for part in (before, text, after)])
    assert among.hashes[among.text == 1].tolist() == alone.hashes.tolist()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Two words", 2),
        ("It rose 1,350.5 points.", 4),
        ("日本語", 3),
        ("สวัสดี", 6),
        ("नमस्ते दुनिया", 2),
        ("Привет, мир", 2),
        ("...", 0),
    ],
)
def test_words_in_all_scripts(text: str, count: int) -> None:
    """A word is a run of letters; without blanks every character starts one."""
    assert len(words_of([fold_typography(text)]).hashes) == count


def test_numbers_and_names_are_told() -> None:
    """Numbers keep their point, names their capital, the hash knows neither case."""
    words = words_of(["Paris paid 2.5 in paris"])
    assert words.number.tolist() == [False, False, True, False, False]
    assert words.capital.tolist() == [True, False, False, False, False]
    assert words.hashes[0] == words.hashes[4]
