"""Whether two headlines tell of two items in words that are neither names nor numbers.

A form may be filled in with a trade, a vegetable or a direction instead of a person, and a series
has the same standing text around one line of its own. There only the headlines tell items apart:
each says a word of its own text that the other text lacks.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

import numpy as np

from streams.core.article.grams import ALL, GRAM_WORDS, grams_of_words, in_sample, measured
from streams.core.article.sketch import Sketch
from streams.core.text.arrays import is_in
from streams.core.text.characters import WORD
from streams.core.text.key_form import key_forms
from streams.core.text.normalise import words_of
from streams.core.text.stems import stems
from streams.core.verdict.title_marks import title_words

# A small word of a headline may stand anywhere, and its verb nowhere in the text. Copies under a
# headline of their own have most words of the first headline in their text.
FEW: Final = 0.34
ENOUGH: Final = 0.34


def own_words(mine: str, theirs: str) -> tuple[set[str], set[str]]:
    """Return the stems that each of two headlines has and the other lacks.

    Where all words of one are short, as in Vietnamese, its words.

    >>> own_words("Bookkeeper wanted at Holm Print", "UPDATE 1-Two drivers wanted at Holm Print")
    ({'bookk'}, {'drive'})
    """
    forms = title_words(mine), title_words(theirs)
    my, their = (set(stems(form)) for form in forms)
    if not my - their or not their - my:
        my, their = (set(form.split()) for form in forms)
    return my - their, their - my


def key_texts(paragraphs: Sequence[str]) -> list[str]:
    """Return paragraphs in the form in which headlines are looked for in them."""
    return [key.casefold() for key in key_forms(paragraphs)] if paragraphs else []


def share_told(own: set[str], keys: Sequence[str]) -> float:
    """Return the share of a headline's own words that a text has."""
    return len({word for key in keys for word, _ in _told(own, key)}) / len(own)


def told_anew(words: Collection[str], keys: Sequence[str], theirs: Sketch) -> set[str]:
    """Return which of some words a text has only where `theirs` differs.

    There every n-gram with the word is missing. In a long text's sample of n-grams none may be left
    to tell: then the word counts as shared.
    """
    found = [each for key in keys for each in _told(words, key)]
    if not found:
        return set()
    around = measured(words_of([text for _, text in found]), len(found))
    grams, counts = grams_of_words(around, ALL)
    place = np.arange(len(found)).repeat(counts)
    compared = in_sample(grams, theirs.sampled)
    shared = compared & is_in(grams, np.sort(theirs.grams))
    is_old = np.bincount(place[shared], minlength=len(found)) > 0
    is_old |= np.bincount(place[compared], minlength=len(found)) == 0
    old = {word for (word, _), is_old_ in zip(found, is_old.tolist(), strict=True) if is_old_}
    return {word for word, _ in found} - old


def _told(wanted: Collection[str], key: str) -> Iterator[tuple[str, str]]:
    """Yield each wanted word or stem that a paragraph has, and the words that its n-grams reach."""
    words = key.split()
    for at, word in enumerate(words):
        for each in {*stems(word), *WORD.findall(word)}:
            if each in wanted:
                yield each, " ".join(words[max(0, at - GRAM_WORDS + 1) : at + GRAM_WORDS])
