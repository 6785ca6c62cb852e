"""What goes from the top and the bottom of a text, and what of the story stands there."""

from streams.core.residue.cleaner import find_residue

STORY = (
    "The salt barges of the lower river lay idle on Monday, because the lock has not been mended.",
    "Skippers said that idle barges cost them a week's wages, and asked for pay at least.",
)


def kept(*lines: str) -> list[str]:
    """Return the lines that stay."""
    verdicts = find_residue(lines, "No salt from Wendle").verdicts
    return [line for line, verdict in zip(lines, verdicts, strict=True) if verdict is None]


def test_one_date_at_the_end_is_a_date_box() -> None:
    """Published and updated may stand there both."""
    assert kept(*STORY, "24 November 2026", "25 November 2026, 9:15") == list(STORY)


def test_a_list_of_dates_stays() -> None:
    """Collections, matches and meetings are told by their dates alone."""
    dates = ("1 December 2026", "8 December 2026", "15 December 2026", "22 December 2026")
    assert kept(*dates, *STORY) == [*dates, *STORY]
    assert kept(*STORY, *dates) == [*STORY, *dates]


def test_a_timetable_is_no_date() -> None:
    """More than two times are departures."""
    times = ("Line 1: 7:30, 8:30, 9:30, 10:30", "Line 2: 7:45, 8:45, 9:45")
    assert kept(*times, *STORY) == [*times, *STORY]


def test_a_lead_stays_whatever_phrase_it_has() -> None:
    """Its words recur in the story, those of a call do not."""
    lead = "The idle barges, skippers say: follow us on the river for a week and see."
    call = "Never miss a thing, and follow us on every channel there is."
    assert kept(lead, *STORY) == [lead, *STORY]
    assert kept(call, *STORY) == list(STORY)
