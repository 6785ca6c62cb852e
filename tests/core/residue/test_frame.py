"""What stands above the headline, beside it and below the story of a page."""

from streams.core.residue.cleaner import find_residue

HEADLINE = "Salt barges lie idle for a second week"
STORY = (
    (
        "The salt barges of the lower river lay idle for a second week on Monday, because the lock "
        "at Wendle has not been mended and nobody knows when it will be."
    ),
    "Skippers said that their idle barges cost them a week's wages, and asked for pay at least.",
)


def kept(*lines: str, title: str | None = None) -> list[str]:
    """Return the lines that stay."""
    verdicts = find_residue(lines, title).verdicts
    return [line for line, verdict in zip(lines, verdicts, strict=True) if verdict is None]


def test_what_stands_among_labels_above_the_headline_goes() -> None:
    """Names of sections that no table of phrases knows."""
    menu = ("Home", "Riverside", "Wendle and around", "Search", "Log in")
    assert kept(*menu, HEADLINE, *STORY) == list(STORY)
    assert kept(*menu, HEADLINE, *STORY, title=HEADLINE) == list(STORY)


def test_what_stands_among_labels_below_the_story_goes() -> None:
    """Titles of other stories between the headings of their lists and the footer."""
    below = ("Related stories", "A bridge too low", "Share", "Our mill", "Contact us", "Log in")
    assert kept(*STORY, *below, title=HEADLINE) == list(STORY)


def test_a_table_below_the_story_stays() -> None:
    """A label or two among many lines make no footer of it."""
    table = ("Share", *(f"Barge {at} of Wendle: {at * 7} tons" for at in range(20)), "Contact us")
    assert set(table[1:-1]) <= set(kept(*STORY, *table, title=HEADLINE))


def test_without_labels_everything_stays() -> None:
    """A last short line is the story's own."""
    assert kept(*STORY, "And then it rained") == [*STORY, "And then it rained"]


def test_short_paragraphs_below_an_advert_are_the_story() -> None:
    """What ends as a sentence goes on with it, though the paragraph is a short one."""
    short = ("The mill gives the flour.", "A third lock is shut.", "Rain is due on Friday.")
    below = ("Tags: barges", "Related stories", "A bridge too low", "Share", "Contact us", "Log in")
    assert kept(*STORY, "Advertisement", *short, *below, title=HEADLINE) == [*STORY, *short]


def test_topics_below_their_heading_go() -> None:
    """Each is a word of the story."""
    below = ("Topics", "Barges", "Wendle", "Related stories", "A bridge too low", "Share", "Log in")
    assert kept(*STORY, *below, title=HEADLINE) == list(STORY)
