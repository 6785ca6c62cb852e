"""What stands twice goes once, and what only looks repeated stays."""

import pytest

from streams.core.residue.repeats import find_repeats
from streams.core.text.normalise import comparison_form

LONG = (
    "The fund for small harbours paid out a record sum in the first quarter, "
    "its director said on Monday, and twelve of them got money."
)
OTHER = (
    "It was the fourth rise in a row, and the board expects another one in the summer, "
    "when the ferry lines publish their own figures."
)


def repeats(*lines: str) -> dict[int, int]:
    """Return the repeats among lines."""
    return dict(find_repeats([comparison_form(line) for line in lines]))


def test_a_long_line_goes_alone() -> None:
    """A repeated paragraph goes, wherever it stands."""
    assert repeats(LONG, OTHER, LONG) == {2: 0}


def test_a_difference_in_typography_is_none() -> None:
    """Blanks, zero-width characters, quotes and Unicode form do not make another text."""
    assert repeats("“So” " + LONG, OTHER, '"So"  ' + LONG.replace("sum", "su\u200bm")) == {2: 0}


def test_the_short_lines_of_a_block_go_along() -> None:
    """A repeated block takes its short lines with it."""
    assert repeats("Money", LONG, "Rise", "End", "Money", LONG, "Rise") == {4: 0, 5: 1, 6: 2}


def test_a_block_takes_its_lists_and_questions_along() -> None:
    """What would stay by itself goes as part of a block that has a paragraph in it."""
    block = ("Who pays?", "- The council, says the mayor", LONG[:100])
    assert repeats(*block, OTHER, *block) == {4: 0, 5: 1, 6: 2}


def test_a_stanza_is_no_block() -> None:
    """A refrain of several lines stays: none of them is as wide as a paragraph."""
    refrain = ("Carry me over the water", "Carry me over the sea", "And never let me go, my love")
    assert repeats(*refrain, OTHER, *refrain) == {}


def test_short_repeats_stay() -> None:
    """Refrains, questions and table cells repeat by right."""
    assert repeats("Carry me over", "Yes.", "Carry me over", "Yes.") == {}
    assert repeats(LONG[:-1] + "?", OTHER, LONG[:-1] + "?") == {}
    assert repeats("- " + LONG, OTHER, "- " + LONG) == {}


def test_a_step_of_a_plan_may_recur() -> None:
    """What stands there four times is a plan's step or a form's line, and no slip."""
    days = [line for day in "ABCD" for line in (f"Day {day}", LONG, f"{day} and rest.")]
    assert repeats(*days) == {}
    assert repeats(*days[:9]) == {4: 1, 7: 1}


def test_a_near_repeat_goes() -> None:
    """Other stops, and an end that was cut off, do not save a repeated paragraph."""
    assert repeats(LONG, OTHER, LONG.replace("quarter,", "quarter;")) == {2: 0}
    assert repeats(LONG, OTHER, LONG[:-10].rpartition(" ")[0] + " …") == {2: 0}


@pytest.mark.parametrize(
    ("words", "others"),
    [
        ("4.5", "4.7"),
        ("Bergen", "Tromso"),
        ("4.5", "-4.5"),
        ("record", "small"),
        ("was", "was not"),
    ],
)
def test_another_word_is_another_fact(words: str, others: str) -> None:
    """Paragraphs of one form that differ in a figure, name or any word at all are no repeats."""
    rate = LONG + " The rate was 4.5 per cent in Bergen."
    assert repeats(rate, OTHER, rate.replace(words, others)) == {}


def test_what_goes_on_longer_stays() -> None:
    """A paragraph of which the beginning stood above says more than that."""
    assert repeats(LONG[:-10].rpartition(" ")[0] + " …", OTHER, LONG) == {}


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("Łęg", "Łódź"),
        ("Βόλος", "Πάτρα"),
        ("هارو", "سالمار"),
        ("白石", "青木"),
        ("सोनपुर", "बेलापुर"),
        ("บางแก้ว", "นครชัย"),
    ],
)
def test_a_name_is_a_fact_in_any_script(text: str, there: str) -> None:
    """Reports of one form that differ in a town stay, whether its script has capitals or not."""
    form = f"{text} {LONG}"
    assert repeats(form, OTHER, form.replace(text, there)) == {}
