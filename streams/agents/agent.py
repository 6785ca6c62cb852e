"""What every stage's agent does: read a record, see that none is missing, hand it to its lane."""

from collections.abc import Awaitable
from typing import Any, Protocol

import faust
from aiokafka import TopicPartition
from faust.types import EventT, StreamT

from streams.core.messages.message import Handled, Message
from streams.exit_status import ExitStatus, end_process
from streams.kafka.delivery.outbox import Outbox
from streams.kafka.delivery.sequence import Link, RecordSkippedError
from streams.topology import Stage

# Kafka's code of a timestamp that the broker has set.
APPEND_TIME = 1


class StageWork(Protocol):
    """What a stage does with a message: begin now or when awaited, one outcome each."""

    def begin(self, message: Message) -> Awaitable[Handled]:
        """Return the work on `message`."""


def add_agent(
    app: faust.App, stage: Stage, topics: tuple[str, ...], work: StageWork, outbox: Outbox
) -> None:
    """Add to `app` the agent that reads `topics` for a stage."""

    async def agent(stream: StreamT[bytes]) -> None:
        try:
            async for event in stream.events():
                await _pass_on(outbox, event, work)
        except RecordSkippedError as error:
            end_process(ExitStatus.RECORD_SKIPPED, str(error))
        except Exception as error:  # noqa: BLE001 - Faust would acknowledge the event and go on
            end_process(ExitStatus.FAILED, f"stage {stage.name} failed", cause=error)

    channel = app.topic(
        *topics,
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
        allow_empty=True,
        acks=False,  # nothing of Faust's commits, so it need not keep count
    )
    agent.__qualname__ = stage.name  # what Faust's log calls it
    app.agent(channel, name=stage.name)(agent)


async def _pass_on(outbox: Outbox, event: EventT[Any], work: StageWork) -> None:
    fetched: Any = event.message
    lane = outbox.lanes.get(TopicPartition(fetched.topic, fetched.partition))
    if lane is None:
        return  # of a partition that was given up meanwhile: its new owner reads it
    if not lane.accept(fetched.offset, Link(fetched.generation_id, fetched.follows_from)):
        return
    message = Message(
        topic=fetched.topic,
        partition=fetched.partition,
        offset=fetched.offset,
        timestamp_ms=round(fetched.timestamp * 1000),
        key=fetched.key,
        value=fetched.value,
        headers=tuple(fetched.headers or ()),
        is_append_time=fetched.timestamp_type == APPEND_TIME,
    )
    await lane.put(message, work.begin(message))
