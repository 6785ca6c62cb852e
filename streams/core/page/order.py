"""An extracted text in the order and with the paragraphs of its page.

Where trafilatura finds little text, it appends what paragraphs it sees elsewhere below it: so the
standfirst, the date and the author come last, in most articles in Chinese or Japanese, which are
short by its count. Where it finds nothing but text, it joins that to one line.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, pairwise

# A line of several blocks is longer than this; a shorter one may be anything.
_MIN_JOINED_CHARS = 80
# Blocks that were left out between two that were joined.
_MAX_SKIPPED = 20
# So many blocks may read as the line's beginning: a menu's word, a headline and its repeats.
_MAX_STARTS = 10


def as_on_page(text: str, blocks: Sequence[str]) -> str:
    r"""Return the lines of `text` in the order of the page's `blocks`, a line a block.

    A line that is no block, or one of several that look alike, stays below the one above it.

    >>> as_on_page("The ferry sails.\nBy Liv Sandmo", ["By Liv Sandmo", "The ferry sails."])
    'By Liv Sandmo\nThe ferry sails.'
    """
    first: dict[str, int] = {}
    seen_twice: set[str] = set()
    for at, block in enumerate(blocks):
        if first.setdefault(block, at) != at:
            seen_twice.add(block)
    lines = text.split("\n")
    is_one = len(lines) == 1
    lines = [part for line in lines for part in _parts(line, blocks, first, is_one=is_one)]
    places, place = [], -1
    for line in lines:
        place = place if line in seen_twice else first.get(line, place)
        places.append(place)
    if all(a <= b for a, b in pairwise(places)):
        return "\n".join(lines)
    return "\n".join(lines[at] for at in sorted(range(len(lines)), key=places.__getitem__))


def as_declared(text: str, items: Iterable[Mapping[str, object]]) -> str:
    """Return the text with the paragraphs of the body in JSON-LD that it was taken from, if any."""
    if "\n" in text:
        return text
    for item in items:
        body = item.get("articleBody")
        if isinstance(body, str) and "\n" in body and body.split() == text.split():
            return "\n".join(line.strip() for line in body.splitlines() if line.strip())
    return text


def _parts(
    line: str, blocks: Sequence[str], first: dict[str, int], *, is_one: bool
) -> Sequence[str]:
    """Return the blocks that a line was joined from, or the line where it was not.

    A heading of several blocks among other lines is one for a reader.
    """
    if len(line) < _MIN_JOINED_CHARS or line in first:
        return (line,)
    starts = (at for at, block in enumerate(blocks) if block and line.startswith(f"{block} "))
    joined = (_joined_from(line, blocks, start) for start in islice(starts, _MAX_STARTS))
    parts = next((parts for parts in joined if parts), ())
    is_told = is_one or max(map(len, parts), default=0) >= _MIN_JOINED_CHARS
    return parts if parts and is_told else (line,)


def _joined_from(line: str, blocks: Sequence[str], start: int) -> list[str]:
    """Return the blocks from one on whose texts make the line, or nothing."""
    found, at, last = [], 0, start
    for number in range(start, len(blocks)):
        if number - last > _MAX_SKIPPED:
            return []
        block = blocks[number]
        end = at + len(block)
        if block and line.startswith(block, at) and line[end : end + 1] in ("", " "):
            found.append(block)
            at, last = end + 1, number
            if at > len(line):
                return found
    return []
