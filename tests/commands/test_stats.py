"""What key and headers say of an outcome, for `tail`'s filters and `stats`."""

from datetime import UTC, datetime, timedelta

import pytest

from streams.commands.shared import since_ms
from streams.commands.stats import OutcomeCounts
from streams.commands.tail import Filter, as_json
from streams.core.messages.message import Message
from streams.headers import Headers


def outcome(door: str, key: bytes | None, **headers: str) -> Message:
    """Return a record as it stands on a door's topic."""
    named: Headers = tuple((f"cleanwire-{name}", text.encode()) for name, text in headers.items())
    return Message(f"news.{door}", 1, 2, 3, key, b"{}", named)


NEW = outcome("clean", b"a.example/1", verdict="new", story="a.example/1")
COPY = outcome("duplicates", b"b%2Fc/9", verdict="syndicated", story="a.example/1")
REJECTED = outcome("rejected", b"c.example", reason="no_text", origin="news.raw/0/1")
STRAY = Message("news.clean", 1, 2, 3, None, b"not ours")


def test_outcomes_are_counted_by_verdict_source_and_story() -> None:
    """Rejections by their reason, and a stray record as such."""
    counted = OutcomeCounts()
    for message in (NEW, COPY, COPY, REJECTED, STRAY):
        counted.take(message)
    assert counted.as_dict() == {
        "verdicts": {
            "duplicates: syndicated": 2,
            "clean: new": 1,
            "rejected: no_text": 1,
            "clean: stray record": 1,
        },
        "sources": {"b/c": 2, "a.example": 1, "c.example": 1, "(unknown)": 1},
        "copies_by_story": {"a.example/1": 2},
    }


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [
        (Filter(), [NEW, COPY, REJECTED, STRAY]),
        (Filter(source="b/c"), [COPY]),
        (Filter(verdict="no_text"), [REJECTED]),
        (Filter(story="a.example/1"), [NEW, COPY]),
        (Filter(story="a.example/1", verdict="new"), [NEW]),
    ],
)
def test_filters_take_what_they_name(wanted: Filter, taken: list[Message]) -> None:
    """All of what is named must hold."""
    assert [m for m in (NEW, COPY, REJECTED, STRAY) if wanted.takes(m)] == taken


def test_a_stray_record_is_shown_as_one_line_of_json() -> None:
    """Where it stands and what it holds; a program that reads lines goes on."""
    assert as_json(STRAY) == '{"stray": "news.clean/1/2", "key": null, "value": "not ours"}'


def test_a_moment_may_be_a_length_of_time_or_a_time() -> None:
    """Both in milliseconds since 1970; anything else is refused with what to write."""
    hours = since_ms("6h")
    assert hours is not None
    assert abs(hours / 1000 - (datetime.now(UTC) - timedelta(hours=6)).timestamp()) < 5
    assert since_ms("2026-01-31T12:00+00:00") == 1_769_860_800_000
    assert since_ms(None) is None
    with pytest.raises(ValueError, match="write 30m"):
        since_ms("yesterday")
