"""Where each source partition goes on: read once its former owner is fenced, and checked."""

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    KafkaError,
    for_code,
)
from aiokafka.protocol.commit import OffsetFetchRequest
from aiokafka.structs import OffsetAndMetadata

from streams.exit_status import ExitStatus, end_process
from streams.kafka.connection import Admins, open_admin
from streams.kafka.delivery.judging import PartitionFacts, misfit
from streams.kafka.delivery.ledger import Ledger, read_ledger
from streams.kafka.delivery.place import Place
from streams.kafka.topics.group import NOT_READY, RETRY_S
from streams.kafka.topics.log_bounds import Bounds, bounds_of
from streams.kafka.topics.reading import open_reader
from streams.kafka.topics.topic_facts import topic_facts
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
    settings: Settings,
    names: Names,
    partitions: Iterable[TopicPartition],
    admins: Admins = open_admin,
) -> Mapping[TopicPartition, Place]:
    """Return where each partition goes on: at the committed offset, or the log's start when new.

    Ends the process with status 74 when going on would lose or repeat something.
    """
    partitions = tuple(partitions)
    if not partitions:
        return {}
    committed, facts = await look(settings, names, partitions, admins)
    _refuse_other_scope(settings, names, committed)
    if reason := misfit(facts):
        end_process(ExitStatus.TOPICS_MISMATCH, reason)
    return {tp: _place(facts, tp, scope_note(settings.dedupe)) for tp in partitions}


async def look(
    settings: Settings,
    names: Names,
    partitions: Collection[TopicPartition] = (),
    admins: Admins = open_admin,
) -> tuple[Mapping[TopicPartition, OffsetAndMetadata], PartitionFacts]:
    """Return what is committed, and what Kafka holds for `partitions`: without any, for all.

    Raises:
        KafkaError: if Kafka cannot be reached or refuses.
    """
    inputs = {*names.raw, names.prepared, names.changelog}
    async with admins(settings) as admin:
        known, coordinator = await asyncio.gather(
            topic_facts(admin, [*inputs, *names.outputs]), _coordinator(admin, names)
        )
        everywhere = [tp for tp in known.leaders if tp.topic in inputs]
        committed, bounds = await asyncio.gather(
            _committed(admin, names, coordinator, sorted({*everywhere, *partitions})),
            bounds_of(admin, {*known.leaders, *partitions}, known.leaders),
        )
        begins, ends = await _settled(admin, bounds, committed)
    sources = tuple(tp for tp in everywhere if tp.topic != names.changelog)
    partitions = tuple(partitions) or sources
    ledgers = {
        tp: ledger
        for tp, at in committed.items()
        if at.offset >= 0 and (ledger := read_ledger(at.metadata))
    }
    # Empty logs hold no records; others may hold nothing but aborted ones.
    hold_records = (
        not ledgers
        and any(committed[tp].offset < 0 for tp in partitions)
        and any(ends[tp] > begins[tp] for tp in ends if tp.topic in names.outputs)
        and await _outputs_hold_records(settings, names)
    )
    offsets = {tp: at.offset for tp, at in committed.items()}
    ids = {topic: id_ for topic, id_ in known.ids.items() if topic in inputs}
    return committed, PartitionFacts(
        names, partitions, ids, begins, ends, offsets, ledgers, hold_records
    )


async def _settled(
    admin: AIOKafkaAdminClient,
    bounds: Bounds,
    committed: Mapping[TopicPartition, OffsetAndMetadata],
) -> Bounds:
    """Return begins and ends; as long as an end is below what was committed, they are asked again.

    A new leader may not know yet how far its followers are, and gives a smaller one.
    """
    begins, ends = bounds
    for _ in range(END_TRIES):
        behind = [tp for tp, at in committed.items() if ends[tp] < at.offset]
        if not behind:
            break
        await asyncio.sleep(RETRY_S)
        some_begins, some_ends = await bounds_of(admin, behind)
        begins, ends = begins | some_begins, ends | some_ends
    return begins, ends


def _place(facts: PartitionFacts, tp: TopicPartition, note: str) -> Place:
    changelog = facts.changelog_of(tp)
    kept = facts.ledgers.get(changelog or tp)
    before = kept or Ledger()
    known = {topic: set(partitions) for topic, partitions in before.known.items()}
    for at, offset in facts.committed.items():
        if offset >= 0:
            known.setdefault(at.topic, set()).add(at.partition)
    # A topic that is missing now, with the offsets that Kafka deletes with it, is not forgotten: it
    # is another one when it is there again.
    ledger = replace(
        before,
        ids={**before.ids, **facts.ids},
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
        begin=facts.begins[tp],
    )


async def _coordinator(admin: AIOKafkaAdminClient, names: Names) -> int:
    """Return the node that has the group's offsets; just after a start it may not be there yet."""
    while True:
        try:
            found: int = await admin.find_coordinator(names.app_id)
        except NOT_READY as error:
            logger.warning("offsets of %s: %s; asking again", names.app_id, error)
            await asyncio.sleep(RETRY_S)
        else:
            return found


async def _committed(
    admin: AIOKafkaAdminClient, names: Names, coordinator: int, partitions: list[TopicPartition]
) -> dict[TopicPartition, OffsetAndMetadata]:
    """Return the group's offset and note of every partition; offset -1 where it has none.

    A coordinator may have moved, or be still loading: it is asked again.
    """
    wanted: dict[str, list[int]] = {}
    for tp in partitions:
        wanted.setdefault(tp.topic, []).append(tp.partition)
    while True:
        try:
            request = OffsetFetchRequest(names.app_id, [*wanted.items()])
            # Not `list_consumer_group_offsets`: it takes a refusal for a group without offsets.
            response = await admin._send_request(request, coordinator)  # noqa: SLF001
            return committed_offsets(response, partitions)
        except NOT_READY as error:
            logger.warning("offsets of %s: %s; asking again", names.app_id, error)
            await asyncio.sleep(RETRY_S)
            coordinator = await _coordinator(admin, names)


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
