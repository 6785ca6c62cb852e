"""What a lane knows beyond its next offset, kept in the note of its committed offset.

An offset alone says nothing about the log that it counts: a topic that was made anew, or whose end
was lost with a broker, begins to count again. So each commit also says which topics it was about
and what was known of them. Kafka keeps the note with the offset, in the same transaction.

A raw partition's ledger is the note of its own offset. A prepared partition's is the note of an
offset of the same partition of the changelog, which says up to where the window was written; its
own note holds the scope.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

# Kafka takes notes of 4,096 bytes (offset.metadata.max.bytes).
MAX_NOTE_BYTES = 4_000

Partitions = Mapping[str, frozenset[int]]  # by topic


class Mark(NamedTuple):
    """A record of a source partition, as far as it is recognised by."""

    offset: int
    timestamp_ms: int

    def is_replaced_by(self, offset: int, timestamp_ms: int) -> bool:
        """Return whether a record at `offset` stands where this one stood."""
        return offset == self.offset and timestamp_ms != self.timestamp_ms


@dataclass(frozen=True, slots=True)
class Ledger:
    """The note of a lane. Offsets are those to go on from."""

    ids: Mapping[str, str] = field(default_factory=dict)  # topic -> Kafka's id of it
    # Source partitions whose offset was committed: one that has none now has lost it.
    known: Partitions = field(default_factory=dict)
    next_offset: int = 0  # the committed offset
    is_unfinished: bool = False  # a reset has begun, and has not put everything right yet
    # The last record that was handled: another one in its place shows another log.
    last: Mark | None = None
    # Of a prepared partition alone:
    base: int = 0  # what is added to its offsets for positions in the window
    # How far stage 2 is in each raw partition, topic -> partition -> next raw offset.
    raw: Mapping[str, Mapping[int, int]] = field(default_factory=dict)

    def write(self) -> str:
        """Return the note. What would make it too long for Kafka is left out, least needed first.

        >>> Ledger(ids={"news.raw": "a"}, known={"news.raw": frozenset({0, 1, 2, 5})}).write()
        '{"ids":{"news.raw":"a"},"known":{"news.raw":"0-2,5"}}'
        """
        for ledger in (self, replace(self, raw={}), replace(self, raw={}, known={})):
            note = json.dumps(ledger._fields(), separators=(",", ":"))
            if len(note.encode()) <= MAX_NOTE_BYTES:
                break
        return note

    def _fields(self) -> dict[str, Any]:
        fields = {
            "ids": dict(self.ids),
            "known": {topic: ranges(numbers) for topic, numbers in self.known.items()},
            "next": self.next_offset,
            "unfinished": self.is_unfinished,
            "last": self.last,
            "base": self.base,
            "raw": {topic: dict(offsets) for topic, offsets in self.raw.items()},
        }
        return {name: value for name, value in fields.items() if value}

    def mark_in(self, begin: int, committed: int) -> Mark | None:
        """Return the last record that was handled, when a log that begins there still has it."""
        last = self.last
        return last if last is not None and begin <= last.offset < committed else None

    def passed(self, topic: str, partition: int, offset: int) -> "Ledger":
        """Return the ledger after stage 2 has handled the raw message at `offset`."""
        of_topic = self.raw.get(topic, {})
        if of_topic.get(partition, 0) > offset:
            return self
        raw = {**self.raw, topic: {**of_topic, partition: offset + 1}}
        return replace(self, raw=raw)


def read_ledger(note: str) -> Ledger | None:
    """Return what a note says; None for one of a release that kept no ledger.

    >>> read_ledger("scope=all")
    >>> read_ledger('{"next":7,"raw":{"news.raw":{"0":9}}}').raw
    {'news.raw': {0: 9}}
    """
    if not note.startswith("{"):
        return None
    fields = json.loads(note)
    return Ledger(
        ids=fields.get("ids", {}),
        known={topic: numbers(text) for topic, text in fields.get("known", {}).items()},
        next_offset=fields.get("next", 0),
        is_unfinished=fields.get("unfinished", False),
        last=Mark(*fields["last"]) if "last" in fields else None,
        base=fields.get("base", 0),
        raw={
            topic: {int(partition): offset for partition, offset in offsets.items()}
            for topic, offsets in fields.get("raw", {}).items()
        },
    )


def ranges(numbers: Iterable[int]) -> str:
    """Return numbers as text, neighbours together.

    >>> ranges({0, 1, 2, 5})
    '0-2,5'
    """
    parts: list[list[int]] = []
    for number in sorted(numbers):
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ",".join(f"{a}-{b}" if a < b else f"{a}" for a, b in parts)


def numbers(text: str) -> frozenset[int]:
    """Return the numbers that `ranges` wrote.

    >>> sorted(numbers("0-2,5"))
    [0, 1, 2, 5]
    """
    found: set[int] = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)


def merged(ledgers: Iterable[Ledger]) -> tuple[dict[str, str], dict[str, frozenset[int]]]:
    """Return the ids and partitions that any of them knows.

    Of two ids of one topic the later one cannot be told; whoever asks compares each ledger.
    """
    ids: dict[str, str] = {}
    known: dict[str, frozenset[int]] = {}
    for ledger in ledgers:
        ids.update(ledger.ids)
        for topic, found in ledger.known.items():
            known[topic] = known.get(topic, frozenset()) | found
    return ids, known
