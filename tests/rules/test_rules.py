"""Every rule of every source is tested by its own example and counter-example."""

import re
import time
import tomllib
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from pydantic import ValidationError

from schemas.rule import Rule, RuleFile
from streams.core.rules.apply import (
    NamedRule,
    apply_alone,
    apply_rules,
    apply_to_title,
    installed_rules,
    read_rules,
    rules_for,
)
from streams.core.rules.check import check_rules, new_rule_stub
from streams.core.text.lines import split_lines

RULES_FOLDER = [named for group in installed_rules().values() for named in group]
EXAMPLES = [(named, number) for named in RULES_FOLDER for number in range(len(named.rule.example))]
NAMES = [f"{named.name}[{number}]" for named, number in EXAMPLES]

# Beginnings and fillers that patterns like to get stuck in.
BAITS = [
    head + filler * (20_000 // len(filler))
    for head, filler in product(
        ("", "The post ", "Our Standards: ", "Reporting by a; editing by b", "Read more"),
        ("a", " ", "a ", ".", "; ", "(", "the post ", "by a; editing by ", "appeared first on "),
    )
]


@pytest.mark.parametrize(("named", "number"), EXAMPLES, ids=NAMES)
def test_a_rule_does_what_its_example_says(named: NamedRule, number: int) -> None:
    """The example holds when the rule runs alone, and a second run changes nothing."""
    example = named.rule.example[number]
    assert apply_alone(named, example.before) == example.after
    assert apply_alone(named, example.after) == example.after


@pytest.mark.parametrize("named", RULES_FOLDER, ids=lambda named: named.name)
def test_no_rule_changes_what_another_keeps(named: NamedRule) -> None:
    """All rules leave the counter-examples of all others alone."""
    for other in RULES_FOLDER:
        for keeps in other.rule.keeps:
            assert apply_alone(named, keeps.text) == keeps.text


@pytest.mark.parametrize("named", RULES_FOLDER, ids=lambda named: named.name)
def test_no_rule_takes_long_on_hostile_text(named: NamedRule) -> None:
    """Each rule reads 45 baits of 20,000 characters in under 50 ms each."""
    for bait in BAITS:
        start = time.process_time()
        apply_alone(named, bait)
        assert time.process_time() - start < 0.05, bait[:40]


def test_the_installed_rules_are_sound() -> None:
    """`cleanwire rules check` has nothing to say."""
    assert check_rules(installed_rules()) == []


def test_a_stub_is_a_valid_file(tmp_path: Path) -> None:
    """What `cleanwire rules new` writes passes the check as it is."""
    (tmp_path / "example.com.toml").write_text(new_rule_stub("example.com"))
    assert check_rules(read_rules(tmp_path)) == []


def test_a_stub_needs_a_domain() -> None:
    """A name with a path in it cannot become a file elsewhere."""
    with pytest.raises(ValueError, match="no domain"):
        new_rule_stub("../etc/passwd")


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    """A row without example and keeps, with a bad pattern and an unknown key, says all four."""
    (tmp_path / "example.com.toml").write_text(
        '[[rule]]\nid = "x1"\nop = "drop_line"\npattern = "(abc"\nreason = "share"\n'
        'why = "x"\nseen = "x"\ncolour = "red"\n'
    )
    with pytest.raises(ValueError, match=r"example\.com\.toml") as error:
        read_rules(tmp_path)
    assert all(word in str(error.value) for word in ("example", "keeps", "colour"))


@pytest.mark.parametrize(
    ("pattern", "op"),
    [
        ("(a+)+$", "drop_line"),
        ("abc", "strip_prefix"),
        ("abc", "strip_suffix"),
        ("ab(", "drop_line"),
    ],
)
def test_a_dangerous_pattern_is_refused(pattern: str, op: str) -> None:
    """Nested quantifiers, missing anchors and broken patterns never load."""
    row = {"id": "r1", "op": op, "pattern": pattern, "reason": "share", "why": "w", "seen": "s"}
    with pytest.raises(ValidationError, match="pattern"):
        Rule.model_validate(
            {**row, "example": [{"before": "a", "after": ""}], "keeps": [{"text": "b"}]}
        )


def test_a_wrong_example_is_reported(tmp_path: Path) -> None:
    """The check names rule, example and what came out."""
    text = new_rule_stub("example.com").replace('after = ""', 'after = "else"')
    (tmp_path / "example.com.toml").write_text(text)
    assert "what-it-removes: example 0" in check_rules(read_rules(tmp_path))[0]


def test_an_example_without_what_every_hit_holds_is_reported(tmp_path: Path) -> None:
    """Such a rule would never be asked; one of several texts is enough."""
    stub = new_rule_stub("example.com")
    for contains, problems in (('"Some"', 1), ('["Some", "pattern here"]', 0)):
        text = stub.replace("reason =", f"contains = {contains}\nreason =")
        (tmp_path / "example.com.toml").write_text(text)
        assert len(check_rules(read_rules(tmp_path))) == problems


def test_cut_spans_restore_the_text() -> None:
    """A prefix or suffix that goes is recorded with its own offsets, blanks or no blanks."""
    text = "The  pier   reopens in May.  The post Ferry pier appeared first on Harbour Gazette."
    rules = rules_for(installed_rules(), None, None)
    left, removals = apply_rules(rules, text, split_lines(text))
    assert [line.text for line in left] == ["The pier reopens in May."]
    assert text[left[0].start : left[0].end] == "The  pier   reopens in May."
    assert removals[0].text == text[removals[0].start : removals[0].end]
    assert text[left[0].end : removals[0].start].strip() == ""
    assert removals[0].end == len(text)


def test_an_ended_rule_leaves_later_articles_alone() -> None:
    """`until` ends a rule by the article's own date."""
    row = tomllib.loads(new_rule_stub("example.com") + "")["rule"][0] | {"until": date(2026, 1, 1)}
    rule = RuleFile.model_validate({"rule": [row]}).rule[0]
    named = NamedRule("example.com/x", rule, RULES_FOLDER[0].pattern)
    rules = {"example.com": (named,)}
    assert rules_for(rules, "example.com", date(2025, 12, 31)) == [named]
    assert rules_for(rules, "example.com", date(2026, 1, 2)) == []
    assert rules_for(rules, "other.com", None) == []


def test_a_title_rule_strips_but_never_empties() -> None:
    """A site's name behind the title goes; a title that is nothing else stays."""
    row = tomllib.loads(new_rule_stub("example.com"))["rule"][0]
    row |= {"op": "strip_suffix", "field": "title", "pattern": "Gazette$"}
    rule = RuleFile.model_validate({"rule": [row]}).rule[0]
    named = NamedRule("example.com/site", rule, re.compile(rule.pattern))
    assert apply_to_title([named], "Pier opens Gazette") == "Pier opens"
    assert apply_to_title([named], "Gazette") == "Gazette"
