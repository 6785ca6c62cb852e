"""Every group of phrases hits its examples and leaves its look-alikes alone."""

from collections.abc import Sequence

import pytest

from schemas.rule import PhraseMatch
from streams.core.residue.phrases import PhraseRule, phrase_hits, phrase_index, phrase_rules
from streams.core.text.normalise import comparison_form, words_of

RULES = phrase_rules()


def hits(lines: Sequence[str]) -> list[PhraseRule | None]:
    """Return the group that each line hits."""
    keys = [comparison_form(line) for line in lines]
    return phrase_hits(keys, words_of(keys))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_examples_hit_their_kind(rule: PhraseRule) -> None:
    """Each example is recognised, as its own kind of residue."""
    for example, hit in zip(rule.group.examples, hits(rule.group.examples), strict=True):
        assert hit is not None, f"{rule.name} misses {example!r}"
        assert hit.group.reason == rule.group.reason, f"{hit.name} takes {example!r}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_look_alikes_are_left_alone(rule: PhraseRule) -> None:
    """No look-alike hits the group that names it; none may go for certain by any other."""
    for text, hit in zip(rule.group.keeps, hits(rule.group.keeps), strict=True):
        assert hit is None or hit.name != rule.name, f"{rule.name} hits {text!r}"
        assert hit is None or hit.group.strength != "certain", f"{hit.name} drops {text!r}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_phrase_is_found_in_the_index(rule: PhraseRule) -> None:
    """A phrase as its own line hits a group: none is lost to an anchor that never matches."""
    phrases = [phrase for group in rule.group.phrases.values() for phrase in group]
    missed = [p for p, hit in zip(phrases, hits(phrases), strict=True) if hit is None]
    assert not missed


def test_a_phrase_ends_where_words_end() -> None:
    """`share` does not stand in `shares were sold`, nor `©` rules in plain words."""
    assert hits(["Sharecroppers met", "Cookiest", "Commentary"]) == [None, None, None]


def test_a_quoted_word_is_no_label() -> None:
    """What somebody says in one word is not a button."""
    assert hits(["“Share!”", "'Comments'"]) == [None, None]


def test_the_index_is_not_empty() -> None:
    """All four ways to match are used."""
    assert {rule.group.match for rule in RULES} >= {
        PhraseMatch.WHOLE,
        PhraseMatch.START,
        PhraseMatch.WITHIN,
    }
    assert len(phrase_index().whole) > 1_000
