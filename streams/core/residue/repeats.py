"""Paragraphs and blocks that stand in an article twice: found by comparison form, then by likeness.

Genuine text repeats itself too: questions of an interview, refrains, steps of a recipe. So a short
line goes only as part of a repeated block with a long line in it, and a near repeat must say
nothing that the first does not: its words are the same, or break off where the first goes on. So
two paragraphs of a form that differ in a town, a weekday or a "not" both stay.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from rapidfuzz import fuzz

from streams.core.residue.form import WIDE_WEIGHT
from streams.core.text.characters import SignKind, kinds_of

# A repeat of this width goes by itself; shorter ones are often lists, steps and refrains (on the
# development pages half of the genuine lines that were lost were such).
ALONE_MIN_WIDTH = 120
# Text that was pasted twice or thrice stands there so often; a step of a plan or recipe more often.
MAX_TIMES = 3
# Two lines of this width that repeat in a row go too.
MIN_WIDTH = 60
# A block of two lines or more that repeats in its order goes whole, with its short lines, lists and
# questions, if it has a line of this width and this width in all: a refrain has no such lines. On
# the development pages that finds 135 more lines of repeated blocks for three genuine ones.
BLOCK_LONGEST, BLOCK_WIDTH = 80, 120
# A near repeat must be longer: in a short line one other word is another fact.
NEAR_MIN_WIDTH = 120
NEAR_RATIO = 92.0
# Near repeats share a beginning or an end of this many characters; a bucket holds a few.
_HEAD, _TAIL = slice(32), slice(-32, None)
_BUCKET = 4
# Items of lists (plans, recipes, comparisons) repeat by right.
_BULLETS = ("- ", "• ", "* ", "· ")
_WIDE = np.uint8(SignKind.WIDE)
# Around a word these say nothing of it; a sign before a figure does.
_AROUND = ".,;:!?'()[]*|。，、；：！？「」"  # noqa: RUF001 - of all scripts
_CUT_OFF = "..."
_QUESTION_ENDS = ("?", "？", "؟", "?'", "?)")  # noqa: RUF001 - question marks of three scripts


def find_repeats(keys: Sequence[str]) -> Mapping[int, int]:
    """Return for each repeated line the line that stays, both by number.

    `keys` are the comparison forms of the lines.
    """
    firsts: dict[str, int] = {}
    same = [firsts.setdefault(key, i) for i, key in enumerate(keys)]
    copies = _exact(keys, same) | _blocks(keys, same) if len(firsts) < len(keys) else {}
    # In most texts no two lines begin or end alike, and nothing is nearly the same.
    if all(len({key[part] for key in keys}) == len(keys) for part in (_HEAD, _TAIL)):
        return copies
    return copies | _near(keys, copies)


def width(text: str) -> float:
    """Return the length of `text` in Latin letters, as the cleaner counts."""
    if text.isascii():
        return len(text)
    return len(text) + (WIDE_WEIGHT - 1) * int(np.count_nonzero(kinds_of(text) == _WIDE))


def is_as_wide(text: str, least: float) -> bool:
    """Say whether the `width` of `text` is `least` or more; mostly its length tells."""
    return len(text) >= least or (len(text) * WIDE_WEIGHT >= least and width(text) >= least)


def _exact(keys: Sequence[str], same: Sequence[int]) -> dict[int, int]:
    copies: dict[int, int] = {}
    times = Counter(same)
    for i, first in enumerate(same):
        if first == i or not _is_long(keys[i], MIN_WIDTH):
            continue
        in_row = any(
            0 <= first + step < i + step < len(keys)
            and first + step != i
            and keys[first + step] == keys[i + step]
            and _is_long(keys[i + step], MIN_WIDTH)
            for step in (-1, 1)
        )
        alone = _is_long(keys[i], ALONE_MIN_WIDTH) and times[first] <= MAX_TIMES
        if not in_row and not alone:
            continue
        copies[i] = first
        # The short lines beside it go along while both places read the same.
        for step in (-1, 1):
            here, there = i + step, first + step
            while 0 <= there < here < len(keys) and here not in copies and here != first:
                if keys[here] != keys[there]:
                    break
                copies[here] = same[there]
                here, there = here + step, there + step
    return copies


def _blocks(keys: Sequence[str], same: Sequence[int]) -> dict[int, int]:
    copies: dict[int, int] = {}
    start = 0
    for end in range(1, len(same) + 1):
        if end < len(same) and same[end - 1] + 1 == same[end] < end:
            continue
        block = range(start, end)  # lines that follow each other as they do above
        start = end
        if len(block) == 1 or same[block[0]] == block[0]:
            continue
        widths = [width(keys[i]) for i in block]
        if max(widths) >= BLOCK_LONGEST and sum(widths) >= BLOCK_WIDTH:
            copies.update((i, same[i]) for i in block)
    return copies


def _is_long(key: str, least: int) -> bool:
    if key.endswith(_QUESTION_ENDS) or key.startswith(_BULLETS):
        return False
    return is_as_wide(key, least)


def _near(keys: Sequence[str], copies: Mapping[int, int]) -> dict[int, int]:
    near: dict[int, int] = {}
    words: dict[int, list[str]] = {}
    heads: dict[str, list[int]] = {}
    tails: dict[str, list[int]] = {}
    for i, key in enumerate(keys):
        if i in copies or not _is_long(key, NEAR_MIN_WIDTH):
            continue
        mine = (
            heads.setdefault(key[_HEAD], []),
            tails.setdefault(key[_TAIL], []),
        )
        for j in dict.fromkeys(mine[0] + mine[1]):
            # What is the same was judged before.
            if keys[j] == key or not fuzz.ratio(keys[j], key, score_cutoff=NEAR_RATIO):
                continue
            for line in (i, j):
                if line not in words:
                    words[line] = _words(keys[line])
            if _says_nothing_new(key, words[i], words[j]):
                near[i] = j
                break
        else:
            for bucket in mine:
                if len(bucket) < _BUCKET:
                    bucket.append(i)
    return near


def _words(key: str) -> list[str]:
    return [word for part in key.split() if (word := part.strip(_AROUND))]


def _says_nothing_new(key: str, words: list[str], first: list[str]) -> bool:
    """Say whether a line has the words of an earlier one, all or until it is cut off."""
    return words == first or (key.endswith(_CUT_OFF) and words == first[: len(words)])
