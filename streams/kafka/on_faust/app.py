"""Faust's app, with the outbox in the place of its commits.

Faust keeps what it does well: agents, streams, group membership, tables and their recovery.
"""

import asyncio
import gc
import os
import socket
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, cast

import faust
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from faust.app.base import BootStrategy as FaustBootStrategy
from faust.tables.manager import TableManager
from faust.types import TP
from mode.utils.queues import ThrowableQueue

from streams.exit_status import ExitStatus, end_process
from streams.kafka.causes import give_up
from streams.kafka.connection import METADATA_MAX_AGE_S, FirstAdmin
from streams.kafka.delivery.lane import Lane
from streams.kafka.delivery.outbox import Outbox
from streams.kafka.delivery.producer import MAX_BATCH_BYTES, LaneProducer, lane_producer
from streams.kafka.delivery.sequence import Fetched
from streams.kafka.health.startup import check_data_dir, check_world
from streams.kafka.on_faust.consumer import Consumer, Transport
from streams.kafka.on_faust.credentials import faust_credentials
from streams.kafka.on_faust.recovery import ReadingAhead, Tables
from streams.kafka.on_faust.stopping import StopLimit
from streams.kafka.on_faust.table import RecentParagraphs
from streams.limits import LARGEST_REQUEST
from streams.logs import logging_config
from streams.settings import Settings
from streams.topology import DEDUPE, Names
from streams.units import HOUR_S

# Time for the transaction in hand: well inside the session, whose end hands the partitions on.
REVOKE_SHARE_OF_SESSION = 0.5
SHUTDOWN_S = 15.0


class Attendant(Protocol):
    """What starts before the worker joins the group and ends after it has left."""

    async def start(self) -> None:
        """Begin."""

    async def stop(self) -> None:
        """End."""


class BootStrategy(FaustBootStrategy):
    """Starts no web server of Faust's: it listens on all interfaces and shows table data."""

    enable_web = False


class App(faust.App):
    """A Faust app whose offsets and outputs travel in the outbox's transactions."""

    BootStrategy = BootStrategy

    def __init__(
        self, settings: Settings, names: Names, outbox: Outbox, first_admin: FirstAdmin
    ) -> None:
        self.settings = settings
        self.first_admin = first_admin
        self.names = names
        self.outbox = outbox
        self._attendants: list[Attendant] = []
        self._once_checked: list[Attendant] = []
        self._attending: list[Attendant] = []
        self._queues: list[ThrowableQueue[Any]] = []
        self._joined = False
        self._checking: asyncio.Task[None] | None = None
        self._stop_limit = StopLimit()
        delivery = settings.delivery
        super().__init__(
            names.app_id,
            broker=[f"kafka://{server}" for server in settings.kafka.split(",")],
            broker_credentials=faust_credentials(settings),
            store="memory://",
            Table=RecentParagraphs,
            TableManager=Tables,
            datadir=settings.data_dir,
            # A restarted worker has another identity, so that Faust's tables of who holds what
            # never mix two of them.
            canonical_url=f"http://{socket.gethostname()}:{os.getpid()}",
            broker_session_timeout=delivery.session_timeout_s,
            broker_heartbeat_interval=delivery.session_timeout_s / 3,
            broker_request_timeout=max(30.0, delivery.session_timeout_s),
            consumer_auto_offset_reset="earliest",
            consumer_metadata_max_age_ms=int(METADATA_MAX_AGE_S * 1000),
            producer_metadata_max_age_ms=int(METADATA_MAX_AGE_S * 1000),
            # The default of 1 MB leaves a worker idle most of the time (docs/performance.md).
            consumer_max_fetch_size=8_000_000,
            producer_linger=0.0,
            producer_max_batch_size=MAX_BATCH_BYTES,
            producer_max_request_size=LARGEST_REQUEST,
            stream_buffer_maxsize=256,
            stream_wait_empty=False,
            table_standby_replicas=0,
            topic_allow_declare=False,
            topic_disable_leader=True,
            topic_partitions=settings.dedupe.partitions,
            topic_replication_factor=settings.replication,
            web_enabled=False,
            logging_config=logging_config(settings),
            worker_redirect_stdouts=False,
        )
        self.table = self._create_table()
        self.reading_ahead = ReadingAhead(self.table, settings, first_admin.open)

    def _create_table(self) -> RecentParagraphs:
        table = self.Table(
            DEDUPE.table or "",
            value_type=bytes,
            partitions=self.settings.dedupe.partitions,
            recovery_buffer_size=500,
        )
        # No `expires`: Faust expires by wall clock, and not after a restart. Ours is in table.py.
        table.tumbling(HOUR_S)
        return cast("RecentParagraphs", table)

    def attend(self, attendant: Attendant, *, once_checked: bool = False) -> None:
        """Have `attendant` started before this worker joins the group, and stopped when it left.

        What starts processes begins once the world is checked: they would outlive a refusal.
        """
        (self._once_checked if once_checked else self._attendants).append(attendant)

    @property
    def lanes(self) -> Mapping[TopicPartition, Lane]:
        """The source partitions that this worker owns."""
        return self.outbox.lanes

    @property
    def joined(self) -> bool:
        """Whether this worker has ever been a member of the group."""
        return self._joined

    @property
    def ready(self) -> bool:
        """Whether this worker is a member of the group, recovered, with its producers up."""
        return self._joined and not self.rebalancing and not self.should_stop

    def fetched_to(self, partition: TopicPartition) -> Fetched | None:
        """Return how far a source partition was fetched, None before the first assignment."""
        consumer = cast("Consumer | None", self._consumer)
        return consumer.fetched_to(partition) if consumer is not None else None

    @property
    def recovered(self) -> int:
        """How far the table's changelog was read, summed over its partitions."""
        recovery = cast("TableManager", self.tables).recovery
        by_faust = [offset or 0 for offset in recovery.active_offsets.values()]
        return sum([*by_faust, *self.table.records.restored_to.values()])

    async def ends(self, partitions: Iterable[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Return where the logs of source partitions end now."""
        ends = await self.consumer.highwaters(*(TP(*tp) for tp in partitions))
        return {TopicPartition(*tp): end for tp, end in ends.items()}

    def _new_transport(self) -> Transport:
        return Transport(self.conf.broker_consumer, self)

    def FlowControlQueue(  # noqa: N802 - the name is Faust's
        self, maxsize: int | None = None, *, clear_on_resume: bool = False
    ) -> ThrowableQueue[Any]:
        """Return a queue that is emptied when partitions are revoked, never when flow resumes.

        Faust clears its queues on every resume and loses what the fetcher has put there meanwhile.
        """
        del clear_on_resume
        queue: ThrowableQueue[Any] = super().FlowControlQueue(maxsize, clear_on_resume=False)
        self._queues.append(queue)
        return queue

    async def _on_partitions_revoked(self, revoked: set[TP]) -> None:
        await super()._on_partitions_revoked(revoked)
        for queue in self._queues:
            queue.clear()
        await self.outbox.close(
            within_s=self.settings.delivery.session_timeout_s * REVOKE_SHARE_OF_SESSION
        )

    async def _on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        # What follows takes long on slow links, and the watchdog's patience begins anew.
        self._joined = True
        if self.should_stop:
            await super()._on_partitions_assigned(assigned, generation_id)
        else:
            # Faust waits for services that a stop has ended, and the stop waits for this.
            await self.wait(self._take_over(assigned, generation_id))

    async def _take_over(self, assigned: set[TP], generation_id: int) -> None:
        await self.reading_ahead.end()
        self._check_together(assigned)
        self._asking_ahead = asyncio.create_task(self._connect_producer())
        # Whoever held these partitions is fenced before their table recovers and before their
        # committed offsets are read: after this nothing can be added to either.
        await self.outbox.open(self._sources(assigned), generation_id)
        await super()._on_partitions_assigned(assigned, generation_id)

    async def _connect_producer(self) -> None:
        """Let the changelog's producer connect before its first record, while others wait."""
        with suppress(KafkaError):
            await cast("Any", self.producer)._producer.partitions_for(self.names.changelog)  # noqa: SLF001

    def _crash(self, reason: BaseException) -> None:
        """End the process: Faust would run down in order, and exit with 1."""
        super()._crash(reason)
        if isinstance(reason, Exception) and not self.should_stop:
            give_up("Faust gave up", reason, self.settings)

    async def start(self) -> None:
        """Start; what fails ends the process with a status of ours."""
        try:
            await super().start()
        except Exception as error:  # noqa: BLE001 - whatever it is, an exit status of 1 says nothing
            await self.checked()  # which knows more about a Kafka that does not answer
            give_up("the worker cannot start", error, self.settings)

    async def stop(self) -> None:
        """Stop within the limit of a stop, whatever Kafka does."""
        consumer = cast("Consumer | None", self._consumer)
        self._stop_limit.begin([self.loop, *([consumer.loop_of_thread] if consumer else [])])
        await super().stop()

    async def on_first_start(self) -> None:
        """Make sure that Kafka answers and the topics are right, whoever started this worker."""
        check_data_dir(Path(self.settings.data_dir))
        # Faust's clients connect meanwhile; the group is joined when all is in order.
        self._checking = asyncio.create_task(self._check())
        await super().on_first_start()
        # Some 100,000 objects live as long as the process. Looked at again in every full collection
        # they stopped the event loop for up to 450 ms under load (measured).
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)

    async def _check(self) -> None:
        await check_world(self.settings, self.first_admin)
        await self._begin(self._once_checked)

    async def checked(self) -> None:
        """Return when the world is as it must be; if it is not, the process has ended."""
        if self._checking is not None:
            await self._checking

    async def on_start(self) -> None:
        """Start the attendants before anything can hang."""
        await super().on_start()
        await self._begin(self._attendants)

    async def _begin(self, attendants: Iterable[Attendant]) -> None:
        for attendant in attendants:
            self._attending.append(attendant)
            await attendant.start()

    async def on_stop(self) -> None:
        """Finish the open transactions before anything else stops."""
        if self._consumer is not None:
            self._consumer.stop_flow()
            self.flow_control.suspend()
        await self.outbox.close(within_s=SHUTDOWN_S)
        await super().on_stop()
        if self._checking is not None:
            self._checking.cancel()
        await self.reading_ahead.stop()
        await self.first_admin.let_go()
        for attendant in reversed(self._attending):
            await attendant.stop()

    def _sources(self, assigned: Iterable[TP]) -> list[TopicPartition]:
        return [
            TopicPartition(tp.topic, tp.partition)
            for tp in sorted(assigned)
            if tp.topic != self.names.changelog
        ]

    def _check_together(self, assigned: Iterable[TP]) -> None:
        """End the process when the table of a partition would not be recovered with it.

        In some rounds Faust hands on changelog partitions of which it has given the articles to
        another worker. That does no harm; the other way round would be an empty window.
        """
        prepared = {tp.partition for tp in assigned if tp.topic == self.names.prepared}
        changelog = {tp.partition for tp in assigned if tp.topic == self.names.changelog}
        if not prepared <= changelog:
            end_process(
                ExitStatus.FAILED,
                f"assigned partitions {sorted(prepared)} of {self.names.prepared} but "
                f"{sorted(changelog)} of {self.names.changelog}: table {DEDUPE.table} would be "
                "incomplete; check with `cleanwire topics` that both have as many partitions",
            )


def new_producer(
    settings: Settings, names: Names, first: FirstAdmin, partition: TopicPartition
) -> LaneProducer:
    """Return the transactional producer of a source partition, not started yet."""
    transactional_id = names.transactional_id(partition.topic, partition.partition)
    return lane_producer(settings, transactional_id, first.metadata)
