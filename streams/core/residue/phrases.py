"""Which lines hit which group of residue phrases (`streams/core/residue/phrase_groups/*.toml`)."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from schemas.rule import PhraseFile, PhraseGroup, PhraseMatch, Strength
from streams.core.text.normalise import Words, comparison_form, words_of

PHRASES = Path(__file__).parent / "phrase_groups"

# Signs around a label that belong to the page's make-up: "» Share!", "[Comments]", "- Advert -".
_AROUND = " \t.,:;!?…|·•*-_=+~^#>»›<«‹→←▶►▼▲()[]{}。！？：、،؟"  # noqa: RUF001 - the signs themselves
# A label has no more of them around it.
_MAX_AROUND = 40
# Han, kana and what follows them are written without blanks.
_UNSPACED_FROM = 0x2E80
# Most words anchor no phrase: a look at the last bits of the hash is enough to say so.
_ANCHOR_BITS = (1 << 17) - 1
_PART = re.compile(r"\w+")
_ORDER = {Strength.CERTAIN: 0, Strength.EDGE: 1, Strength.HINT: 2}


@dataclass(frozen=True, slots=True)
class PhraseRule:
    """One group with its full name, `kind/group`."""

    name: str
    group: PhraseGroup


@dataclass(frozen=True, slots=True)
class PhraseIndex:
    """All phrases: labels by their whole text, the rest by the hash of their longest word."""

    whole: dict[str, PhraseRule]
    longest_whole: int
    may_be_anchor: np.ndarray[tuple[int], np.dtype[np.bool_]]  # by the last bits of the hash
    anchors: np.ndarray[tuple[int], np.dtype[np.uint64]]
    anchored: tuple[tuple[tuple[str, PhraseRule], ...], ...]
    reach: np.ndarray[tuple[int], np.dtype[np.intp]]  # longest line that an anchor may stand in
    longest: int


def bare(key: str) -> str:
    """Return a comparison form without the signs around it.

    >>> bare("» share!")
    'share'
    """
    return key.strip(_AROUND)


@cache
def phrase_rules() -> tuple[PhraseRule, ...]:
    """Return every group of every file, in file order."""
    rules: list[PhraseRule] = []
    for path in sorted(PHRASES.glob("*.toml")):
        file = PhraseFile.model_validate(tomllib.loads(path.read_text("utf-8")))
        rules.extend(PhraseRule(f"{path.stem}/{group.id}", group) for group in file.group)
    return tuple(rules)


@cache
def phrase_index() -> PhraseIndex:
    """Return the index of all groups."""
    whole: dict[str, PhraseRule] = {}
    rows: list[tuple[str, PhraseRule]] = []
    for rule in sorted(phrase_rules(), key=lambda rule: _ORDER[rule.group.strength]):
        for phrase in dict.fromkeys(p for ps in rule.group.phrases.values() for p in ps):
            key = comparison_form(phrase)
            if rule.group.match is PhraseMatch.WHOLE:
                whole.setdefault(bare(key) or key, rule)
            else:
                rows.append((key, rule))
    words = words_of([key for key, _ in rows])
    uses: dict[int, int] = defaultdict(int)
    for word in words.hashes.tolist():
        uses[word] += 1
    size = _sizes([key for key, _ in rows])
    of_text: dict[int, list[int]] = defaultdict(list)
    for word, text in zip(words.hashes.tolist(), words.text.tolist(), strict=True):
        of_text[text].append(word)
    by_anchor: dict[int, list[tuple[str, PhraseRule]]] = defaultdict(list)
    for text, row in enumerate(rows):
        # The last sign of a script without blanks forms another word inside a line.
        inner = of_text[text][: -1 if ord(row[0][-1]) >= _UNSPACED_FROM else None]
        # A phrase of signs alone, such as ©, has no word: 0 stands for it, and is looked up always.
        by_anchor[min(inner, key=lambda word: (-size[word], uses[word]), default=0)].append(row)
    anchors = sorted(by_anchor)
    may_be_anchor = np.zeros(_ANCHOR_BITS + 1, np.bool_)
    may_be_anchor[np.array(anchors, np.uint64) & np.uint64(_ANCHOR_BITS)] = True
    return PhraseIndex(
        whole=whole,
        longest_whole=max(map(len, whole)),
        may_be_anchor=may_be_anchor,
        anchors=np.array(anchors, np.uint64),
        anchored=tuple(tuple(by_anchor[anchor]) for anchor in anchors),
        reach=np.array([max(r.group.max_chars for _, r in by_anchor[a]) for a in anchors]),
        longest=max(rule.group.max_chars for rule in phrase_rules()),
    )


def _sizes(keys: Sequence[str]) -> dict[int, int]:
    """Return the length of each word between blanks or signs: a long one is rare in other texts."""
    parts = sorted({part for key in keys for part in _PART.findall(key)})
    words = words_of(parts)
    size: dict[int, int] = defaultdict(int)
    for word, text in zip(words.hashes.tolist(), words.text.tolist(), strict=True):
        size[word] = max(
            size[word], len(parts[text]) if ord(parts[text][0]) < _UNSPACED_FROM else 0
        )
    return size


def phrase_hits(keys: Sequence[str], words: Words) -> list[PhraseRule | None]:
    """Return for each line the strongest group that it hits.

    `keys` are the lines' comparison forms, and `words` the words of these forms.
    """
    index = phrase_index()
    hits = [
        index.whole.get(bare(key)) if len(key) <= index.longest_whole + _MAX_AROUND else None
        for key in keys
    ]
    maybe = np.flatnonzero(index.may_be_anchor[words.hashes & np.uint64(_ANCHOR_BITS)])
    hashes, line_of = words.hashes[maybe], words.text[maybe]
    found = np.searchsorted(index.anchors, hashes)
    found[found == len(index.anchors)] = 0
    lengths = np.fromiter((*map(len, keys), index.longest + 1), np.intp, len(keys) + 1)
    # Words past the keys are the title's.
    short = lengths[np.minimum(line_of, len(keys))] <= index.reach[found]
    at = np.flatnonzero((index.anchors[found] == hashes) & short)
    for line, anchor in zip(line_of[at].tolist(), found[at].tolist(), strict=True):
        _take_best(hits, line, keys[line], index.anchored[anchor])
    if index.anchors[0] == 0:
        for line, key in enumerate(keys):
            if len(key) <= index.longest and not key.isascii():
                _take_best(hits, line, key, index.anchored[0])
    return hits


def _take_best(
    hits: list[PhraseRule | None], line: int, key: str, rows: Sequence[tuple[str, PhraseRule]]
) -> None:
    for phrase, rule in rows:
        best = hits[line]
        if best is not None and _ORDER[best.group.strength] <= _ORDER[rule.group.strength]:
            continue
        if len(key) <= rule.group.max_chars and _matches(phrase, key, rule.group.match):
            hits[line] = rule


def _matches(phrase: str, key: str, match: PhraseMatch) -> bool:
    if match is PhraseMatch.WITHIN:
        at = key.find(phrase)
        return at >= 0 and _is_word(key, at, at + len(phrase)) and not _is_quoted(key, at)
    if match is PhraseMatch.START:
        forms = (key, key.lstrip(_AROUND))
        return any(x.startswith(phrase) and _is_word(x, 0, len(phrase)) for x in forms)
    forms = (key, key.rstrip(_AROUND))
    return any(x.endswith(phrase) and _is_word(x, len(x) - len(phrase), len(x)) for x in forms)


def _is_quoted(key: str, at: int) -> bool:
    """Say whether an opening quote stands before `at` and is still open: then somebody is cited."""
    before = f" {key[:at]} "
    opened = max(before.rfind(" '"), before.rfind("('"))
    closed = max(before.rfind(f"'{sign}", 0, -1) for sign in " .,;:!?)")
    return opened >= 0 and closed <= opened + 1


def _is_word(key: str, start: int, end: int) -> bool:
    """Say whether a phrase starts and ends where words do; scripts without blanks always do."""
    before = key[start - 1] if start else " "
    after = key[end] if end < len(key) else " "
    return _parts(before, key[start]) and _parts(key[end - 1], after)


def _parts(left: str, right: str) -> bool:
    if not (left.isalnum() and right.isalnum()):
        return True
    return ord(left) >= _UNSPACED_FROM or ord(right) >= _UNSPACED_FROM
