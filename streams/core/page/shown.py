"""Which of a page's blocks stand in an extracted text, where, and what of them is missing there."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import LCSseq

from streams.core.text.arrays import Flags
from streams.core.text.unicode_data import SIZE

# A shorter text, a label or a name, stands in others by chance: it must be a line, or its edge.
_MIN_CHARS = 25
# So much further on a block is looked for first; one that was moved is looked for everywhere, as
# long as that costs no more than some milliseconds.
_NEAR_CHARS = 4_000
_MOST_LOOKED_AT = 40_000_000
# A block of which fewer words are there is not the one that was extracted.
_SAME = 0.5
_MAX_WORDS = 4_000


class Shown(NamedTuple):
    """A block: the line of the text in or below which it is (-1: above all), what is missing."""

    line: int
    missing: str = ""


def find_blocks(blocks: Sequence[str], lines: Sequence[str]) -> list[Shown]:
    """Return for each block where it is among the lines, and what of it is in none of them.

    >>> find_blocks(["Menu", "It begins."], ["It begins."])
    [Shown(line=-1, missing='Menu'), Shown(line=0, missing='')]
    """
    text = _Text(lines)
    keys = _keys(blocks)
    return list(_shown(blocks, keys, _places(keys, text), text))


class _Text:
    """The lines of a text as one key, with their places in it, and what of it is taken."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.line_set = {line.strip() for line in lines}
        self.keys = _keys(lines)
        self.key = "".join(self.keys)
        self.starts: list[int] = []
        self.line_at: list[int] = []  # for each sign of the key its line
        for number, key in enumerate(self.keys):
            self.starts.append(len(self.line_at))
            self.line_at.extend([number] * len(key))
        self._taken = bytearray(len(self.key))

    def take(self, start: int, end: int) -> bool:
        """Let a block have this part, unless another has some of it: each is said once."""
        if self._taken.find(1, start, end) >= 0:
            return False
        self._taken[start:end] = b"\x01" * (end - start)
        return True

    def free_lines(self, first: int, last: int) -> list[int]:
        """Return the lines of which no block has any part."""
        spans = (
            (n, self.starts[n], self.starts[n] + len(self.keys[n])) for n in range(first, last + 1)
        )
        return [n for n, start, end in spans if start < end and self._taken.find(1, start, end) < 0]


def _keys(texts: Sequence[str]) -> list[str]:
    """Return the letters and digits of each text: extractors add bullets, and take blanks out."""
    if not texts:
        return []
    joined = "\n".join(text if text.isprintable() else " ".join(text.split()) for text in texts)
    if joined.isascii():
        return joined.encode().translate(None, _not_compared_bytes()).decode().split("\n")
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    compared = points[_compared().take(points, mode="clip")]
    return compared.tobytes().decode("utf-32-le", "surrogatepass").split("\n")


@cache
def _compared() -> Flags:
    """Say of each character whether it is a letter, a digit or a line feed; none is beyond."""
    compared = np.fromiter(map(str.isalnum, map(chr, range(SIZE))), np.bool_, SIZE)
    compared[ord("\n")] = True
    return compared


@cache
def _not_compared_bytes() -> bytes:
    return bytes(np.flatnonzero(~_compared()[:128]).tolist())


def _places(keys: Sequence[str], text: _Text) -> list[int]:
    """Return where each long block begins in the text, or -1: these are certain."""
    places = _places_of_lines(keys, text)
    at, left = 0, _MOST_LOOKED_AT
    for number, key in enumerate(keys):
        if places[number] >= 0:
            at = places[number] + len(key)
        elif len(key) >= _MIN_CHARS:
            found = text.key.find(key, at, at + len(key) + _NEAR_CHARS)
            if found < 0 < left:
                left -= len(text.key)
                found = text.key.find(key)
            if found >= 0 and text.take(found, found + len(key)):
                places[number] = found
                at = found + len(key)
    return places


def _places_of_lines(keys: Sequence[str], text: _Text) -> list[int]:
    """Return the places of the long blocks that are a line each, in their order."""
    free: dict[str, list[int]] = {}
    for line in range(len(text.keys) - 1, -1, -1):
        free.setdefault(text.keys[line], []).append(line)
    places = [-1] * len(keys)
    for number, key in enumerate(keys):
        if len(key) >= _MIN_CHARS and free.get(key):
            places[number] = text.starts[free[key].pop()]
            text.take(places[number], places[number] + len(key))
    return places


def _shown(
    blocks: Sequence[str], keys: Sequence[str], places: Sequence[int], text: _Text
) -> Iterator[Shown]:
    """Yield all blocks, short and incomplete ones by what stands between the certain ones."""
    until = _next_places(places, len(text.key))
    at, line = 0, -1
    for number, (block, key, place) in enumerate(zip(blocks, keys, places, strict=True)):
        if not key:
            yield Shown(line, "" if block in text.line_set else block)
            continue
        if place >= 0:
            end, missing = place + len(key), ""
        else:
            end, missing = _between(block, key, text, at, until[number])
        if end > at:
            at, line = end, text.line_at[end - 1]
        yield Shown(line, missing)


def _next_places(places: Sequence[int], end: int) -> list[int]:
    """Return for each block where the next certain one that lies ahead begins."""
    ahead, following = [end] * len(places), end
    for number in range(len(places) - 1, -1, -1):
        ahead[number] = following
        if 0 <= places[number] <= following:
            following = places[number]
    return ahead


def _between(block: str, key: str, text: _Text, start: int, end: int) -> tuple[int, str]:
    """Return where a block that is not certain ends (or -1), and what of it is missing."""
    if len(key) < _MIN_CHARS:
        found = text.key.find(key, start, end)
        stop = found + len(key)
        if found >= 0 and _is_edge(text, found, stop) and text.take(found, stop):
            return stop, ""
        return -1, block
    if start >= end:
        return -1, block
    return _partly(block, text, text.free_lines(text.line_at[start], text.line_at[end - 1]))


def _is_edge(text: _Text, start: int, end: int) -> bool:
    """Say whether a span begins or ends a line."""
    line = text.line_at[start]
    begin = text.starts[line]
    return start == begin or end == begin + len(text.keys[line])


def _partly(block: str, text: _Text, lines: Sequence[int]) -> tuple[int, str]:
    """Return where the words of a block end among some lines, and those that are in none."""
    words = block.split()
    there = [(word, line) for line in lines for word in text.lines[line].split()]
    if not there or max(len(words), len(there)) > _MAX_WORDS:
        return -1, block
    kept = [False] * len(words)
    used: set[int] = set()
    for op in LCSseq.opcodes(words, [word for word, _ in there]):
        if op.tag == "equal":
            kept[op.src_start : op.src_end] = [True] * (op.src_end - op.src_start)
            used.update(line for _, line in there[op.dest_start : op.dest_end])
    if sum(kept) < _SAME * len(words):
        return -1, block
    for line in used:
        text.take(text.starts[line], text.starts[line] + len(text.keys[line]))
    last = max(used)
    missing = " ".join(word for word, is_kept in zip(words, kept, strict=True) if not is_kept)
    return text.starts[last] + len(text.keys[last]), missing
