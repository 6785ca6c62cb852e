"""Which line becomes the title of a text that came without one."""

import pytest

from streams.core.residue.cleaner import find_residue
from streams.core.residue.dates import is_date

HEADLINE = "Salt barges lie idle for a second week"
STORY = (
    (
        "The salt barges of the lower river lay idle for a second week on Monday, because the lock "
        "at Wendle has not been mended and nobody knows when it will be."
    ),
    (
        "Skippers said that their idle barges cost them a week's wages, and asked the board to "
        "pay for the second week at least."
    ),
    "The board wrote that it had no money for idle barges, and hoped for rain.",
)
BOX = ("By Ulla Brandt", "Monday, 3 May 2027, 10:32 pm", "Share", "Facebook", "Copy link", "Print")


def title_of(*lines: str) -> str | None:
    """Return the line that becomes the title."""
    headline = find_residue(lines, None).headline
    return None if headline is None else lines[headline]


def test_a_box_may_stand_below_the_headline() -> None:
    """Byline, date and buttons between headline and story are passed over, however many."""
    assert title_of(HEADLINE, *STORY) == HEADLINE
    assert title_of(HEADLINE, *BOX, *STORY) == HEADLINE


def test_a_menu_above_the_headline_is_not_it() -> None:
    """Names of sections and other stories' titles share no words with the story."""
    menu = ("Home", "Regional news and weather", "Council elects a new chairwoman")
    assert title_of(*menu, HEADLINE, *BOX, *STORY) == HEADLINE


@pytest.mark.parametrize(
    "line",
    [
        "Monday, 3 May 2027, 10:32 pm",
        "Photo: Ulla Brandt / River Post",
        "By Ulla Brandt and Jonas Weil",
        "The barges lay idle, said the board.",
    ],
)
def test_what_is_no_headline_never_becomes_one(line: str) -> None:
    """Neither a date nor a credit, byline or sentence above the story is its title."""
    assert title_of(line, *STORY) is None


def test_a_subhead_inside_the_story_is_not_the_headline() -> None:
    """The headline stands above the first paragraph."""
    assert title_of(STORY[0], "Idle barges and no money", *STORY[1:]) is None


def test_what_stood_between_headline_and_story_goes() -> None:
    """Once the headline is the title, byline and date stand at the text's edge."""
    verdicts = find_residue((HEADLINE, *BOX[:2], *STORY), None).verdicts
    assert [verdict is None for verdict in verdicts] == [False, False, False, True, True, True]


@pytest.mark.parametrize(
    "line",
    [
        "24 November 2026, 10:32 pm",
        "Dienstag, 24. November 2026, 22:32 Uhr",
        "24 de noviembre de 2026 - 22:32",
        "2026年11月24日 22:32:15",
        "24.11.2026 22:32",
        "Last updated: Nov 24, 2026",
        "发布时间：2026-11-24 星期二 18:06",  # noqa: RUF001 - a colon of East Asia
        "24 нояб. 2026 г.",  # noqa: RUF001 - Cyrillic
        "الثلاثاء 24 نوفمبر 2026 - 10:32 م",
    ],
)
def test_a_date_is_known(line: str) -> None:
    """A date with its weekday, time and label, in any of these forms."""
    assert is_date(line)


@pytest.mark.parametrize(
    "line",
    [
        "2026 budget: 24 schools close",
        "On 3 May 2027 the lock at Wendle broke for good",
        "12:30",
        "She died on 3 May 2027.",
        "Am 3. Mai 2027 brach sie.",
        "11月24日凌晨，老码头起火，三艘渔船被烧毁。",  # noqa: RUF001 - commas of East Asia
        "2027年5月3日旧码头起火无人伤亡",
    ],
)
def test_what_only_has_figures_is_no_date(line: str) -> None:
    """Words that say more than a date box does make a line something else."""
    assert not is_date(line)


def test_titles_of_other_stories_go_at_the_end() -> None:
    """Below the heading of their list nothing of this story follows; above it, its title."""
    other = ("Related articles", "Council elects a new chairwoman", "Rain is on its way")
    verdicts = find_residue((*STORY, *other), HEADLINE).verdicts
    assert [verdict is None for verdict in verdicts] == [True] * 3 + [False] * 3
    assert title_of("Latest news", HEADLINE, *STORY) == HEADLINE


def test_where_no_paragraph_has_a_stop_none_is_a_title() -> None:
    """Thai ends no sentence with a sign: the last paragraph below a list of stories stays."""
    story = [line.rstrip(".") for line in STORY]
    last = "The board meets again on Friday, its spokeswoman said"
    verdicts = find_residue((*story, "Related articles", last), HEADLINE).verdicts
    assert verdicts[-1] is None


@pytest.mark.parametrize(
    ("line", "goes"),
    [
        ("The lighthouse is sold | Vell Post", True),
        ("The lighthouse is sold · Vell Post", True),
        ("The lighthouse is sold - and nobody knows why", False),
        ("The lighthouse is sold | for more than the board that bought it can ever pay", False),
    ],
)
def test_a_heading_with_the_name_of_the_site_repeats_the_title(line: str, goes: bool) -> None:  # noqa: FBT001 - a case
    """The title itself was freed of that name."""
    verdicts = find_residue([line, *STORY], "The lighthouse is sold").verdicts
    assert (verdicts[0] is not None and verdicts[0].rule == "title/repeat") is goes


def test_the_number_of_a_link_ends_no_sentence() -> None:
    """A paragraph is one with "[2]" behind it too, and stands below no story as a label does."""
    last = "From January lorries pay 14 crowns more, which the hauliers call robbery. [2]"
    labels = ("Facebook", "Twitter", "Newsletter", "Unsubscribe", "Privacy policy")
    verdicts = find_residue([*STORY, "Read more (https://vell.example/a)", last, *labels], None)
    assert verdicts.verdicts[len(STORY) + 1] is None


def test_the_line_below_the_box_is_a_caption() -> None:
    """It says more of the story than the headline does, which stands above the box."""
    headline = "No wages at Wendle: barges wait for rain"
    caption = "Skippers of idle barges at the lower river, waiting for the lock on Monday"
    assert title_of("Menu", "Search", headline, *BOX, caption, *STORY) == headline


def test_the_only_line_that_stays_is_the_headline() -> None:
    """Though hardly a word of it recurs, as where words are put together or bent."""
    headline = "Five weeks without a single wheel"
    assert title_of("Menu", "Search", headline, *BOX, *STORY) == headline


def test_a_label_with_a_day_is_no_headline() -> None:
    """A date box without a year is one, too."""
    assert title_of("Sist oppdatert 24. november", *STORY) is None
    assert is_date("Julkaistu 24.11. klo 9:30")
    assert is_date("기사입력 2026-11-24 17:30 | 최종수정 2026-11-24 18:00")
    assert not is_date("2.4. Results of the second week")
