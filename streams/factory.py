"""`create_app`: everything is built here, in the order in which records flow."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from functools import partial

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from schemas import SourceRecord
from streams.agents.agent import StageWork, add_agent
from streams.agents.clean import CleanStage
from streams.agents.dedupe import DedupeStage
from streams.core.messages.message import TableRecord
from streams.kafka.causes import give_up
from streams.kafka.connection import FirstAdmin
from streams.kafka.delivery.lane import Terms, Write
from streams.kafka.delivery.outbox import Outbox
from streams.kafka.delivery.starts import starts
from streams.kafka.header_names import read_any_header_name
from streams.kafka.health.journal import Journal
from streams.kafka.health.log_watch import LogWatch
from streams.kafka.health.probes import ProbeServer
from streams.kafka.health.watchdog import Watchdog
from streams.kafka.on_faust.app import App, new_producer
from streams.kafka.topics.source_records import read_source_records
from streams.memory import trim
from streams.metrics import LANE_FULL, Metrics
from streams.settings import Settings
from streams.topology import CLEAN, DEDUPE, STAGES, Names, Stage, names

# Only whole hours are let go, so this is how late memory is freed, and how often a gauge is set.
EXPIRE_EVERY_S = 5.0
TRIM_EVERY_S = 10.0


def create_app(settings: Settings) -> App:
    """Return the worker: topics, table, stages, outbox, agents, probes. Connects to nothing."""
    read_any_header_name()
    named = names(settings)
    metrics = Metrics()

    async def write(partition: int, rows: Sequence[TableRecord]) -> int:
        return await app.table.write(partition, rows)

    first_admin = FirstAdmin()
    outbox = Outbox(
        new_producer=partial(new_producer, settings, named, first_admin),
        starts=partial(starts, settings, named, admins=first_admin.open),
        terms={
            topic: _terms(stage, settings, named, metrics, write)
            for stage in STAGES
            for topic in named.inputs(stage)
        },
        fail=partial(give_up, settings=settings),
    )
    app = App(settings, named, outbox, first_admin)
    clean = CleanStage(settings.clean, settings.dedupe, settings.rules_dir)
    dedupe = DedupeStage(
        settings.dedupe, app.table, metrics, read_sources=partial(_read_sources, settings)
    )
    work: dict[Stage, StageWork] = {CLEAN: clean, DEDUPE: dedupe}
    for stage in STAGES:
        add_agent(app, stage, named.inputs(stage), work[stage], outbox)

    async def rebuild(partitions: set[int]) -> None:
        # A partition that is no longer ours was recovered in a round that has passed.
        ours = {TopicPartition(named.prepared, p) for p in partitions} & outbox.lanes.keys()
        lanes = [outbox.lanes[tp] for tp in sorted(ours)]
        await dedupe.rebuild(
            {lane.partition.partition: (lane.position_base, lane.committed) for lane in lanes}
        )

    app.table.on_recovered = rebuild
    app.reading_ahead.then = dedupe.build_ahead
    app.reading_ahead.at_stop = dedupe.drop_ahead
    app.timer(EXPIRE_EVERY_S)(_async(dedupe.expire))
    app.timer(TRIM_EVERY_S)(_trim_beside)
    # Probes and watchdog come before anything that can hang.
    watchdog = Watchdog(
        app,
        metrics,
        settings.delivery,
        rebuilding=lambda: dedupe.rebuilding,
        waits_for=clean.waits_for,
    )
    probes = ProbeServer(
        app,
        metrics,
        settings.web_host,
        settings.web_port,
        reaches_kafka=lambda: watchdog.reaches_kafka,
    )
    app.attend(probes)
    app.attend(Journal(app, metrics))
    app.attend(watchdog)
    app.attend(LogWatch(app, settings, named), once_checked=True)
    app.attend(clean, once_checked=True)
    return app


async def _read_sources(
    settings: Settings, partitions: Collection[int]
) -> Mapping[int, Iterable[SourceRecord]]:
    try:
        return await read_source_records(settings, partitions)
    except KafkaError as error:
        give_up("what is known of sources cannot be read", error, settings)


def _terms(stage: Stage, settings: Settings, named: Names, metrics: Metrics, write: Write) -> Terms:
    """Return what holds for the lanes of a stage: which doors it has, and who counts."""
    return Terms(
        group_id=named.app_id,
        topics={door: named.topic(door) for door in stage.writes},
        limits=settings.delivery,
        on_commit=partial(metrics.count, stage.name),
        write=write,
        fail=partial(give_up, settings=settings),
        on_abort=metrics.aborted.labels(stage.name).inc,
        on_full=metrics.bounds.labels(LANE_FULL).inc,
    )


async def _trim_beside() -> None:
    await asyncio.to_thread(trim)


def _async(function: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    async def call() -> None:
        function()

    return call
