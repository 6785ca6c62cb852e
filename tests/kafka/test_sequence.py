"""A lane's sequence: what it accepts, what it passes over, and what it refuses."""

import pytest
from aiokafka import TopicPartition

from streams.kafka.delivery.ledger import Mark
from streams.kafka.delivery.sequence import Link, OffsetSequence, OtherLogError, RecordSkippedError

GENERATION = 5
STAMP = 1_700_000_000_000


@pytest.fixture
def sequence() -> OffsetSequence:
    """Committed up to offset 10, in generation 5."""
    return OffsetSequence(TopicPartition("raw", 0), committed=10, generation=GENERATION)


def at(follows_from: int, generation: int = GENERATION) -> Link:
    """Return where a record was fetched."""
    return Link(generation, follows_from)


def test_records_are_accepted_one_after_the_other(sequence: OffsetSequence) -> None:
    """The next record moves the expected offset on."""
    assert sequence.accept(10, at(10), STAMP)
    assert sequence.accept(11, at(11), STAMP)
    assert sequence.expected == 12


def test_a_gap_of_markers_is_no_gap(sequence: OffsetSequence) -> None:
    """Offsets 11..13 are markers: the fetch says that 14 follows from 11."""
    assert sequence.accept(10, at(10), STAMP)
    assert sequence.accept(14, at(11), STAMP)


def test_a_record_seen_before_is_passed_over(sequence: OffsetSequence) -> None:
    """After a seek the same records come again."""
    assert sequence.accept(10, at(10), STAMP)
    assert not sequence.accept(10, at(10), STAMP)
    assert not sequence.accept(9, at(9), STAMP)


def test_a_record_of_an_earlier_generation_is_passed_over(sequence: OffsetSequence) -> None:
    """It was fetched before a rebalance; the seek after it brings what is due."""
    assert not sequence.accept(12, at(12, GENERATION - 1), STAMP)
    assert sequence.expected == 10


def test_a_skipped_record_is_an_error(sequence: OffsetSequence) -> None:
    """Offset 12 was fetched after a record at 11 that never arrived."""
    assert sequence.accept(10, at(10), STAMP)
    with pytest.raises(RecordSkippedError, match="expected offset 11, but records up to 12"):
        sequence.accept(12, at(12), STAMP)


def test_it_is_read_from_the_last_record_that_was_handled() -> None:
    """Which is recognised and not handled again; another one in its place shows another log."""
    mark = Mark(8, STAMP)
    found = OffsetSequence(TopicPartition("raw", 0), committed=10, generation=5, mark=mark)
    assert found.reads_from == 8
    assert not found.accept(8, at(8), STAMP)
    assert found.accept(10, at(9), STAMP)
    with pytest.raises(OtherLogError, match=r"raw\[0\] was read up to 9, but at 8"):
        found.accept(8, at(8), STAMP + 1)
