"""`create_app`: everything is built here, in the order in which records flow."""

import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, cast

from aiokafka import TopicPartition
from faust.types import EventT, StreamT

from streams.agents.clean import CleanStage
from streams.agents.dedupe import DedupeStage
from streams.core.message import Message
from streams.exit_status import ExitStatus, end_process
from streams.kafka.delivery.lane import Handled, Lane, Terms
from streams.kafka.delivery.outbox import Outbox
from streams.kafka.delivery.sequence import Link, RecordSkippedError
from streams.kafka.delivery.starts import scope_note, starts
from streams.kafka.health.probes import ProbeServer
from streams.kafka.health.watchdog import Watchdog
from streams.kafka.on_faust.app import App, new_producer
from streams.kafka.on_faust.table import RecentParagraphs
from streams.metrics import Metrics
from streams.settings import Settings
from streams.topology import CLEAN, DEDUPE, Door, Names, Stage, names
from streams.units import HOUR_S

# Only whole hours are let go, so this is how late memory is freed, and how often a gauge is set.
EXPIRE_EVERY_S = 5.0


class StageWork(Protocol):
    """What a stage does with a message: begin now or when awaited, one outcome each."""

    def begin(self, message: Message) -> Awaitable[Handled]:
        """Return the work on `message`."""


def create_app(settings: Settings) -> App:
    """Return the worker: topics, table, stages, outbox, agents, probes. Connects to nothing."""
    named = names(settings)
    metrics = Metrics()
    app = App(settings, named)
    app.outbox = Outbox(
        new_producer=lambda tp: new_producer(settings, named, tp),
        starts=lambda tps: starts(settings, named, tps),
        terms=Terms(
            group_id=named.app_id,
            note=scope_note(settings.dedupe),
            topic_of=lambda door: named.topic(Door(door)),
            limits=settings.delivery,
            on_commit=lambda lane, handled: _count(metrics, named, lane, handled),
        ),
    )
    table = app.table = _create_table(app, settings)
    clean = CleanStage(settings.clean, settings.dedupe)
    dedupe = DedupeStage(settings.dedupe, table, metrics)

    async def rebuild(partitions: set[int]) -> None:
        topic = named.topic(Door.PREPARED)
        lanes = [app.outbox.lanes[TopicPartition(topic, p)] for p in sorted(partitions)]
        await dedupe.rebuild({lane.partition.partition: lane.committed for lane in lanes})

    table.on_recovered = rebuild
    app.rebuilding = lambda: dedupe.rebuilding
    _add_agent(app, CLEAN, named.raw, clean)
    _add_agent(app, DEDUPE, (named.topic(Door.PREPARED),), dedupe)
    app.timer(EXPIRE_EVERY_S)(_async(dedupe.expire))
    app.warm_up = clean.warm_up
    app.closers.append(clean.stop)
    app.watchdog = Watchdog(app, metrics)
    app.probes = ProbeServer(app, metrics)
    return app


def _create_table(app: App, settings: Settings) -> RecentParagraphs:
    table = app.Table(
        DEDUPE.table or "",
        value_type=bytes,
        partitions=settings.dedupe.partitions,
        recovery_buffer_size=500,
    )
    # No `expires`: Faust expires by wall clock, and not after a restart. Ours is in table.py.
    table.tumbling(HOUR_S)
    return cast("RecentParagraphs", table)


def _add_agent(app: App, stage: Stage, topics: tuple[str, ...], work: StageWork) -> None:
    """Add the agent of a stage: read, hand to its lane with the work it needs."""

    async def agent(stream: StreamT[bytes]) -> None:
        try:
            async for event in stream.events():
                await _pass_on(app.outbox, event, work)
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
    )
    await lane.put(message, work.begin(message))


def _count(
    metrics: Metrics, named: Names, lane: Lane, handled: list[tuple[Message, Handled]]
) -> None:
    stage = DEDUPE.name if lane.partition.topic == named.topic(Door.PREPARED) else CLEAN.name
    metrics.count(stage, handled, now_s=time.time())


def _async(function: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    async def call() -> None:
        function()

    return call
