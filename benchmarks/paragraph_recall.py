"""How well a paragraph is found again after one realistic edit, and how many false ones with it."""

import re
from collections.abc import Callable, Sequence

import numpy as np
from rapidfuzz import fuzz

from streams.core.article.fingerprint import fingerprint, unpack_fingerprint
from streams.core.article.grams import NEAR_KEYS
from streams.core.article.keys import NEAR_MIN_WORDS
from streams.core.window.postings import Postings

QUERIES = 800
# A paragraph is found again by two of its near keys, or by one that few paragraphs have: ten
# times fewer false ones than "any", for .002 of recall (measured there, table 4).
ENOUGH, RARE = 2, 3
NOT_THE_SAME = 60  # rapidfuzz ratio below which a candidate is false

Edit = Callable[[list[str], np.random.Generator], list[str]]


_SEQUEL = ("and", "more", "was", "to", "come", "in", "the", "week", "after", "that")


def _replace_words(count: int) -> Edit:
    def edit(words: list[str], rng: np.random.Generator) -> list[str]:
        changed = list(words)
        for place in rng.choice(len(words), count, replace=False):
            changed[place] = f"other{rng.integers(1_000)}"
        return changed

    return edit


def _numbers(words: list[str], rng: np.random.Generator) -> list[str]:
    changed = [re.sub(r"\d+", lambda _: str(rng.integers(1, 999)), word) for word in words]
    return changed if changed != words else _replace_words(2)(words, rng)


def _spelling(words: list[str], rng: np.random.Generator) -> list[str]:
    changed = [re.sub(r"(or|er|iz)(ed|s|ing)?$", r"\1x\2", word) for word in words]
    return changed if changed != words else _replace_words(1)(words, rng)


EDITS: dict[str, Edit] = {
    "dateline": lambda words, _: ["LONDON,", "Nov", "2", "(Wire)", "-", *words],
    "1 word": _replace_words(1),
    "3 words": _replace_words(3),
    "numbers": _numbers,
    "UK/US": _spelling,
    "append": lambda words, _: [*words, *_SEQUEL],
    "truncate": lambda words, _: words[: max(8, int(len(words) * 0.6))],
}


def measure(paragraphs: Sequence[str], seed: int = 7) -> tuple[dict[str, float], float]:
    """Return recall per edit, and the mean number of false candidates a lookup."""
    rng = np.random.default_rng(seed)
    texts = [text for text in dict.fromkeys(paragraphs) if len(text.split()) >= NEAR_MIN_WORDS]
    postings = Postings()
    age = np.arange(len(texts) + 1, dtype=np.int64)
    for number, text in enumerate(texts, 1):
        postings.add(_near_keys(text), number, age, 0)
    long = [n for n, text in enumerate(texts) if len(text.split()) >= 15]
    chosen = rng.choice(long, min(QUERIES, len(long)), replace=False)
    recall, false, lookups = {}, 0, 0
    for name, edit in EDITS.items():
        hits = 0
        for number in chosen:
            edited = " ".join(edit(texts[number].split(), rng))
            found = _found(postings, edited)
            hits += int(number) + 1 in found
            lookups += 1
            false += sum(fuzz.ratio(edited, texts[doc - 1]) < NOT_THE_SAME for doc in found)
        recall[name] = hits / len(chosen)
    return recall, false / lookups


def _near_keys(text: str) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    return np.sort(unpack_fingerprint(fingerprint([text])).grams)[:NEAR_KEYS]


def _found(postings: Postings, text: str) -> set[int]:
    entries = postings.find(_near_keys(text))
    spread = np.bincount(entries.rows, minlength=len(entries.keys))
    docs, votes = np.unique(entries.docs, return_counts=True)
    rare = set(entries.docs[spread[entries.rows] <= RARE].tolist())
    return {int(d) for d, v in zip(docs, votes, strict=True) if v >= ENOUGH or int(d) in rare}
