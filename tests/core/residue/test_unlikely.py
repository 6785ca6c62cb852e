"""How doubtful a line must be to go, by the text in which it stands."""

from collections.abc import Sequence

from streams.core.residue.model import read_line_model
from streams.core.residue.text_lines import read_lines
from streams.core.residue.unlikely import unlikely_lines

PARAGRAPH = "Boat {} left the harbour at noon. It carried salt, rope and a crew of eleven people."
DOUBTFUL, SURE = "Tides and ferries", "4711"
# Short lines are doubtful (log-odds -1), short lines of digits residue for sure (-5).
MODEL = read_line_model(
    {
        "bias": 0.0,
        "evidence": {},
        "trees": [{"if": [["width", 3.5], ["digits", 0.5]], "then": [-1.0, 3.0, -5.0, 3.0]}],
    }
)


def gone(texts: Sequence[str]) -> set[str]:
    """Return the lines that go."""
    return {texts[i] for i in unlikely_lines(read_lines(texts, None), MODEL).gone}


def paragraphs(count: int) -> list[str]:
    """Return as many paragraphs that differ."""
    return [PARAGRAPH.format(number) for number in range(count)]


def test_a_doubtful_line_goes_where_much_is_residue() -> None:
    """In a text full of residue what is doubtful goes, and in a clean one it stays."""
    much = [*paragraphs(8), DOUBTFUL, *[f"{SURE}{number}" for number in range(4)]]
    assert gone(much) >= {DOUBTFUL}
    assert gone([*paragraphs(8), *[f"{DOUBTFUL} {sign}" for sign in "abcde"]]) == set()


def test_one_odd_line_makes_no_page() -> None:
    """A single line that is residue for sure does not condemn the doubtful ones of an article."""
    text = [*paragraphs(30), DOUBTFUL, SURE, f"{DOUBTFUL} again"]
    assert DOUBTFUL not in gone(text)


def test_an_article_of_paragraphs_is_not_judged() -> None:
    """With two short lines at most and no residue phrase a text is taken as clean."""
    assert gone([SURE, *paragraphs(3), f"{SURE}1"]) == set()
    assert gone([SURE, *paragraphs(3), f"{SURE}1", f"{SURE}2"]) >= {SURE}


def test_a_long_text_without_a_menu_is_a_list() -> None:
    """What looks like a menu all through, and names none, keeps its doubtful lines."""
    numbers = [f"{SURE}{number}" for number in range(30)]
    names = [f"{DOUBTFUL} {number}" for number in range(70)]
    assert DOUBTFUL + " 1" in gone([*paragraphs(8), *numbers, *names[:40]])
    assert DOUBTFUL + " 1" not in gone([*paragraphs(40), *numbers, *names])


def test_a_list_does_not_go_whole() -> None:
    """Where the model would leave nothing of many lines, only what is hopeless goes."""
    names = [f"{DOUBTFUL} {number}" for number in range(25)]
    numbers = [f"{SURE}{number}" for number in range(10)]
    assert gone([*names, *numbers]) == set()
    assert gone([*names[:10], *numbers[:4]]) == {*names[:10], *numbers[:4]}
