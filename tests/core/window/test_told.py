"""What a rebuild tells of each record, and what is appended to one is left alone."""

import pytest

from streams.core.article.record import Told, cut, unpack
from streams.core.window.window import Window
from streams.settings import DedupeSettings
from tests.support.feed import Feed

TEXT = "The lighthouse keeper counted {} ships before the fog came in over the harbour wall."


def packed(count: int) -> list[bytes]:
    """Return the records of so many articles."""
    feed = Feed()
    for number in range(count):
        feed.say(TEXT.format(number))
    return [outcome.record for outcome in feed.outcomes if outcome.record is not None]


def test_what_is_appended_to_a_record_comes_back_whole() -> None:
    """The record itself reads as before."""
    (record,) = packed(1)
    parts = cut(record + b"a sample")
    assert (parts.tail, cut(record).tail) == (b"a sample", b"")
    assert (parts.id, parts.source) == ("wire.example/0", "wire.example")
    assert unpack(record + b"a sample").pack() == record


@pytest.mark.parametrize("count", [5, 600])
def test_a_rebuild_tells_of_every_record_in_order(count: int) -> None:
    """Few records are indexed one by one, many at once; both tell."""
    records = {7 * number: record + b"x" for number, record in enumerate(packed(count))}
    told: list[tuple[int, Told]] = []
    window = Window(DedupeSettings(), records.__getitem__)
    window.recover([*reversed(records)], lambda position, parts: told.append((position, parts)))
    assert [position for position, _ in told] == [*records]
    assert {parts.tail for _, parts in told} == {b"x"}
