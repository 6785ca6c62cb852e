"""Explanations, as far as they need no topics."""

import re
from pathlib import Path

from schemas.output import DecisionNote, Objection, Row
from streams.explain.difference import differences
from streams.explain.words import NOTES, OBJECTIONS, RULES


def test_every_row_of_the_verdict_table_has_a_sentence() -> None:
    """Nobody is left with a bare name."""
    assert set(RULES) == set(Row)


def test_every_note_has_a_sentence() -> None:
    """As every row has."""
    assert set(OBJECTIONS) == set(Objection)
    assert set(NOTES) == set(DecisionNote)


def test_every_documented_note_has_a_sentence() -> None:
    """The notes of docs/dedupe.md are those that a candidate can have."""
    page = (Path(__file__).parents[1] / "docs/dedupe.md").read_text(encoding="utf-8")
    table = page.partition("| `note` |")[2].partition("\n\n")[0]
    notes = set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
    assert notes == set(Objection)


def test_differences_give_back_both_texts() -> None:
    """The pieces of each side are its text, whole and in order."""
    mine, theirs = "A  b c.", "A b d e."
    pieces = differences(mine, theirs)
    assert ["".join(piece.text for piece in side) for side in pieces] == [mine, theirs]


def test_equal_texts_have_no_difference() -> None:
    """Nothing is marked."""
    assert not any(piece.own for side in differences("Same.", "Same.") for piece in side)
