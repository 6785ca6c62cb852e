"""Whether two headlines name two items: what each says of its own text that the other lacks.

Templates (court notices, executions, daily reports) share nine tenths of their text, whatever
their length. Their headlines name another person, place or figure each, and it stands in the text.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from streams.core.article.facts import numbers_of, terms_of
from streams.core.article.grams import MEASURES, measured
from streams.core.article.sketch import Sketch
from streams.core.text.arrays import distinct, is_in
from streams.core.text.key_form import key_forms
from streams.core.text.normalise import Script, words_of

# One name of its own on either side is another item where the headlines follow one pattern
# (rapidfuzz `token_set_ratio`, 0..100); where they do not, one word may be chance: an excerpt that
# got a headline of its own has one (dev pairs), two templates have two and more.
SAME_PATTERN: Final = 70.0
OWN_WORDS: Final = 1.7


@dataclass(frozen=True, slots=True)
class TitleFacts:
    """The numbers, words and terms of a title, as hashes like those of a text."""

    form: str
    numbers: NDArray[np.uint16]
    words: NDArray[np.uint16]
    terms: NDArray[np.uint16]
    term_words: float  # words that one term stands for
    measure: int  # in words


def title_facts(title: str) -> TitleFacts:
    """Return what a title says."""
    keys = key_forms([title])
    words = words_of(keys)
    title_words = measured(words, 1)
    script = int(words.script.max(initial=Script.CASED))
    low = words.hashes[~words.number].astype(np.uint16)
    return TitleFacts(
        keys[0].casefold(),
        numbers_of(title_words, keys).values,
        distinct(low),
        terms_of(title_words, keys).values,
        float(MEASURES[script]),
        int(title_words.measure[0]),
    )


def name_two_items(mine: TitleFacts, my: Sketch, theirs: TitleFacts, their: Sketch) -> bool:
    """Return whether each title has a fact of its own text that the other article lacks."""
    if _has_own_number(mine, theirs, their) and _has_own_number(theirs, mine, my):
        return True
    own = min(_own_words(mine, my, theirs, their), _own_words(theirs, their, mine, my))
    if own >= OWN_WORDS:
        return True
    return own > 0 and fuzz.token_set_ratio(mine.form, theirs.form) >= SAME_PATTERN


def name_something(mine: TitleFacts, my: Sketch, theirs: TitleFacts, their: Sketch) -> bool:
    """Return whether each title has at least a word of its own text that the other lacks."""
    return _own_words(mine, my, theirs, their) > 0 and _own_words(theirs, their, mine, my) > 0


def _has_own_number(title: TitleFacts, other: TitleFacts, text: Sketch) -> bool:
    known = is_in(title.numbers, other.numbers) | is_in(title.numbers, text.numbers)
    return not bool(known.all())


def _own_words(title: TitleFacts, text: Sketch, other: TitleFacts, other_text: Sketch) -> float:
    """Return how many words name what stands in the title's own text and not in the other."""
    names = title.words[is_in(title.words, text.names)]
    names = names[~is_in(names, other_text.names) & ~is_in(names, other.words)]
    terms = title.terms[is_in(title.terms, text.terms)]
    terms = terms[~is_in(terms, other_text.terms) & ~is_in(terms, other.terms)]
    # Terms of scripts without blanks overlap: a name of three signs has two of them.
    overlap = title.term_words < 1 and len(terms) > 0
    return len(names) + (len(terms) + overlap) * title.term_words
