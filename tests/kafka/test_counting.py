"""The counting behind docs/delivery.md: whatever breaks the promise shows in its figures."""

from dataclasses import replace
from typing import Any

import pytest

from streams.topology import Door
from tests.support.harness import Outputs, Published, Result, judge, load, published

STORIES = 5


def as_promised() -> list[Published]:
    """Return what comes out of a load of `STORIES` when the promise is kept."""
    records = []
    for article in load(STORIES):
        where = f"news.raw/0/{article.number}"
        name = f"{article.source}/{article.id}"
        if article.copy:
            first = f"{article.source}/{article.story}-0"
            records.append(Published(Door.DUPLICATES, where, name, "duplicate", first))
        else:
            records.append(Published(Door.CLEAN, where, name, "new"))
    return records


def judged(records: list[Published]) -> Result:
    """Count records as a run does."""
    outputs = Outputs()
    for record in records:
        outputs.take(record)
    figures: dict[str, Any] = {"exits": {}, "ended_with": [0], "seconds": 1, "longest_pause_s": 0}
    return judge(outputs, [*load(STORIES)], left_behind=0, **figures)


def of(door: Door) -> Published:
    """Return a record of an output topic that belongs there."""
    return next(record for record in as_promised() if record.door is door)


def rejection_of(record: Published) -> Published:
    """Return the rejection of the raw message that a record stems from."""
    return Published(Door.REJECTED, record.origin)


def test_a_kept_promise_is_good() -> None:
    """Every message once, every story new once."""
    assert judged(as_promised()).good


STRAY = Published(Door.REJECTED, "news.raw/1/99")
TWICE = {
    "an article": [of(Door.CLEAN)],
    "a copy": [of(Door.DUPLICATES)],
    "an article, also held back": [replace(of(Door.CLEAN), door=Door.DUPLICATES)],
    "an article, also rejected": [rejection_of(of(Door.CLEAN))],
    "a copy, also rejected": [rejection_of(of(Door.DUPLICATES))],
    "a rejection": [STRAY, STRAY],
    "an article under another origin": [replace(of(Door.CLEAN), origin="news.raw/2/99")],
}


@pytest.mark.parametrize("more", TWICE.values(), ids=TWICE.keys())
def test_a_record_published_twice_is_counted(more: list[Published]) -> None:
    """At whichever door, and at two different ones."""
    result = judged(as_promised() + more)
    assert (result.published_twice, result.good) == (1, False)


def test_a_rejected_article_of_the_load_is_lost() -> None:
    """Each is good, so its rejection is no outcome to be content with."""
    records = [
        rejection_of(record) if record == of(Door.CLEAN) else record for record in as_promised()
    ]
    result = judged(records)
    assert (result.lost, result.not_once_new, result.published_twice) == (1, 1, 0)
    assert result.rejected == 1


def test_a_missing_copy_is_lost() -> None:
    """The story alone is not enough: every message has an outcome."""
    result = judged([record for record in as_promised() if record != of(Door.DUPLICATES)])
    assert (result.lost, result.not_once_new, result.good) == (1, 0, False)


@pytest.mark.parametrize(
    "changes", [{"verdict": "new"}, {"copy_of": "elsewhere.example/1"}], ids=str
)
def test_another_verdict_is_counted(changes: dict[str, Any]) -> None:
    """Also when only the article that it is a copy of is another."""
    changed = [
        replace(record, **changes) if record == of(Door.DUPLICATES) else record
        for record in as_promised()
    ]
    assert judged(changed).verdicts_changed == 1


class Record:
    """Stands in for a record of librdkafka."""

    def headers(self) -> list[tuple[str, bytes]]:
        """Return what a rejection carries."""
        return [("cleanwire-origin", b"news.raw/3/8"), ("cleanwire-reason", b"not_json")]

    def value(self) -> bytes:
        """Return bytes that are no JSON."""
        return b"{"


def test_a_rejection_is_known_by_where_its_raw_message_stands() -> None:
    """Nothing else of it is sure: two rejections of one message must not look like two messages."""
    record: Any = Record()
    assert published(Door.REJECTED, record) == Published(Door.REJECTED, "news.raw/3/8")
