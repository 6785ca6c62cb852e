import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.article.fingerprint import fingerprint
from streams.core.text.key_form import key_forms
from streams.core.text.normalise import Words, comparison_forms, words_of
from streams.core.text.read_words import ReadWords

TEXTS = st.text() | st.text("aB 2.5é\u0390\u1e9e\u01f0“ก่日Я") | st.text("Ab cD 1,3'")


def _read(lines: list[str], kept: list[int]) -> tuple[ReadWords, list[str]]:
    forms = comparison_forms(lines)
    return ReadWords(forms[:-1], words_of(forms), kept), key_forms([lines[at] for at in kept])


def _rows(words: Words) -> list[list[float]]:
    arrays = (words.text, words.capital, words.number, words.script, words.start)
    return [words.hashes.tolist(), *(array.astype(int).tolist() for array in arrays)]


@given(st.lists(st.tuples(TEXTS, st.booleans()), max_size=6), TEXTS)
def test_words_are_those_of_the_key_forms(lines: list[tuple[str, bool]], title: str) -> None:
    """Where the words of the lines serve, they are what the key forms themselves have."""
    texts = [" ".join(text.split()) for text, _ in lines]
    read, keys = _read([*texts, title], [at for at, (_, stays) in enumerate(lines) if stays])
    if read.have_words_of(keys):
        assert _rows(read.words_of(keys)) == _rows(words_of(keys))
    kept = [texts[at] for at in read.kept]
    assert fingerprint(kept, read) == fingerprint(kept)


@pytest.mark.parametrize(
    ("line", "serve"),
    [
        ("The Mayor said “no” 2.5 times", True),
        ("วันนี้ฝนตก", True),
        ("Über Nacht", False),
        ("АВС", False),  # noqa: RUF001 - Cyrillic
    ],
)
def test_words_serve_where_the_key_form_folds_no_more(line: str, *, serve: bool) -> None:
    """English and Thai lines are split once; accents and look-alikes are folded in keys alone."""
    read, keys = _read(["Share", line, "A title"], [1])
    assert read.have_words_of(keys) == serve


def test_every_letter_has_the_class_of_its_lower_case() -> None:
    """So a word is one whatever its case: no folding makes a separator or digit of a letter."""
    letters = [chr(point) for point in range(0x33480) if len(chr(point).casefold()) == 1]
    letters = [x for x in letters if x not in "\n\r" and not 0xD800 <= ord(x) < 0xE000]
    upper, lower = words_of(letters), words_of([x.casefold() for x in letters])
    assert np.array_equal(upper.text, lower.text)
    assert np.array_equal(upper.hashes, lower.hashes)
    assert np.array_equal(upper.script, lower.script)
    assert np.array_equal(upper.number, lower.number)
