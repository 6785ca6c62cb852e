"""Whether what Kafka holds fits what was committed: pure, so that every misfit can be tried.

A worker that takes partitions over compares for each: the log's begin and end, the committed
offset, the topic's id, and where the window's changelog was written to.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from aiokafka import TopicPartition

from streams.kafka.delivery.ledger import Ledger, merged
from streams.topology import Names

RESET_OFFSETS = "`cleanwire reset offsets` goes on without losing or repeating anything"
RESET_WINDOW = (
    "`cleanwire reset window` goes on with an empty window: copies of what came before will be "
    "published as new"
)


@dataclass(frozen=True, slots=True)
class PartitionFacts:
    """What a worker sees when it takes `partitions` over."""

    names: Names
    partitions: tuple[TopicPartition, ...]
    ids: Mapping[str, str]  # of the topics as they are now
    begins: Mapping[TopicPartition, int]  # of `partitions` and their changelogs
    ends: Mapping[TopicPartition, int]
    committed: Mapping[TopicPartition, int]  # of all partitions of all topics; -1 is none
    ledgers: Mapping[TopicPartition, Ledger]  # by the partition whose note they are
    outputs_hold_records: bool

    @property
    def prepared(self) -> str:
        """The prepared topic's name."""
        return self.names.prepared

    def changelog_of(self, tp: TopicPartition) -> TopicPartition | None:
        """Return the changelog partition of a prepared partition, None for a raw one."""
        is_prepared = tp.topic == self.prepared
        return TopicPartition(self.names.changelog, tp.partition) if is_prepared else None


def misfit(facts: PartitionFacts) -> str | None:
    """Return what does not fit, with the one command that leads out; None when all does."""
    return next(iter(_misfits(facts)), None)


def _misfits(facts: PartitionFacts) -> Iterator[str]:
    if any(ledger.is_unfinished for ledger in facts.ledgers.values()):
        yield f"a reset has begun, and did not end. {RESET_OFFSETS}"
    yield from made_anew(facts.names, facts.ledgers.values(), facts.ids)
    yield from _lost_offsets(facts)
    for tp in facts.partitions:
        yield from _outside_its_log(facts, tp)
        yield from _window(facts, tp)


def _lost_offsets(facts: PartitionFacts) -> Iterator[str]:
    _, known = merged(facts.ledgers.values())
    lost = [tp for tp in facts.partitions if facts.committed[tp] < 0 and _had_one(facts, tp, known)]
    if lost:
        yield (
            f"group {facts.names.app_id} has no committed offset for {listed(lost)}, but its "
            "outputs hold articles: the offset has expired or was deleted. Starting over would "
            f"publish them again. {RESET_OFFSETS}"
        )


def _had_one(
    facts: PartitionFacts, tp: TopicPartition, known: Mapping[str, frozenset[int]]
) -> bool:
    if tp.partition in known.get(tp.topic, ()) or facts.changelog_of(tp) in facts.ledgers:
        return True
    if facts.ledgers:
        return False  # it would be known
    return facts.outputs_hold_records and facts.ends[tp] > facts.begins[tp]


def _outside_its_log(facts: PartitionFacts, tp: TopicPartition) -> Iterator[str]:
    at, begin, end = facts.committed[tp], facts.begins[tp], facts.ends[tp]
    if 0 <= at < begin:
        yield (
            f"{tp.topic}[{tp.partition}] was read up to {at}, but now begins at {begin}: what lay "
            "between has expired unread. `cleanwire reset offsets` goes on from what is left"
        )
    if at > end:
        yield (
            f"{tp.topic}[{tp.partition}] was read up to {at}, but ends at {end}: its end was lost, "
            "as with a broker's disk or a leader that was behind; new records would be taken for "
            f"old ones. {RESET_OFFSETS}"
        )


def _window(facts: PartitionFacts, tp: TopicPartition) -> Iterator[str]:
    changelog = facts.changelog_of(tp)
    if changelog is None or facts.committed[tp] < 0:
        return
    ledger = facts.ledgers.get(changelog)
    if ledger is None:
        _, known = merged(facts.ledgers.values())
        if changelog.partition in known.get(changelog.topic, ()):
            yield f"the committed offset of {listed([changelog])} was deleted. {RESET_WINDOW}"
        return
    if facts.committed[changelog] > facts.ends[changelog]:
        yield (
            f"{listed([changelog])} was written up to {facts.committed[changelog]}, but ends at "
            f"{facts.ends[changelog]}: a part of the window is lost. {RESET_WINDOW}"
        )
    if facts.committed[tp] < ledger.next_offset:
        yield (
            f"the committed offset of {listed([tp])} was set back from {ledger.next_offset} to "
            f"{facts.committed[tp]}: what lies between would be published again. {RESET_OFFSETS}"
        )


def made_anew(names: Names, ledgers: Iterable[Ledger], ids: Mapping[str, str]) -> Iterator[str]:
    """Yield what to say of topics that have another id than a ledger knows, the changelog last."""
    changed = {
        topic
        for ledger in ledgers
        for topic, known in ledger.ids.items()
        if ids.get(topic, known) != known
    }
    for topic in sorted(changed - {names.changelog}):
        yield (
            f"topic {topic} was deleted and made anew: the committed offsets are those of the "
            f"former one. {RESET_OFFSETS}"
        )
    if names.changelog in changed:
        yield f"topic {names.changelog} was deleted and made anew. {RESET_WINDOW}"


def set_back(tp: TopicPartition, read_to: int, offset: int) -> str:
    """Return what to say when a log loses its end, or its topic, while it is read."""
    return (
        f"{listed([tp])} was read up to {read_to}, and the broker no longer has that offset: its "
        f"end was lost, or the topic was made anew (it would be read from {offset} again). "
        f"{RESET_OFFSETS}"
    )


def replaced(tp: TopicPartition, offset: int) -> str:
    """Return what to say when a log lost its end and was filled again."""
    return (
        f"{listed([tp])} was read up to {offset + 1}, but at {offset} stands another record than "
        "the one that was read: its end was lost, and new records have taken the places of old "
        f"ones. {RESET_OFFSETS}"
    )


def listed(partitions: Iterable[TopicPartition]) -> str:
    """Return partitions as people read them.

    >>> listed([TopicPartition("news.raw", 0)])
    'news.raw[0]'
    """
    return ", ".join(f"{tp.topic}[{tp.partition}]" for tp in partitions)
