"""Which lines of a text are not the article: the order in which the cleaner's means decide.

title ──► certain phrases ──► line model ──► repeats ──► edge phrases, from both ends inwards
"""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.removal import Reason
from schemas.rule import Strength
from streams.core.normalise import comparison_form, words_of
from streams.core.phrase_rules import PhraseRule, bare, phrase_hits
from streams.core.repeats import find_repeats


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a line goes. `copy_of` is the number of the line that stays in its place."""

    reason: Reason
    rule: str
    why: str
    copy_of: int | None = None


Verdicts = list[Verdict | None]

# A page's title often names the site behind one of these.
_TITLE_BREAKS = (" - ", " | ", " – ", " — ", " · ", " » ", " :: ")  # noqa: RUF001 - dashes
_MIN_TITLE_CHARS = 12
_NEAR_REPEAT = ("repeat/near", "It stands above in nearly the same words.")


def find_residue(texts: Sequence[str], title: str | None) -> Verdicts:
    """Return for each line why it goes, or nothing when it stays. In doubt it stays."""
    keys = [comparison_form(text) for text in texts]
    title_key = comparison_form(title or "")
    words = words_of([*keys, title_key])
    hits = phrase_hits(keys, words)
    verdicts: Verdicts = [None] * len(texts)
    _drop_titles(verdicts, keys, title_key)
    _drop_certain(verdicts, hits)
    _drop_repeats(verdicts, keys, texts)
    _drop_edges(verdicts, hits)
    return verdicts


def _drop_titles(verdicts: Verdicts, keys: Sequence[str], title_key: str) -> None:
    """The title is published as such; its repeats among the lines are not."""
    if len(title_key) < _MIN_TITLE_CHARS:
        return
    forms = {bare(title_key)}
    for mark in _TITLE_BREAKS:
        head = title_key.rpartition(mark)[0]
        if 2 * len(head) > len(title_key):
            forms.add(bare(head))
    for i, key in enumerate(keys):
        if verdicts[i] is None and bare(key) in forms:
            verdicts[i] = Verdict(Reason.TITLE_REPEAT, "title/repeat", "The article's title again.")


def _drop_certain(verdicts: Verdicts, hits: Sequence[PhraseRule | None]) -> None:
    for i, rule in enumerate(hits):
        if rule is not None and rule.group.strength is Strength.CERTAIN and verdicts[i] is None:
            verdicts[i] = _by_phrase(rule)


def _by_phrase(rule: PhraseRule) -> Verdict:
    return Verdict(rule.group.reason, rule.name, rule.group.why)


def _drop_repeats(verdicts: Verdicts, keys: Sequence[str], texts: Sequence[str]) -> None:
    kept = [i for i, verdict in enumerate(verdicts) if verdict is None]
    copies = find_repeats([keys[i] for i in kept], [texts[i] for i in kept])
    for copy, first in copies.items():
        same = keys[kept[copy]] == keys[kept[first]]
        rule, why = ("repeat/same", "It stands above.") if same else _NEAR_REPEAT
        verdicts[kept[copy]] = Verdict(Reason.REPEAT, rule, why, kept[first])


def _drop_edges(verdicts: Verdicts, hits: Sequence[PhraseRule | None]) -> None:
    """Edge phrases go while everything between them and an end of the text goes too."""
    forwards = range(len(verdicts))
    for order in (forwards, reversed(forwards)):
        waiting: list[int] = []
        for i in order:
            rule = hits[i]
            if verdicts[i] is None and (rule is None or rule.group.strength is not Strength.EDGE):
                break
            waiting.append(i)
        for i in waiting:
            rule = hits[i]
            if verdicts[i] is None and rule is not None:
                verdicts[i] = _by_phrase(rule)
