"""Every group of phrases hits its examples and leaves its look-alikes alone."""

from collections.abc import Sequence

import pytest

from schemas.rule import PhraseGroup, PhraseMatch
from streams.core.residue.phrases import PhraseRule, phrase_hits, phrase_index, phrase_rules
from streams.core.text.normalise import comparison_form, words_of

RULES = phrase_rules()


def hits(lines: Sequence[str]) -> list[PhraseRule | None]:
    """Return the group that each line hits."""
    keys = [comparison_form(line) for line in lines]
    return phrase_hits(lines, keys, words_of(keys))


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
    """A phrase hits a group: none is lost to an anchor that never matches."""
    phrases = [phrase for group in rule.group.phrases.values() for phrase in group]
    lines = [_line_of(phrase, rule.group) for phrase in phrases]
    missed = [line for line, hit in zip(lines, hits(lines), strict=True) if hit is None]
    assert not missed


def _line_of(phrase: str, group: PhraseGroup) -> str:
    """Return a line that the phrase is meant for."""
    if group.match is PhraseMatch.LABEL:
        return f"{phrase.upper() if group.capitals else phrase} | Harbour reopens"
    if group.opens:
        return f"{group.opens[0]} {phrase}"
    return f"{phrase} Jane Miller" if group.names or group.followed else phrase


def test_a_phrase_ends_where_words_end() -> None:
    """`share` does not stand in `shares were sold`, nor `©` rules in plain words."""
    assert hits(["Sharecroppers met", "Cookiest", "Commentary"]) == [None, None, None]


def test_a_label_may_have_its_address_behind_it() -> None:
    """As letters by mail have it; it points at one story then, and heads no list of others."""
    lines = ["** Facebook (https://facebook.com/harrow)", "[Newsletter](https://harrow.example/n)"]
    assert [hit and hit.name for hit in hits(lines)] == ["share/label", "newsletter/label"]
    (hit,) = hits(["More stories (https://harrow.example/all)"])
    assert hit is None or not hit.group.heads_list
    assert (
        hits(["The list is at https://harrow.example/newsletter", "https://x.example"])
        == [None] * 2
    )


def test_a_quoted_word_is_no_label() -> None:
    """What somebody says in one word is not a button."""
    assert hits(["“Share!”", "'Comments'"]) == [None, None]


def test_guillemets_point_or_quote() -> None:
    """As arrows they belong to the page's make-up; around a sentence they cite somebody."""
    assert None not in hits(["» Read more", "‹ Share ›", "Comments »", "»Teilen«"])  # noqa: RUF001
    assert None not in hits(["« Partager »", "« Back to top »"])
    assert (
        hits(["« Partager le pain »", "«Follow us on Twitter», wrote the minister"]) == [None] * 2
    )


def test_a_menu_may_be_one_line() -> None:
    """Most of its parts are labels or sections; two words of a sentence are not."""
    menus = ["Home | News | Sport", "Accueil > Politique > Élections", "Kontakt · Impressum"]
    assert None not in hits(menus)
    assert hits(["Sport | a life in pictures", "Ferry | Harbour | Strike"]) == [None, None]


def test_greek_capitals_have_no_accents() -> None:
    """They hit the phrase that is written with them."""
    assert None not in hits(["ΔΙΑΒΑΣΤΕ ΑΚΟΜΗ | Νέο φέρι τον Μάιο"])  # noqa: RUF001 - Greek


def test_a_label_may_have_a_number() -> None:
    """The count of comments or shares changes nothing."""
    assert None not in hits(["Comments (1,402)", "3 Comments", "Share 12", "コメント 3件"])
    assert hits(["3 comments on the budget", "Home 3"]) == [None, None]


def test_a_name_follows_a_byline() -> None:
    """A word that opens a byline opens sentences too: only names make it one."""
    byline, sentence = hits(["By Jane Miller and Per Dahl", "By dawn the road was open"])
    assert byline is not None
    assert byline.name == "byline/by"
    assert sentence is None


def test_the_index_is_not_empty() -> None:
    """All four ways to match are used."""
    assert {rule.group.match for rule in RULES} >= {
        PhraseMatch.WHOLE,
        PhraseMatch.START,
        PhraseMatch.WITHIN,
    }
    assert len(phrase_index().whole) > 1_000
