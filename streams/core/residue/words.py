"""What the line model sees of a line's words: whether the rest of the article has them too.

No language is known here: the words that count as common are those of the article's own long
sentences.
"""

from collections.abc import Sequence

import numpy as np

from streams.core.text.arrays import Flags, Matrix, Numbers, distinct
from streams.core.text.normalise import Words

WORDS = (
    "common_words",
    "prose_words",
    "title_words",
    "only_words",
    "next_words",
    "last_words",
    "copies",
    "is_copy",
    "copied_run",
)
_AT = {name: column for column, name in enumerate(WORDS)}

# Words of at least this share of the prose lines are the language's small words.
_COMMON_SHARE = 0.25
_COMMON_MIN = 3
# How far above or below a line the paragraph stands that it may be a heading of.
_NEAR = 3
# More lines than any text may have fit into the bits that a word's hash leaves.
_LINE = np.uint64((1 << 16) - 1)
_HASH = ~_LINE


def word_features(keys: Sequence[str], words: Words, prose: Flags) -> Matrix:
    """Return one row a line with the columns `WORDS`, shares of the line's words for the most part.

    `keys` are the lines' comparison forms, `words` the words of these and, last, of the title.
    """
    n = len(keys)
    word, line = _pairs(words)
    in_title = np.zeros(word[-1] + 1 if len(word) else 0, np.bool_)
    in_title[word[line == n]] = True
    of_line = line < n
    word, line = word[of_line], line[of_line]
    counted = prose[line]
    known = np.bincount(word[counted], minlength=len(in_title))
    common = known >= max(_COMMON_MIN, _COMMON_SHARE * np.count_nonzero(prose))
    is_common = common[word]
    size = np.maximum(np.bincount(line, minlength=n), 1)
    of_title = np.bincount(line[in_title[word]], minlength=n)

    features = np.zeros((n, len(WORDS)), np.float32)
    features[:, _AT["common_words"]] = np.bincount(line[is_common], minlength=n) / size
    features[:, _AT["prose_words"]] = np.bincount(line[known[word] > counted], minlength=n) / size
    features[:, _AT["title_words"]] = of_title / np.maximum(size, np.count_nonzero(in_title) or 1)
    is_only = np.bincount(word)[word] == 1
    features[:, _AT["only_words"]] = np.bincount(line[is_only], minlength=n) / size
    next_and_last = [_AT["next_words"], _AT["last_words"]]
    features[:, next_and_last] = _shared_with_prose(word, line, ~is_common, prose)
    _count_copies(keys, features)
    return features


def _pairs(words: Words) -> tuple[Numbers, Numbers]:
    """Return each word of each line once: number of the word, ascending, and of the line."""
    # Hash and line in one number: one sort, and of plain numbers, which is the fastest.
    pairs = distinct((words.hashes & _HASH) | words.text.astype(np.uint64))
    hashes = pairs & _HASH
    new = np.zeros(len(pairs), np.intp)
    np.not_equal(hashes[1:], hashes[:-1], out=new[1:], casting="unsafe")
    return new.cumsum(), (pairs & _LINE).astype(np.intp)


def _shared_with_prose(word: Numbers, line: Numbers, rare: Flags, prose: Flags) -> Matrix:
    """Return the share of a line's rare words in the next paragraph below, and above.

    A heading has words of the paragraph that it stands over, a label of the page has none.
    """
    n = len(prose)
    nowhere = n  # one more line, which has no words
    here = np.arange(n)
    beside = np.full((2, n), nowhere)
    beside[0, :-1] = np.minimum.accumulate(np.where(prose, here, nowhere)[:0:-1])[::-1]
    beside[1, 1:] = np.maximum.accumulate(np.where(prose, here, -_NEAR - 1)[:-1])
    beside[np.abs(beside - here) > _NEAR] = nowhere
    row = word * (n + 1)
    has = np.zeros(int(row[-1]) + n + 1 if len(row) else 0, np.bool_)
    has[row + line] = True
    row, line = row[rare], line[rare]
    size = np.maximum(np.bincount(line, minlength=n), 1)
    shared = np.empty((n, 2), np.float32)
    for side, paragraph in enumerate(beside):
        found = has.take(row + paragraph.take(line))
        shared[:, side] = np.bincount(line[found], minlength=n) / size
    return shared


def _count_copies(keys: Sequence[str], features: Matrix) -> None:
    """Fill in how often a line stands in the text, and the width of the block repeated with it."""
    firsts: dict[str, int] = {}
    same = [firsts.setdefault(key, i) for i, key in enumerate(keys)]
    if len(firsts) == len(keys):
        return
    times = np.bincount(same, minlength=len(keys))[same]
    features[:, _AT["copies"]] = np.log(times)
    features[:, _AT["is_copy"]] = np.array(same) != np.arange(len(keys))
    start = 0
    for end in range(1, len(same) + 1):
        if end < len(same) and same[end - 1] + 1 == same[end] < end:
            continue
        # A block of lines that follow each other as they do above.
        if same[start] != start:
            features[start:end, _AT["copied_run"]] = np.log1p(sum(map(len, keys[start:end])))
        start = end
