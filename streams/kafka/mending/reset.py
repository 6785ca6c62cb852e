"""Ways out of what a worker refuses to start with. No worker may run meanwhile.

Offsets that do not fit what Kafka holds: expired, deleted, or of a log that was cut or made anew.
What was done is known all the same, since every outcome names the raw message it stems from.
A window that cannot be used: of another release, or with another number of partitions. It is
emptied; what waits on the prepared topic is kept, or the reset is refused.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.structs import OffsetAndMetadata

from streams.kafka.connection import client_options
from streams.kafka.delivery.judging import PartitionFacts
from streams.kafka.delivery.ledger import Ledger
from streams.kafka.delivery.place import Book, Place
from streams.kafka.delivery.starts import look, scope_note
from streams.kafka.mending.changed import changed_logs, first_changed
from streams.kafka.mending.mend import Outcomes, mend
from streams.kafka.mending.redo import Prepare, read_outcomes, redo
from streams.kafka.topics.reading import open_reader
from streams.kafka.topics.topics import ensure
from streams.settings import Settings
from streams.topology import Names, names

GONE_TRIES = 100
GONE_PAUSE_S = 0.2


class ResetRefusedError(Exception):
    """The reset would lose something, or disturb a worker; the message says what to do first."""


async def reset_offsets(
    settings: Settings, prepare: Prepare, progress: Callable[[str], None] = lambda _line: None
) -> dict[TopicPartition, int]:
    """Set each stage to its first message without an outcome; return the offsets that changed.

    `prepare` is what stage 1 does with a message: prepared articles that are gone are made again.

    Raises:
        ResetRefusedError: if a worker runs.
        KafkaError: if Kafka cannot be reached or refuses.
    """
    named = names(settings)
    async with _group(settings, named) as group:
        await ensure(settings, create=settings.create_topics)
        _, facts = await look(settings, named)
        changed = await changed_logs(settings, facts)
        outcomes = await read_outcomes(settings, named, changed)
        mended = mend(facts, outcomes, await _goes_on_at(settings, facts, changed, outcomes))
        await _write(group, settings, facts, mended.offsets, mended.ledgers)
        if mended.redo:
            await redo(settings, mended, outcomes, prepare, progress)
            finished = {
                tp: replace(ledger, is_unfinished=False) for tp, ledger in mended.ledgers.items()
            }
            await _write(group, settings, facts, mended.offsets, finished)
    return {tp: offset for tp, offset in mended.offsets.items() if facts.committed[tp] != offset}


async def _goes_on_at(
    settings: Settings,
    facts: PartitionFacts,
    changed: Iterable[TopicPartition],
    outcomes: Outcomes,
) -> dict[TopicPartition, int]:
    """Return where raw logs that lost their ends hold other messages than before; see `mend`."""
    found = {}
    for tp in changed:
        bounds = facts.begins[tp], min(facts.committed[tp], facts.ends[tp])
        is_raw = tp.topic != facts.prepared
        found[tp] = (
            await first_changed(settings, tp, bounds, outcomes.stamps[tp]) if is_raw else bounds[1]
        )
    return found


async def reset_window(settings: Settings, *, prepared: bool) -> tuple[str, ...]:
    """Empty the window, and the prepared topic too if asked; return the topics made anew.

    Raises:
        ResetRefusedError: if a worker runs, or the prepared topic holds what nobody has read yet.
        KafkaError: if Kafka cannot be reached or refuses.
    """
    named = names(settings)
    async with _group(settings, named) as group:
        topics = [named.changelog]
        if prepared:
            topic = named.prepared
            waiting = await _waiting(settings, group, topic)
            if waiting:
                raise ResetRefusedError(
                    f"{waiting} articles on {topic} have no outcome yet, and would be lost. Let a "
                    "worker of the former release, with the former settings, finish them."
                )
            # A source may be found in another partition from now on.
            topics += [topic, named.source_records]
        _, before = await look(settings, named)
        await _delete(settings, topics)
        await ensure(settings, create=True)
        _, facts = await look(settings, named)
        await _write(group, settings, facts, *_emptied(before, facts, anew=topics))
    return tuple(topics)


def _emptied(
    before: PartitionFacts, facts: PartitionFacts, *, anew: list[str]
) -> tuple[dict[TopicPartition, int], dict[TopicPartition, Ledger]]:
    """Return offsets and ledgers with another window, and all else as it was."""
    offsets: dict[TopicPartition, int] = {}
    ledgers: dict[TopicPartition, Ledger] = {}
    ids = {topic: facts.ids[topic] for topic in anew if topic in facts.ids}
    committed = {tp: at for tp, at in before.committed.items() if at >= 0}
    handled = {
        topic: {tp.partition: at for tp, at in committed.items() if tp.topic == topic}
        for topic in facts.names.raw
    }
    for tp in facts.partitions:
        kept = before.ledgers.get(before.changelog_of(tp) or tp, Ledger(ids=facts.ids))
        offsets[tp] = before.committed.get(tp, -1)
        if tp.topic in anew:  # nothing waited on it: all that was read has its outcome
            offsets[tp], kept = 0, Ledger(ids=facts.ids, raw=handled)
        ledgers[tp] = replace(kept, ids={**kept.ids, **ids})
    return offsets, ledgers


async def _write(
    group: AIOKafkaConsumer,
    settings: Settings,
    facts: PartitionFacts,
    offsets: Mapping[TopicPartition, int],
    ledgers: Mapping[TopicPartition, Ledger],
) -> None:
    """Commit offsets with their ledgers; those that are -1 are left alone."""
    commits: dict[TopicPartition, OffsetAndMetadata] = {}
    for tp, offset in offsets.items():
        changelog = facts.changelog_of(tp)
        if offset >= 0:
            place = Place(
                tp, offset, ledgers[tp],
                scope_note=scope_note(settings.dedupe),
                changelog=changelog,
                changelog_next=_changelog_next(facts, changelog),
            )  # fmt: skip
            commits |= Book(place).offsets(offset)
    if commits:
        group.assign(list(commits))
        await group.commit(commits)


def _changelog_next(facts: PartitionFacts, changelog: TopicPartition | None) -> int:
    """Return up to where the window was written; what is lost of it stays lost."""
    return max(facts.committed.get(changelog, -1), 0) if changelog else 0


@asynccontextmanager
async def _group(settings: Settings, named: Names) -> AsyncIterator[AIOKafkaConsumer]:
    """Give a client that may read and set the group's offsets, while the group has no member."""
    members = await _members(settings, named)
    # A worker that ended at once, as with status 74, stays a member until its session is over.
    for _ in range(round((settings.delivery.session_timeout_s + 2) / GONE_PAUSE_S)):
        if not members:
            break
        await asyncio.sleep(GONE_PAUSE_S)
        members = await _members(settings, named)
    if members:
        raise ResetRefusedError(f"{members} workers of {named.app_id} run: stop them first.")
    consumer = AIOKafkaConsumer(
        **client_options(settings), group_id=named.app_id, enable_auto_commit=False
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def _members(settings: Settings, named: Names) -> int:
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        described = await admin.describe_consumer_groups([named.app_id])
    finally:
        await admin.close()
    return sum(len(group[5]) for each in described for group in each.groups)


async def _waiting(settings: Settings, group: AIOKafkaConsumer, topic: str) -> int:
    """Count the records of `topic` that the group has not done yet."""
    waiting = 0
    async with open_reader(settings, [topic]) as reader:
        committed = {tp: await group.committed(tp) or 0 for tp in reader.partitions}
        await reader.to_beginning()
        async for message in reader.to_end():
            waiting += message.offset >= committed[TopicPartition(topic, message.partition)]
    return waiting


async def _delete(settings: Settings, topics: list[str]) -> None:
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        await admin.delete_topics(topics)
        for _ in range(GONE_TRIES):
            if not set(topics) & set(await admin.list_topics()):
                return
            await asyncio.sleep(GONE_PAUSE_S)
    finally:
        await admin.close()
