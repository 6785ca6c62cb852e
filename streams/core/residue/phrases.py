"""Which lines hit which group of residue phrases (`streams/core/residue/phrase_groups/*.toml`)."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unicodedata import combining, normalize

import numpy as np

from schemas.rule import PhraseFile, PhraseGroup, PhraseMatch, Strength
from streams.core.residue.phrase_match import (
    bare,
    counted,
    is_unspaced,
    matches,
    without_arrows,
)
from streams.core.text.normalise import Words, comparison_form, words_of

PHRASES = Path(__file__).parent / "phrase_groups"

# A label has no more of them around it.
_MAX_AROUND = 40
_MAX_DIGITS = 8
# Most words anchor no phrase: a look at the last bits of the hash is enough to say so.
_ANCHOR_BITS = (1 << 17) - 1
# Signs between the labels of a menu that is one line: "Home | News | Sport".
# Guillemets have become apostrophes in the comparison form.
_MENU_SIGNS = re.compile(r"\s*[|•·>]\s*|\s+[/'-]\s+")
_MENU_SIGN = ("|", "•", "·", ">", " / ", " ' ", " - ")  # the same, to be looked for first
_MIN_MENU, _MAX_MENU = 2, 400
_MENU, _SECTIONS = "navigation/label", "navigation/section"
# The address behind a label, as mail and Markdown in plain text have it: "Read more (https://...)".
_LINK_BEHIND = re.compile(r"[\s(\[<:]*https?://\S+$")
_MAX_LINKED = 600
# "dpa/lno", "ks/pap"
_AGENCY, _MAX_SIGNED, _MAX_INITIALS = "agency/signed", 24, 4
_PART = re.compile(r"\w+")
_DIGIT = re.compile(r"\d")
_GREEK = re.compile("[\u0370-\u03ff]")
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
    with_count: dict[str, PhraseRule]  # labels with a number beside them
    longest_whole: int
    longest_with_count: int
    may_be_anchor: np.ndarray[tuple[int], np.dtype[np.bool_]]  # by the last bits of the hash
    anchors: np.ndarray[tuple[int], np.dtype[np.uint64]]
    anchored: tuple[tuple[tuple[str, PhraseRule], ...], ...]
    reach: np.ndarray[tuple[int], np.dtype[np.intp]]  # longest line that an anchor may stand in
    longest: int


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
    with_count: dict[str, PhraseRule] = {}
    rows: list[tuple[str, PhraseRule]] = []
    for rule in sorted(phrase_rules(), key=lambda rule: _ORDER[rule.group.strength]):
        phrases = (form for ps in rule.group.phrases.values() for p in ps for form in _forms(p))
        for phrase in dict.fromkeys(phrases):
            key = comparison_form(phrase)
            if rule.group.match is PhraseMatch.WHOLE:
                label = bare(key) or key
                whole.setdefault(label, rule)
                if rule.group.counts:
                    with_count.setdefault(counted(label), rule)
                    with_count.setdefault(f"{label} 0", rule)
                    with_count.setdefault(f"0 {label}", rule)
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
        inner = of_text[text][: -1 if is_unspaced(row[0][-1]) else None]
        # A phrase of signs alone, such as ©, has no word: 0 stands for it, and is looked up always.
        by_anchor[min(inner, key=lambda word: (-size[word], uses[word]), default=0)].append(row)
    anchors = sorted(by_anchor)
    may_be_anchor = np.zeros(_ANCHOR_BITS + 1, np.bool_)
    may_be_anchor[np.array(anchors, np.uint64) & np.uint64(_ANCHOR_BITS)] = True
    return PhraseIndex(
        whole=whole,
        with_count=with_count,
        longest_whole=max(map(len, whole)),
        longest_with_count=max(map(len, with_count)) + _MAX_DIGITS,
        may_be_anchor=may_be_anchor,
        anchors=np.array(anchors, np.uint64),
        anchored=tuple(tuple(by_anchor[anchor]) for anchor in anchors),
        reach=np.array([max(r.group.max_chars for _, r in by_anchor[a]) for a in anchors]),
        longest=max(rule.group.max_chars for rule in phrase_rules()),
    )


def _forms(phrase: str) -> Iterator[str]:
    """Yield a phrase, and what becomes of it in capitals.

    A Turkish I has no dot, folded it has; Greek capitals have no accents.
    """
    yield phrase
    if _GREEK.search(phrase):
        yield "".join(sign for sign in normalize("NFD", phrase) if not combining(sign))
    if "ı" in phrase:  # noqa: RUF001 - the letter itself
        yield phrase.replace("ı", "i")  # noqa: RUF001 - as above


def _sizes(keys: Sequence[str]) -> dict[int, int]:
    """Return the length of each word between blanks or signs: a long one is rare in other texts."""
    parts = sorted({part for key in keys for part in _PART.findall(key)})
    words = words_of(parts)
    size: dict[int, int] = defaultdict(int)
    for word, text in zip(words.hashes.tolist(), words.text.tolist(), strict=True):
        size[word] = max(size[word], 0 if is_unspaced(parts[text][0]) else len(parts[text]))
    return size


def phrase_hits(texts: Sequence[str], keys: Sequence[str], words: Words) -> list[PhraseRule | None]:
    """Return for each line the strongest group that it hits.

    `keys` are the comparison forms of `texts`, and `words` the words of these forms.
    """
    index = phrase_index()
    keys = [
        without_arrows(key, text) if key[:1] == "'" or key[-1:] == "'" else key
        for key, text in zip(keys, texts, strict=True)
    ]
    hits = [
        _whole_line(index, bare(key)) if len(key) <= index.longest_whole + _MAX_AROUND else None
        for key in keys
    ]
    for line, key in enumerate(keys):
        if "://" in key and len(key) <= _MAX_LINKED:
            hits[line] = hits[line] or _linked(index, key)
    may_be_menu = [
        line for line, key in enumerate(keys) if hits[line] is None and len(key) <= _MAX_MENU
    ]
    # A regular expression alone took a tenth of an article's time; most texts have no such sign.
    joined = "\n".join([keys[line] for line in may_be_menu])
    signs = [sign for sign in _MENU_SIGN if sign in joined]
    for line in may_be_menu if signs else ():
        if any(map(keys[line].__contains__, signs)):
            hits[line] = _menu(index, keys[line])
    ends = (words.hashes & np.uint64(_ANCHOR_BITS)).astype(np.intp)
    maybe = index.may_be_anchor.take(ends).nonzero()[0]
    hashes, line_of = words.hashes.take(maybe), words.text.take(maybe)
    found = index.anchors.searchsorted(hashes)
    found[found == len(index.anchors)] = 0
    lengths = np.fromiter((*map(len, keys), index.longest + 1), np.intp, len(keys) + 1)
    # Words past the keys are the title's.
    short = lengths.take(line_of, mode="clip") <= index.reach.take(found)
    at = ((index.anchors.take(found) == hashes) & short).nonzero()[0]
    for line, anchor in zip(line_of.take(at).tolist(), found.take(at).tolist(), strict=True):
        _take_best(hits, line, keys[line], texts[line], index.anchored[anchor])
    if index.anchors[0] == 0:
        may_hit = [
            line for line, key in enumerate(keys) if len(key) <= index.longest and not key.isascii()
        ]
        joined = "\n".join([keys[line] for line in may_hit])
        rows = [row for row in index.anchored[0] if row[0] in joined]
        for line in may_hit if rows else ():
            _take_best(hits, line, keys[line], texts[line], rows)
    return hits


def _whole_line(index: PhraseIndex, label: str) -> PhraseRule | None:
    rule = index.whole.get(label)
    if rule is None and "/" in label and len(label) <= _MAX_SIGNED:
        rule = _signed(index, label)
    if rule is not None or len(label) > index.longest_with_count or not _DIGIT.search(label):
        return rule
    return index.with_count.get(counted(label))


def _signed(index: PhraseIndex, label: str) -> PhraseRule | None:
    """Return the group of an agency with the initials of those who edited it: "pap/ks"."""
    parts = label.split("/")
    rules = [index.whole.get(part.strip()) for part in parts]
    found = next((rule for rule in rules if rule is not None and rule.name == _AGENCY), None)
    known = [
        rule is found or len(part) <= _MAX_INITIALS for part, rule in zip(parts, rules, strict=True)
    ]
    return found if found is not None and all(known) else None


def _linked(index: PhraseIndex, key: str) -> PhraseRule | None:
    """Return the group of a label with its address behind it, which heads no list of others."""
    label = bare(_LINK_BEHIND.sub("", key))
    rule = _whole_line(index, label) if len(label) <= index.longest_whole else None
    return None if rule is not None and rule.group.heads_list else rule


def _menu(index: PhraseIndex, key: str) -> PhraseRule | None:
    """Return the group of a line of which most parts are labels, and names of sections the rest."""
    parts = [bare(part) for part in _MENU_SIGNS.split(key) if bare(part)]
    rules = [rule for part in parts if (rule := index.whole.get(part)) is not None]
    if max(map(len, parts), default=0) > _MAX_AROUND:
        return None
    if len(parts) < _MIN_MENU or len(rules) <= len(parts) / 2:
        return None
    is_certain = len(rules) == len(parts) and all(
        rule.group.strength is Strength.CERTAIN for rule in rules
    )
    name = _MENU if is_certain else _SECTIONS
    return next(rule for rule in phrase_rules() if rule.name == name)


def _take_best(
    hits: list[PhraseRule | None],
    line: int,
    key: str,
    text: str,
    rows: Sequence[tuple[str, PhraseRule]],
) -> None:
    for phrase, rule in rows:
        if phrase not in key:
            continue
        best = hits[line]
        if best is not None and _ORDER[best.group.strength] <= _ORDER[rule.group.strength]:
            continue
        if matches(phrase, key, text, rule.group):
            hits[line] = rule
