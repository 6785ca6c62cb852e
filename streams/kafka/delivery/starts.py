"""Where each source partition goes on: read once its former owner is fenced, and checked."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    KafkaError,
    NotCoordinatorForGroupError,
    for_code,
)
from aiokafka.protocol.commit import OffsetFetchRequest
from aiokafka.structs import OffsetAndMetadata

from streams.exit_status import ExitStatus, end_process
from streams.kafka.connection import client_options
from streams.settings import DedupeSettings, Scope, Settings
from streams.topology import Names

logger = logging.getLogger(__name__)

RETRY_S = 0.2
NOT_READY = (
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    NotCoordinatorForGroupError,
)
POLL_MS = 1_500


def scope_note(settings: DedupeSettings) -> str:
    """Return the scope in words, which travels as the note of every committed offset.

    >>> scope_note(DedupeSettings())
    'scope=all'
    """
    header = f":{settings.scope_header}" if settings.scope is Scope.HEADER else ""
    return f"scope={settings.scope}{header}"


async def starts(
    settings: Settings, names: Names, partitions: Iterable[TopicPartition]
) -> Mapping[TopicPartition, int]:
    """Return the next offset of each partition: the committed one, or the log's start when new.

    Ends the process with status 74 when going on would lose or repeat something.
    """
    partitions = list(partitions)
    committed = await _committed(settings, names, partitions)
    _refuse_other_scope(settings, names, committed)
    consumer = AIOKafkaConsumer(**client_options(settings), isolation_level="read_committed")
    await consumer.start()
    try:
        begins = await consumer.beginning_offsets(partitions)
        if partitions and all(at.offset < 0 for at in committed.values()):
            await _refuse_lost_offsets(consumer, names)
    finally:
        await consumer.stop()
    for tp, at in committed.items():
        if 0 <= at.offset < begins[tp]:
            end_process(
                ExitStatus.TOPICS_MISMATCH,
                f"{tp.topic}[{tp.partition}] was read up to {at.offset}, but now begins at "
                f"{begins[tp]}: what lay between has expired unread. `cleanwire reset offsets` "
                "goes on from what is left",
            )
    return {tp: max(at.offset, begins[tp]) for tp, at in committed.items()}


async def _committed(
    settings: Settings, names: Names, partitions: list[TopicPartition]
) -> dict[TopicPartition, OffsetAndMetadata]:
    """Return the group's offset and note of every partition; offset -1 where it has none.

    Just after its broker started a coordinator is not there yet, or still loading: it is asked
    again.
    """
    wanted: dict[str, list[int]] = {}
    for tp in partitions:
        wanted.setdefault(tp.topic, []).append(tp.partition)
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
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
    finally:
        await admin.close()


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
    prepared = names.prepared
    note = scope_note(settings.dedupe)
    others = {
        at.metadata for tp, at in committed.items() if tp.topic == prepared and at.offset >= 0
    } - {"", note}
    if others:
        end_process(
            ExitStatus.TOPICS_MISMATCH,
            f"the window was filled with {', '.join(sorted(others))}, and the settings now say "
            f"{note}. Set the scope back, or empty the window: `cleanwire reset window --prepared`",
        )


async def _refuse_lost_offsets(consumer: AIOKafkaConsumer, names: Names) -> None:
    """Kafka drops the offsets of a group that was away for a week; its outputs are still there.

    A worker that died in its very first transaction leaves no committed output: that is no loss.
    """
    await consumer._client.force_metadata_update()  # noqa: SLF001 - topics are known by asking
    outputs = [
        TopicPartition(topic, partition)
        for topic in names.outputs
        for partition in await _partitions(consumer, topic)
    ]
    consumer.assign(outputs)
    await consumer.seek_to_beginning(*outputs)
    ends = await consumer.end_offsets(outputs)
    begins = await consumer.beginning_offsets(outputs)
    if all(ends[tp] == begins[tp] for tp in outputs):
        return
    if await consumer.getmany(timeout_ms=POLL_MS, max_records=1):
        end_process(
            ExitStatus.TOPICS_MISMATCH,
            f"group {names.app_id} has no committed offset, but its outputs hold articles: the "
            "offset has expired or was deleted. Starting over would publish them again; "
            "`cleanwire reset offsets` goes on from the outcomes",
        )


async def _partitions(consumer: AIOKafkaConsumer, topic: str) -> list[int]:
    await consumer._client.add_topic(topic)  # noqa: SLF001 - else its metadata is not fetched
    return sorted(consumer.partitions_for_topic(topic) or ())
