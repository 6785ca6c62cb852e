"""Titles of other stories go from between paragraphs; lists and facts of the story stay."""

import pytest

from streams.core.residue.cleaner import find_residue

ABOVE = (
    "Crews of the night ferries between Harrow and Salmar stopped work on Tuesday as talks failed.",
    "The union says that its members would have to work eleven nights in a row under the plan.",
)
TITLES = ("Gold prices open lower after quiet weekend", "Weather: snow down to the coast")
BELOW = "The next round of talks is set for Friday morning, a spokeswoman for the county said."
MENU = ("Home", "News", "Sports", "Subscribe", "Share", "Tweet", "Comments (3)", "Advertisement")


def rules(*lines: str) -> list[str | None]:
    """Return the rule by which each line goes."""
    verdicts = find_residue(lines, "Night ferries stay in port for a third night").verdicts
    return [verdict.rule if verdict else None for verdict in verdicts]


@pytest.mark.parametrize(
    "line",
    [
        "► Harbour master resigns over audit report",
        "+ Diretor do porto pede demissão após auditoria",
        "→ 港湾局長、監査報告を受けて辞任",
    ],
)
def test_a_title_behind_an_arrow_alone_goes(line: str) -> None:
    """It points to another story, and no paragraph begins so."""
    assert rules(*ABOVE, line, BELOW)[2] == "related/pointed"


@pytest.mark.parametrize(
    "lines",
    [
        ("► A second day of rest after eleven nights", "► A crew of six instead of five"),
        ("→ The members of the union work eleven nights in a row",),
        ("► The audit report was published late on Monday.",),
        ("+ 2 cabins",),
    ],
)
def test_items_and_sentences_behind_an_arrow_stay(lines: tuple[str, ...]) -> None:
    """A list has several, a result has the story's words, a sentence ends, a fact is short."""
    assert rules(*ABOVE, *lines, BELOW) == [None] * (3 + len(lines))


def test_titles_below_their_heading_go_from_a_page() -> None:
    """As far as the next paragraph, in a text with menus and buttons."""
    found = rules(*MENU, *ABOVE, "Latest news", *TITLES, BELOW)
    assert found[len(MENU) :] == [
        None,
        None,
        "related/heading",
        "related/listed_inside",
        "related/listed_inside",
        None,
    ]


def test_titles_below_a_heading_stay_in_an_article() -> None:
    """Without a page around it, "Latest news" may be a section of the story's own."""
    assert rules(*ABOVE, "Latest news", *TITLES, BELOW)[3:] == [None] * 3
