"""What a lane writes down with each commit."""

from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndMetadata

from streams.core.messages.message import Message
from streams.headers import ORIGIN
from streams.kafka.delivery.ledger import Ledger, Mark, read_ledger
from streams.kafka.delivery.place import Book, Place

RAW = TopicPartition("news.raw", 2)
PREPARED = TopicPartition("news.prepared", 0)
CHANGELOG = TopicPartition("changelog", 0)


def prepared(offset: int, origin: str | None) -> Message:
    """Return a record of the prepared topic."""
    headers = ((ORIGIN, origin.encode()),) if origin else ()
    return Message("news.prepared", 0, offset, 0, b"all", b"{}", headers)


def book() -> Book:
    """Return the book of a prepared partition whose window goes up to 9."""
    ledger = Ledger(ids={"news.raw": "a"}, base=100, raw={"news.raw": {2: 40}})
    return Book(Place(PREPARED, 7, ledger, "scope=all", CHANGELOG, changelog_next=10))


def test_a_raw_partition_keeps_its_ledger_beside_its_offset() -> None:
    """In the note of the same offset."""
    offsets = Book(Place(RAW, 5, Ledger(ids={"news.raw": "a"}))).offsets(8)
    assert offsets == {RAW: OffsetAndMetadata(8, '{"ids":{"news.raw":"a"},"next":8}')}


def test_a_prepared_partition_keeps_it_beside_the_end_of_its_window() -> None:
    """Its own note stays the scope, which the release before this one compares."""
    offsets = book().offsets(9)
    assert offsets[PREPARED] == OffsetAndMetadata(9, "scope=all")
    assert offsets[CHANGELOG].offset == 10
    kept = read_ledger(offsets[CHANGELOG].metadata)
    assert kept is not None
    assert (kept.next_offset, kept.base, kept.raw) == (9, 100, {"news.raw": {2: 40}})


def test_it_notes_how_far_each_raw_partition_and_the_window_are() -> None:
    """A request for a release stems from no raw message; an outcome need not write anything."""
    made = book()
    messages = [
        prepared(7, "news.raw/2/40"),
        prepared(8, "news.raw/2/41"),
        prepared(9, "news.raw/0/5"),
        prepared(10, None),
    ]
    made.note(messages, 13)
    offsets = made.offsets(11)
    kept = read_ledger(offsets[CHANGELOG].metadata)
    assert kept is not None
    assert offsets[CHANGELOG].offset == 13
    assert kept.raw == {"news.raw": {2: 42, 0: 6}}


def test_the_last_record_is_where_reading_begins_next_time() -> None:
    """Unless its log begins behind it by then, or what is committed was set back before it."""
    made = Book(Place(RAW, 5, Ledger()))
    made.note(
        [Message("news.raw", 2, 5, 77, None, b""), Message("news.raw", 2, 6, 99, None, b"")], 0
    )
    kept = read_ledger(made.offsets(9)[RAW].metadata)
    assert kept is not None
    assert kept.last == Mark(6, 99)
    assert Place(RAW, 9, kept).mark == Mark(6, 99)
    assert Place(RAW, 9, kept, begin=7).mark is None
    assert Place(RAW, 6, kept).mark is None


def test_what_comes_again_sets_nothing_back() -> None:
    """A message of stage 1 that is delivered a second time is of the past."""
    made = book()
    made.note([prepared(7, "news.raw/2/3")], 0)
    kept = read_ledger(made.offsets(8)[CHANGELOG].metadata)
    assert kept is not None
    assert kept.raw == {"news.raw": {2: 40}}
