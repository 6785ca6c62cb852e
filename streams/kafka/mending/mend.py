"""Where each stage goes on after something was lost: pure, from what Kafka still holds.

Nothing may be lost and nothing published twice, so each stage goes on from its first message
without an outcome. Where prepared articles are gone that had none yet, their raw messages are done
again one by one (`Redo`): to set the raw offset back would reject others twice.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from aiokafka import TopicPartition

from streams.kafka.delivery.judging import PartitionFacts
from streams.kafka.delivery.ledger import Ledger

RawPlace = tuple[str, int, int]  # topic, partition, offset


class RawPlaces:
    """A set of raw messages, a bit for each: there may be many millions."""

    def __init__(self) -> None:
        self._bits: dict[TopicPartition, bytearray] = {}

    def add(self, place: RawPlace) -> None:
        """Take one in."""
        byte, bit = divmod(place[2], 8)
        bits = self._bits.setdefault(TopicPartition(*place[:2]), bytearray())
        if byte >= len(bits):
            bits.extend(bytes(byte + 1 - len(bits)))
        bits[byte] |= 1 << bit

    def __contains__(self, place: RawPlace) -> bool:
        """Whether it was taken in."""
        byte, bit = divmod(place[2], 8)
        bits = self._bits.get(TopicPartition(*place[:2]), b"")
        return byte < len(bits) and bool(bits[byte] >> bit & 1)


@dataclass(slots=True)
class Outcomes:
    """What the topics say has been done."""

    # Raw messages that have an outcome, and those that wait on the prepared topic.
    decided: RawPlaces = field(default_factory=RawPlaces)
    waiting: RawPlaces = field(default_factory=RawPlaces)
    # The offset after the last of them, by raw partition.
    raw_next: dict[TopicPartition, int] = field(default_factory=dict)
    # The same, counting outcomes of stage 2 alone.
    decided_next: dict[TopicPartition, int] = field(default_factory=dict)
    # The offset after the last prepared article that has an outcome.
    prepared_next: dict[TopicPartition, int] = field(default_factory=dict)
    # The first prepared article that has none.
    prepared_waiting: dict[TopicPartition, int] = field(default_factory=dict)
    # Timestamps of the raw messages that have outcomes, by offset, of partitions that were named.
    stamps: dict[TopicPartition, dict[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Redo:
    """Raw messages from `begin` to before `end` whose prepared articles may be gone."""

    partition: TopicPartition
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Mended:
    """The offsets to go on from with their ledgers, and what is to be done again before."""

    offsets: Mapping[TopicPartition, int]
    ledgers: Mapping[TopicPartition, Ledger]  # by source partition
    redo: tuple[Redo, ...]
    lost: Mapping[int, Ledger]  # prepared partitions that lost articles


def mend(
    facts: PartitionFacts, outcomes: Outcomes, changed: Mapping[TopicPartition, int] | None = None
) -> Mended:
    """Return where every source partition goes on.

    `changed` are those whose log lost its end: a raw one goes on from the offset that is given, a
    prepared one from its first article without an outcome.
    """
    changed = changed or {}
    offsets: dict[TopicPartition, int] = {}
    ledgers: dict[TopicPartition, Ledger] = {}
    lost: dict[int, Ledger] = {}
    raw = [tp for tp in facts.partitions if tp.topic != facts.prepared]
    prepared = [tp for tp in facts.partitions if tp.topic == facts.prepared]
    for tp in raw:
        offsets[tp] = min(_raw_offset(facts, outcomes, tp), changed.get(tp, facts.ends[tp]))
        ledgers[tp] = facts.ledgers.get(tp, Ledger())
    for tp in prepared:
        offsets[tp], ledger, is_lost = _prepared(facts, outcomes, changed, tp)
        if len(prepared) == 1:  # a release before this one kept none
            ledger = _as_decided(ledger, outcomes)
        ledger = ledgers[tp] = _within(facts, ledger, offsets)
        if is_lost:
            lost[tp.partition] = ledger
    redo = []
    for tp in raw if lost else ():
        begin = min(ledger.raw.get(tp.topic, {}).get(tp.partition, 0) for ledger in lost.values())
        begin = max(begin, facts.begins[tp])
        if begin < offsets[tp]:
            redo.append(Redo(tp, begin, offsets[tp]))
    return Mended(
        offsets,
        {tp: _renewed(facts, ledger, is_unfinished=bool(redo)) for tp, ledger in ledgers.items()},
        tuple(redo),
        lost,
    )


def was_made_anew(facts: PartitionFacts, topic: str) -> bool:
    """Whether a topic is another one than that of the committed offsets."""
    now = facts.ids.get(topic)
    return any(ledger.ids.get(topic, now) != now for ledger in facts.ledgers.values())


def _raw_offset(facts: PartitionFacts, outcomes: Outcomes, tp: TopicPartition) -> int:
    begin, end, at = facts.begins[tp], facts.ends[tp], facts.committed[tp]
    if was_made_anew(facts, tp.topic):
        return begin
    if at < 0:
        passed = (
            ledger.raw.get(tp.topic, {}).get(tp.partition, 0) for ledger in facts.ledgers.values()
        )
        at = max(outcomes.raw_next.get(tp, 0), *passed, 0)
    return min(max(at, begin), end)


def _prepared(
    facts: PartitionFacts,
    outcomes: Outcomes,
    changed: Collection[TopicPartition],
    tp: TopicPartition,
) -> tuple[int, Ledger, bool]:
    """Return the next offset, the ledger that gives it its old position, and whether it lost."""
    begin, end, at = facts.begins[tp], facts.ends[tp], facts.committed[tp]
    kept = facts.ledgers.get(facts.changelog_of(tp) or tp)
    if kept is None:
        at = outcomes.prepared_next.get(tp, begin) if at < 0 else at
        kept = Ledger()
    at = max(at, kept.next_offset)
    if was_made_anew(facts, tp.topic):
        return begin, replace(kept, base=kept.base + kept.next_offset - begin), True
    if tp in changed or at > end:
        on = min(outcomes.prepared_waiting.get(tp, end), end)
        return on, replace(kept, base=kept.base + at - on), True
    return max(at, begin), kept, kept.is_unfinished


def _as_decided(ledger: Ledger, outcomes: Outcomes) -> Ledger:
    for tp, offset in outcomes.decided_next.items():
        ledger = ledger.passed(tp.topic, tp.partition, offset - 1)
    return ledger


def _within(facts: PartitionFacts, ledger: Ledger, offsets: Mapping[TopicPartition, int]) -> Ledger:
    """Return the ledger without what it says of raw messages that are no longer there."""
    raw = {
        topic: {
            partition: min(offset, offsets.get(TopicPartition(topic, partition), offset))
            for partition, offset in of_topic.items()
        }
        for topic, of_topic in ledger.raw.items()
        if not was_made_anew(facts, topic)
    }
    return replace(ledger, raw=raw)


def _renewed(facts: PartitionFacts, ledger: Ledger, *, is_unfinished: bool) -> Ledger:
    """Return the ledger with the topics as they are; a lost window stays lost."""
    ids = dict(facts.ids)
    changelog = facts.names.changelog
    if was_made_anew(facts, changelog):
        ids[changelog] = next(
            known.ids[changelog]
            for known in facts.ledgers.values()
            if known.ids.get(changelog, ids[changelog]) != ids[changelog]
        )
    known: dict[str, set[int]] = {}
    for tp in facts.partitions:
        known.setdefault(tp.topic, set()).add(tp.partition)
    return replace(
        ledger,
        ids=ids,
        known={topic: frozenset(found) for topic, found in known.items()},
        is_unfinished=is_unfinished,
        last=None,  # what stands there now may be another record
    )
