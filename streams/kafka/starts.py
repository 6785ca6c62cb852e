"""Where each source partition goes on: read once its former owner is fenced, and checked."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from streams.kafka.connection import client_options
from streams.kafka.fatal import ExitStatus, end_process
from streams.settings import DedupeSettings, Scope, Settings
from streams.topology import Door, Names

RETRY_S = 0.2
POLL_MS = 1_500
OUTPUTS = (Door.CLEAN, Door.DUPLICATES, Door.REJECTED)


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
) -> dict[TopicPartition, Any]:
    """Return the group's offset and note of every partition; offset -1 where it has none.

    A coordinator that is still loading, just after its broker started, answers with nothing at all,
    which is not the same: it is asked again.
    """
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        while True:
            found = await admin.list_consumer_group_offsets(names.app_id, partitions=partitions)
            if all(tp in found for tp in partitions):
                return {tp: found[tp] for tp in partitions}
            await asyncio.sleep(RETRY_S)
    finally:
        await admin.close()


def _refuse_other_scope(
    settings: Settings, names: Names, committed: Mapping[TopicPartition, Any]
) -> None:
    """Under another scope copies would no longer meet their originals."""
    prepared = names.topic(Door.PREPARED)
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
        TopicPartition(names.topic(door), partition)
        for door in OUTPUTS
        for partition in await _partitions(consumer, names.topic(door))
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
