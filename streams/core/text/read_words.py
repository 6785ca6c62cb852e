"""The words of some lines of a text in their key form, from the words that all its lines have.

Words are split in the comparison form of all lines, and again in the key form of those that stay.
The key form keeps the case, and where it folds no more than the comparison form does (in English
text, Thai, Chinese, and many others) both have the same words: then only capitals are looked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streams.core.text.normalise import Words, are_capitals


@dataclass(frozen=True, slots=True)
class ReadWords:
    """The comparison forms of lines, the words of these (others may follow), and who stays."""

    forms: Sequence[str]
    words: Words
    kept: Sequence[int]  # numbers of lines, ascending

    @property
    def kept_forms(self) -> list[str]:
        """The comparison forms of the lines that stay."""
        return [self.forms[number] for number in self.kept]

    def have_words_of(self, keys: Sequence[str]) -> bool:
        """Say whether the key forms of the lines that stay have the words of `words`."""
        joined, forms = "\n".join(keys), "\n".join(self.kept_forms)
        # Of one length, so that no letter was folded to two.
        return len(joined) == len(forms) and joined.casefold() == forms

    def words_of(self, keys: Sequence[str]) -> Words:
        """Return what `normalise.words_of` returns of these key forms, if they have such words."""
        words, lines = self.words, len(self.forms)
        chosen: slice | NDArray[np.intp] = slice(int(words.text.searchsorted(lines)))
        text, start = words.text[chosen], words.start[chosen]
        if len(self.kept) < lines:
            gone = np.ones(lines, np.bool_)
            gone[list(self.kept)] = False
            size = np.fromiter(map(len, self.forms), np.intp, lines) + 1
            chosen = (~gone).take(text).nonzero()[0]
            text, start = text.take(chosen), start.take(chosen)
            start -= (size * gone).cumsum().take(text)
            text -= gone.cumsum().take(text)
        return Words(
            hashes=words.hashes[chosen],
            text=text,
            capital=are_capitals("\n".join(keys), start),
            number=words.number[chosen],
            script=words.script[chosen],
            start=start,
        )
