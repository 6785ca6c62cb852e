"""Where a lane goes on, and what it writes down with every commit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndMetadata

from schemas import RawRef
from streams.core.messages.message import Message
from streams.headers import ORIGIN, text_in
from streams.kafka.delivery.ledger import Ledger, Mark


@dataclass(frozen=True, slots=True)
class Place:
    """Where a source partition goes on."""

    partition: TopicPartition
    offset: int
    ledger: Ledger
    scope_note: str = ""
    changelog: TopicPartition | None = None  # of a prepared partition
    changelog_next: int = 0
    is_written_down: bool = True  # whether its offset was ever committed with a ledger
    begin: int = 0  # of its log

    @property
    def mark(self) -> Mark | None:
        """The last record that was handled, when it can still be read."""
        return self.ledger.mark_in(self.begin, self.offset)

    def knowing(self, others: Iterable["Place"]) -> "Place":
        """Return it with a ledger that knows of these places."""
        known = dict(self.ledger.known)
        for place in others:
            for tp in filter(None, (place.partition, place.changelog)):
                known[tp.topic] = known.get(tp.topic, frozenset()) | {tp.partition}
        return replace(self, ledger=replace(self.ledger, known=known))


class Book:
    """A place as it moves on. It never goes back, whatever comes again."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._ledger = place.ledger
        self._changelog_next = place.changelog_next

    @property
    def ledger(self) -> Ledger:
        """What is known of the logs, and of the last record that was handled."""
        return self._ledger

    @property
    def base(self) -> int:
        """What is added to a prepared offset for a position in the window."""
        return self._ledger.base

    def note(self, messages: Sequence[Message], changelog_next: int) -> None:
        """Take in what a transaction is about to commit.

        `changelog_next` is the offset after what the messages have written to the changelog, 0 if
        that is nothing.
        """
        mark = Mark(messages[-1].offset, messages[-1].timestamp_ms)
        self._ledger = replace(self._ledger, last=mark)
        if self._place.changelog is None:
            return
        last: dict[str, str] = {}  # of one raw partition, prepared is in its order
        for message in messages:
            place, _, offset = text_in(message.headers, ORIGIN).rpartition("/")
            last[place] = offset
        last.pop("", None)  # a request for a release, which stems from no raw message
        for place, offset in last.items():
            topic, _, partition = place.rpartition("/")
            self._ledger = self._ledger.passed(topic, int(partition), int(offset))
        self._changelog_next = max(self._changelog_next, changelog_next)

    def offsets(self, next_offset: int) -> dict[TopicPartition, OffsetAndMetadata]:
        """Return what to commit, so that the partition goes on from `next_offset`."""
        place = self._place
        note = replace(self._ledger, next_offset=next_offset).write()
        if place.changelog is None:
            return {place.partition: OffsetAndMetadata(next_offset, note)}
        return {
            place.partition: OffsetAndMetadata(next_offset, place.scope_note),
            place.changelog: OffsetAndMetadata(self._changelog_next, note),
        }


def origin_of(message: Message) -> tuple[str, int, int] | None:
    """Return topic, partition and offset of the raw message; None for what stems from none."""
    if not (origin := text_in(message.headers, ORIGIN)):
        return None
    ref = RawRef.parse(origin)
    return ref.topic, ref.partition, ref.offset
