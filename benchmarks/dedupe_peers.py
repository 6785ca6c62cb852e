"""What can be installed for near-duplicate detection, on the same stream.

Each function takes (id, set, paragraphs) in order of time and returns the first article of the
group of each: it links an article to the earliest one that its index finds.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence

Stream = Sequence[tuple[str, str, list[str]]]

_WORD = re.compile(r"[a-z0-9]+")
# Shares and thresholds at which each did best on dev pairs (F1 as printed).
EXACT_SHARE = 0.3
MINHASH_THRESHOLD = 0.5
PERMUTATIONS = 128
SHINGLE_WORDS = 5
RENSA_BANDS = 32


def _shingles(paragraphs: list[str]) -> set[str]:
    words = _WORD.findall(" ".join(paragraphs).lower())
    starts = range(max(1, len(words) - SHINGLE_WORDS + 1))
    return {" ".join(words[start : start + SHINGLE_WORDS]) for start in starts}


def exact_paragraphs(stream: Stream) -> dict[str, str]:
    """Link to the article that has most characters in identical paragraphs, if 30 % and more."""
    holders: dict[tuple[str, str], str] = {}
    first: dict[str, str] = {}
    for name, group, paragraphs in stream:
        shared: Counter[str] = Counter()
        texts = [" ".join(_WORD.findall(text.lower())) for text in paragraphs]
        for text in texts:
            if (group, text) in holders:
                shared[holders[group, text]] += len(text)
        best = shared.most_common(1)
        total = sum(map(len, texts))
        is_copy = bool(best) and best[0][1] >= EXACT_SHARE * total
        first[name] = first[best[0][0]] if is_copy else name
        for text in texts:
            holders.setdefault((group, text), name)
    return first


def datasketch_lsh(stream: Stream) -> dict[str, str]:
    """Link by MinHash-LSH of datasketch: 128 permutations, word 5-grams, threshold .5."""
    from datasketch import MinHash, MinHashLSH  # noqa: PLC0415 - optional

    first: dict[str, str] = {}
    indexes: dict[str, MinHashLSH] = {}
    for name, group, paragraphs in stream:
        if group not in indexes:
            indexes[group] = MinHashLSH(threshold=MINHASH_THRESHOLD, num_perm=PERMUTATIONS)
        signature = MinHash(num_perm=PERMUTATIONS)
        signature.update_batch([shingle.encode() for shingle in _shingles(paragraphs)])
        found = indexes[group].query(signature)
        first[name] = first[found[0]] if found else name
        indexes[group].insert(name, signature)
    return first


def rensa_lsh(stream: Stream) -> dict[str, str]:
    """Link by R-MinHash-LSH of rensa: 128 permutations, word 5-grams, 32 bands."""
    from rensa import RMinHash, RMinHashLSH  # noqa: PLC0415 - optional

    first: dict[str, str] = {}
    indexes: dict[str, tuple[RMinHashLSH, list[str]]] = {}
    for name, group, paragraphs in stream:
        if group not in indexes:
            lsh = RMinHashLSH(
                threshold=MINHASH_THRESHOLD, num_perm=PERMUTATIONS, num_bands=RENSA_BANDS
            )
            indexes[group] = (lsh, [])
        index, names = indexes[group]
        signature = RMinHash(num_perm=PERMUTATIONS, seed=42)
        signature.update(sorted(_shingles(paragraphs)))
        found = [number for number in index.query(signature) if number < len(names)]
        first[name] = first[names[min(found)]] if found else name
        index.insert(len(names), signature)
        names.append(name)
    return first


PEERS: dict[str, Callable[[Stream], dict[str, str]]] = {
    "exact paragraph hashes": exact_paragraphs,
    "datasketch MinHash-LSH": datasketch_lsh,
    "rensa R-MinHash-LSH": rensa_lsh,
}
