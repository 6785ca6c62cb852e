"""Where each source partition goes on: read once its former owner is fenced, and checked."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    KafkaError,
    for_code,
)
from aiokafka.protocol.commit import OffsetFetchRequest
from aiokafka.structs import OffsetAndMetadata

from streams.exit_status import ExitStatus, end_process
from streams.kafka.connection import client_options
from streams.kafka.delivery.judging import PartitionFacts, misfit
from streams.kafka.delivery.ledger import Ledger, read_ledger
from streams.kafka.delivery.place import Place
from streams.kafka.topics.group import NOT_READY, RETRY_S
from streams.kafka.topics.reading import open_reader
from streams.kafka.topics.topic_ids import topic_ids
from streams.settings import DedupeSettings, Scope, Settings
from streams.topology import Names

logger = logging.getLogger(__name__)

# A new leader knows its followers' ends within a fetch or two (replica.fetch.wait.max.ms, 500 ms).
END_TRIES = 25


def scope_note(settings: DedupeSettings) -> str:
    """Return the scope in words, which travels as the note of every committed offset.

    >>> scope_note(DedupeSettings())
    'scope=all'
    """
    header = f":{settings.scope_header}" if settings.scope is Scope.HEADER else ""
    return f"scope={settings.scope}{header}"


async def starts(
    settings: Settings, names: Names, partitions: Iterable[TopicPartition]
) -> Mapping[TopicPartition, Place]:
    """Return where each partition goes on: at the committed offset, or the log's start when new.

    Ends the process with status 74 when going on would lose or repeat something.
    """
    partitions = tuple(partitions)
    if not partitions:
        return {}
    committed, facts = await look(settings, names, partitions)
    _refuse_other_scope(settings, names, committed)
    if reason := misfit(facts):
        end_process(ExitStatus.TOPICS_MISMATCH, reason)
    return {tp: _place(facts, tp, scope_note(settings.dedupe)) for tp in partitions}


async def look(
    settings: Settings, names: Names, partitions: Iterable[TopicPartition] = ()
) -> tuple[Mapping[TopicPartition, OffsetAndMetadata], PartitionFacts]:
    """Return what is committed, and what Kafka holds for `partitions`: without any, for all.

    Raises:
        KafkaError: if Kafka cannot be reached or refuses.
    """
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        topics = [*names.raw, names.prepared, names.changelog]
        everywhere = await _all_partitions(admin, topics)
        ids = await topic_ids(admin, topics)
        committed = await _committed(admin, names, sorted({*everywhere, *partitions}))
    finally:
        await admin.close()
    sources = tuple(tp for tp in everywhere if tp.topic != names.changelog)
    return committed, await _facts(settings, names, tuple(partitions) or sources, ids, committed)


async def _facts(
    settings: Settings,
    names: Names,
    partitions: tuple[TopicPartition, ...],
    ids: Mapping[str, str],
    committed: Mapping[TopicPartition, OffsetAndMetadata],
) -> PartitionFacts:
    changelogs = {
        TopicPartition(names.changelog, tp.partition)
        for tp in partitions
        if tp.topic == names.prepared
    } & committed.keys()
    offsets = {tp: at.offset for tp, at in committed.items()}
    ledgers = {
        tp: ledger
        for tp, at in committed.items()
        if at.offset >= 0 and (ledger := read_ledger(at.metadata))
    }
    looked_at = [*partitions, *changelogs]
    # Not read_committed: its end stands before a transaction that is still open.
    consumer = AIOKafkaConsumer(**client_options(settings))
    await consumer.start()
    try:
        begins = await consumer.beginning_offsets(looked_at)
        ends = await _ends(consumer, looked_at, offsets)
        hold_records = False
        if not ledgers and any(offsets[tp] < 0 for tp in partitions):
            hold_records = await _outputs_hold_records(settings, names)
    finally:
        await consumer.stop()
    return PartitionFacts(names, partitions, ids, begins, ends, offsets, ledgers, hold_records)


async def _ends(
    consumer: AIOKafkaConsumer,
    partitions: list[TopicPartition],
    least: Mapping[TopicPartition, int],
) -> dict[TopicPartition, int]:
    """Return the logs' ends; one that is below what was committed is asked for again.

    A new leader may not know yet how far its followers are, and gives a smaller one.
    """
    for _ in range(END_TRIES):
        ends: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
        if all(end >= least.get(tp, -1) for tp, end in ends.items()):
            break
        await asyncio.sleep(RETRY_S)
    return ends


def _place(facts: PartitionFacts, tp: TopicPartition, note: str) -> Place:
    changelog = facts.changelog_of(tp)
    kept = facts.ledgers.get(changelog or tp)
    known: dict[str, set[int]] = {}
    for at, offset in facts.committed.items():
        if offset >= 0:
            known.setdefault(at.topic, set()).add(at.partition)
    ledger = replace(
        kept or Ledger(),
        ids=facts.ids,
        known={topic: frozenset(found) for topic, found in known.items()},
    )
    return Place(
        tp,
        max(facts.committed[tp], facts.begins[tp]),
        ledger,
        scope_note=note,
        changelog=changelog,
        changelog_next=facts.ends[changelog] if changelog else 0,
        is_written_down=kept is not None and facts.committed[tp] >= 0,
    )


async def _all_partitions(admin: AIOKafkaAdminClient, topics: list[str]) -> list[TopicPartition]:
    return [
        TopicPartition(topic["topic"], partition["partition"])
        for topic in await admin.describe_topics(topics)
        for partition in topic["partitions"]
    ]


async def _committed(
    admin: AIOKafkaAdminClient, names: Names, partitions: list[TopicPartition]
) -> dict[TopicPartition, OffsetAndMetadata]:
    """Return the group's offset and note of every partition; offset -1 where it has none.

    Just after its broker started a coordinator is not there yet, or still loading: it is asked
    again.
    """
    wanted: dict[str, list[int]] = {}
    for tp in partitions:
        wanted.setdefault(tp.topic, []).append(tp.partition)
    while True:
        try:
            coordinator = await admin.find_coordinator(names.app_id)
            request = OffsetFetchRequest(names.app_id, [*wanted.items()])
            # Not `list_consumer_group_offsets`: it takes a refusal for a group without offsets.
            response = await admin._send_request(request, coordinator)  # noqa: SLF001
            return committed_offsets(response, partitions)
        except NOT_READY as error:
            logger.warning("offsets of %s: %s; asking again", names.app_id, error)
            await asyncio.sleep(RETRY_S)


def committed_offsets(
    response: Any, partitions: Iterable[TopicPartition]
) -> dict[TopicPartition, OffsetAndMetadata]:
    """Return the offsets that a coordinator answers with; -1 where the group has none.

    Raises:
        KafkaError: it did not answer for each of them. Only what it says in so many words counts as
            no offset: with none a worker starts over and publishes the world again.
    """
    rows = [(topic, *row) for topic, found in response.topics for row in found]
    # From version 2 on the answer as a whole may be an error, with no row at all.
    for code in (getattr(response, "error_code", 0), *(row[4] for row in rows)):
        if code:
            raise for_code(code)("the group's coordinator gave no offsets")
    found = {TopicPartition(row[0], row[1]): OffsetAndMetadata(row[2], row[3]) for row in rows}
    missing = sorted(set(partitions) - found.keys())
    if missing:
        raise KafkaError(f"the group's coordinator gave no offset for {missing}")
    return {tp: found[tp] for tp in partitions}


def _refuse_other_scope(
    settings: Settings, names: Names, committed: Mapping[TopicPartition, OffsetAndMetadata]
) -> None:
    """Under another scope copies would no longer meet their originals."""
    note = scope_note(settings.dedupe)
    others = {
        at.metadata for tp, at in committed.items() if tp.topic == names.prepared and at.offset >= 0
    } - {"", note}
    if others:
        end_process(
            ExitStatus.TOPICS_MISMATCH,
            f"the window was filled with {', '.join(sorted(others))}, and the settings now say "
            f"{note}. Set the scope back, or empty the window: `cleanwire reset window --prepared`",
        )


async def _outputs_hold_records(settings: Settings, names: Names) -> bool:
    """Whether anything was ever published that readers of committed records still see.

    A worker that died in its very first transaction leaves no committed output.
    """
    async with open_reader(settings, names.outputs) as reader:
        await reader.to_beginning()
        async for _ in reader.to_end():
            return True
    return False
