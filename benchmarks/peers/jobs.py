"""The work that the peers do with an article; cleanwire does all of its own.

*Simple* is what the stream processors are given: parse, hash every paragraph, look each up, publish
with the count of those seen before. *Put together* is what one would build from what pip installs,
of the parts that measured best (docs/cleaning.md, docs/dedupe.md): the line rules of C4, exact
hashes of the text, and MinHash LSH.
"""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from xxhash import xxh64_hexdigest, xxh64_intdigest

from benchmarks.cleaning_peers import c4_unicode_dedup

THRESHOLD = 0.5
PERMUTATIONS = 128
SHINGLE_WORDS = 5
RENSA_BANDS = 32
_WORD = re.compile(r"\w+")

Job = Callable[[bytes], bytes]


def paragraph_hashes(article: dict[str, Any]) -> list[str]:
    """Return a hash of each paragraph of a raw article."""
    return [xxh64_hexdigest(line.encode()) for line in str(article["content"]).split("\n")]


def simple() -> Job:
    """Return the simple job, which remembers in a set."""
    seen: set[str] = set()

    def work(value: bytes) -> bytes:
        article = json.loads(value)
        hashes = paragraph_hashes(article)
        article["seen"] = sum(each in seen for each in hashes)
        seen.update(hashes)
        return json.dumps(article).encode()

    return work


class Index(Protocol):
    """Finds earlier texts by their shingles, and remembers this one."""

    def find_and_add(self, number: int, shingles: list[str]) -> int | None:
        """Return the number of an earlier text that is much the same, if there is one."""


class Datasketch:
    """MinHash LSH of datasketch."""

    def __init__(self) -> None:
        from datasketch import MinHash, MinHashLSH  # noqa: PLC0415 - one peer needs not the others'

        self._signature = MinHash
        self._index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)

    def find_and_add(self, number: int, shingles: list[str]) -> int | None:
        """Return the first of those that the index finds."""
        signature = self._signature(num_perm=PERMUTATIONS)
        signature.update_batch([shingle.encode() for shingle in shingles])
        found = self._index.query(signature)
        self._index.insert(number, signature)
        return min(found, default=None)


class Rensa:
    """R-MinHash LSH of rensa."""

    def __init__(self) -> None:
        from rensa import RMinHash, RMinHashLSH  # noqa: PLC0415 - as above

        self._signature = RMinHash
        self._index = RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=RENSA_BANDS)

    def find_and_add(self, number: int, shingles: list[str]) -> int | None:
        """Return the first of those that the index finds."""
        signature = self._signature(num_perm=PERMUTATIONS, seed=42)
        signature.update(shingles)
        found = self._index.query(signature)
        self._index.insert(number, signature)
        return min(found, default=None)


def put_together(index: Index) -> Job:
    """Return the job that one would put together, with an index of near copies."""
    exact: dict[int, int] = {}
    count = 0

    def work(value: bytes) -> bytes:
        nonlocal count
        article = json.loads(value)
        lines = str(article["content"]).split("\n")
        kept = c4_unicode_dedup(lines, str(article.get("title") or ""))
        text = "\n".join(line for line, is_kept in zip(lines, kept, strict=True) if is_kept)
        digest = xxh64_intdigest(text.encode())
        copy_of = exact.setdefault(digest, count)
        if copy_of == count:
            found = index.find_and_add(count, list(dict.fromkeys(_shingles(text))))
            article["copy_of"] = found
        else:
            article["copy_of"] = copy_of
        article["content"] = text
        count += 1
        return json.dumps(article).encode()

    return work


def _shingles(text: str) -> Iterable[str]:
    words = _WORD.findall(text.lower())
    for start in range(max(1, len(words) - SHINGLE_WORDS + 1)):
        yield " ".join(words[start : start + SHINGLE_WORDS])


JOBS: dict[str, Callable[[], Job]] = {
    "simple": simple,
    "rensa": lambda: put_together(Rensa()),
    "datasketch": lambda: put_together(Datasketch()),
}
