"""py3langid's classifier with its walk over the bytes done for all of them at once.

The classifier counts which of its byte n-grams end at each byte. It finds them with an automaton,
one byte after another. The state of such an automaton (Aho and Corasick, 1975) is the longest end
of what was read that begins an n-gram, so it depends on the last six bytes alone, and numpy takes
all places through six steps together: the same counts in half the time, for the table of 39 MB is
read at many places at once instead of waiting for each. The weights of these n-grams are 16-bit
floats, which numpy widens one by one; all at once, by their bits, the scores are the same too, and
take half the time.
"""

from collections import Counter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier

# The longest n-gram of the model has six bytes (a test holds the counts against py3langid's own).
_LONGEST: Final = 6
_BYTES: Final = 256
# The model's weights are 16-bit floats below zero. Their bits, moved so that the fraction stands
# where a 32-bit float has it, are the number itself without its sign and 2**80 too small.
_FRACTION_BITS: Final = np.uint32(13)
_SCALE: Final = np.float32(-(2.0**80))
_LEAST_BITS, _MOST_BITS = 0x8400, 0xFBFF  # below zero, neither subnormal nor infinite


class WindowIdentifier(LanguageIdentifier):  # type: ignore[misc]  # py3langid carries no types
    """Gives what `LanguageIdentifier` gives. Overrides what is private to py3langid 0.4."""

    __slots__ = ("_bits", "_feature", "_moves", "_padding", "_pairs", "_row")

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self._moves: NDArray[np.uint32] = np.asarray(self.tk_nextmove)
        self._row: NDArray[np.intp] = np.asarray(self.tk_row).astype(np.intp) * _BYTES
        self._feature: NDArray[np.int32] = np.array(self.tk_output, np.int32)
        firsts = self._moves[self._row[0] : self._row[0] + _BYTES]
        self._bits = _bits_of(np.asarray(self.nb_ptc))
        # What the state is after each two bytes: two steps in one.
        self._pairs = self._moves[self._row[firsts][:, None] + np.arange(_BYTES)].ravel()
        # A byte that begins no n-gram, so that every place has as many bytes before it.
        self._padding = bytes([int(np.flatnonzero(firsts == 0)[0])]) * (_LONGEST - 1)

    def _raw_score(self, text: bytes) -> NDArray[np.float32]:
        visits = self.visits(text)
        if not visits:
            return super()._raw_score(text)  # type: ignore[no-any-return]  # as above
        if self._bits is None:
            return self._sparse_score(visits, self.nb_ptc)  # type: ignore[no-any-return]  # as above
        features = np.fromiter(visits.keys(), np.intp, len(visits))
        counts = np.fromiter(visits.values(), np.float32, len(visits))
        bits = self._bits.take(features, axis=0)
        weights = np.left_shift(bits, _FRACTION_BITS, dtype=np.uint32).view(np.float32)
        scores: NDArray[np.float32] = (np.log1p(counts) * _SCALE) @ weights + self.nb_pc
        return scores

    def visits(self, text: bytes) -> "Counter[int]":
        """Return how often each n-gram of the model is the longest to end at a byte of `text`."""
        values = np.frombuffer(self._padding + text, np.uint8).astype(np.intp)
        size = len(text)
        states = self._pairs.take(values[:size] * _BYTES + values[1 : size + 1])
        for step in range(2, _LONGEST):
            states = self._moves.take(self._row.take(states) + values[step : step + size])
        features = self._feature.take(states)
        return Counter(features[features >= 0].tolist())


def _bits_of(weights: NDArray[Any]) -> NDArray[np.uint16] | None:
    """Return the bits of 16-bit floats, if all of them are numbers of the usual size below zero."""
    if weights.dtype != np.float16:
        return None
    bits = weights.view(np.uint16)
    return bits if bits.min() >= _LEAST_BITS and bits.max() <= _MOST_BITS else None


def load() -> WindowIdentifier:
    """Return the classifier with the model that py3langid brings; takes 0.4 s."""
    return WindowIdentifier.from_model_file(MODEL_FILE, norm_probs=True)  # type: ignore[no-any-return]  # as above
