"""What every stage's agent does: read records, see that none is missing, hand them on."""

from collections.abc import Sequence
from typing import Any, Protocol

import faust
from aiokafka import TopicPartition
from faust.types import EventT, StreamT

from streams.core.messages.message import Message
from streams.exit_status import ExitStatus, end_process
from streams.kafka.delivery.lane import Underway
from streams.kafka.delivery.outbox import Outbox
from streams.kafka.delivery.sequence import Link, OtherLogError, RecordSkippedError
from streams.topology import Stage

# Kafka's code of a timestamp that the broker has set.
APPEND_TIME = 1


class StageWork(Protocol):
    """What a stage does with messages: begin now or when their turn comes, one outcome each."""

    def begin(self, messages: Sequence[Message]) -> Sequence[Underway]:
        """Return the work on each of `messages`, which are of one partition."""


def add_agent(
    app: faust.App, stage: Stage, topics: tuple[str, ...], work: StageWork, outbox: Outbox
) -> None:
    """Add to `app` the agent that reads `topics` for a stage."""

    async def agent(stream: StreamT[bytes]) -> None:
        try:
            async for event in stream.events():
                _pass_on(outbox, event, work)
        except RecordSkippedError as error:
            end_process(ExitStatus.RECORD_SKIPPED, str(error))
        except OtherLogError as error:
            end_process(ExitStatus.TOPICS_MISMATCH, str(error))
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


def _pass_on(outbox: Outbox, event: EventT[Any], work: StageWork) -> None:
    batch: Any = event.message
    lane = outbox.lanes.get(TopicPartition(batch.topic, batch.partition))
    if lane is None:
        return  # of a partition that was given up meanwhile: its new owner reads it
    messages = [
        Message(
            batch.topic,
            batch.partition,
            record.offset,
            record.timestamp,
            record.key,
            record.value,
            record.headers,
            record.timestamp_type == APPEND_TIME,
        )
        for record in batch.records
        if lane.accept(
            record.offset, Link(batch.generation_id, record.follows_from), record.timestamp
        )
    ]
    lane.put(messages, work.begin(messages))
