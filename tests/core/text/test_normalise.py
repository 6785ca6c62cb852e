import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.text.normalise import (
    COMMON_TYPOGRAPHY,
    comparison_form,
    fold_typography,
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
