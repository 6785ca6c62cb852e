"""Faust's consumer, changed in six ways.

It reads only what was committed, commits nothing itself, starts where the group's committed offsets
say, hands on what lanes have room for, as much of one topic as of the other, makes one message of
the records of a partition that were fetched together, and tells of each what came before it.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, cast

import aiokafka
from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import READ_COMMITTED
from aiokafka.errors import KafkaError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.tuples import ConsumerMessage

from streams.exit_status import ExitStatus, end_process
from streams.kafka.causes import cause_of
from streams.kafka.delivery.judging import set_back
from streams.kafka.delivery.sequence import Fetched

FETCH_MAX_WAIT_MS = 200
# While partitions are taken over, what is asked of the broker must not wait behind empty fetches.
_TAKE_OVER_WAIT_MS = 20

# Records of one topic that are handed on at once. A worker that is far behind has thousands of raw
# articles in hand; without a bound stage 2 got nothing until they were cleaned, seven seconds.
TOPIC_SHARE = 128


# How often lanes without room are looked at again: they hold work for many times as long.
ROOM_EVERY_S = 0.01


class FetchedBatch(ConsumerMessage):
    """Records of a partition that were fetched together, each with proof of what stands before it.

    No record between its `follows_from` and its own offset exists for a reader of committed
    records: what is missing there are transaction markers, aborted records or compacted ones.
    Offsets alone cannot tell such a gap from a record that was dropped on the way.

    To Faust it is one message at the last offset: its way through conductor, channel and stream
    takes 0.2 ms, and as long for one record as for a hundred.
    """

    __slots__ = ("records",)
    records: Sequence[Any]


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """The thread that talks to the broker."""

    def __post_init__(self) -> None:
        super().__post_init__()
        app: Any = self.app
        self._sources = app.names.sources
        self._generation = -1
        self._fetched: dict[TopicPartition, Fetched] = {}

    async def on_start(self) -> None:
        """Start, and see that aborted records are left out."""
        await super().on_start()
        consumer = self._ensure_consumer()
        refuse_uncommitted(consumer)
        self._end_when_refused(consumer)

    def _end_when_refused(self, consumer: aiokafka.AIOKafkaConsumer) -> None:
        """End the process when the group refuses us for good; Faust would stand by for ever."""
        coordinator = consumer._coordinator  # noqa: SLF001
        push = coordinator._push_error_to_user  # noqa: SLF001

        def end_or_push(error: BaseException) -> Any:
            self._end_when_for_good(error, "cannot be a member of the group")
            return push(error)

        coordinator._push_error_to_user = end_or_push  # noqa: SLF001

    def _end_when_for_good(self, error: BaseException, what: str) -> None:
        """End the process when waiting does not help."""
        app: Any = self.app
        cause = cause_of(error, app.settings)
        if cause is not None and cause.status is not ExitStatus.BROKER_UNREACHABLE:
            end_process(cause.status, f"{what}: {cause.message}")

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Take partitions over, with heartbeats: that takes longer than a session on slow links.

        aiokafka starts its heartbeats after the callback. When Kafka asks for another round of the
        group meanwhile, that follows at once.
        """
        consumer = self._ensure_consumer()
        consumer._coordinator._start_heartbeat_task()  # noqa: SLF001
        consumer._fetcher._fetch_max_wait_ms = _TAKE_OVER_WAIT_MS  # noqa: SLF001
        await super().on_partitions_assigned(assigned, generation_id)

    def fetched_to(self, partition: TopicPartition) -> Fetched | None:
        """See `Consumer.fetched_to`; safe to call from another thread."""
        return self._fetched.get(partition)

    def _create_worker_consumer(self, transport: driver.Transport) -> aiokafka.AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        # Faust asks for read_committed only in its own exactly-once mode, which cannot be used
        # (docs/delivery.md). aiokafka hands the level to its fetcher in start().
        consumer._isolation_level = "read_committed"  # noqa: SLF001
        # An empty fetch holds up what is asked of the broker after it; recovery asks thrice.
        consumer._fetch_max_wait_ms = FETCH_MAX_WAIT_MS  # noqa: SLF001
        return consumer

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:  # noqa: ARG002
        return True  # offsets travel in the outbox's transactions

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Seek to where the lanes go on, which was read after fencing; nobody is asked again."""
        consumer = self._ensure_consumer()
        app: Any = self.app
        lanes = app.lanes
        starts = {tp: lanes[tp].reads_from for tp in consumer.assignment() if tp in lanes}
        await self.call_thread(self._seek, consumer, starts)
        return cast("Mapping[TP, int]", starts)

    async def _seek(
        self, consumer: aiokafka.AIOKafkaConsumer, starts: Mapping[TopicPartition, int]
    ) -> None:
        for tp, offset in starts.items():
            self._fetched.pop(tp, None)
            consumer.seek(tp, offset)
        consumer._fetcher._fetch_max_wait_ms = FETCH_MAX_WAIT_MS  # noqa: SLF001

    async def _fetch_records(
        self,
        consumer: aiokafka.AIOKafkaConsumer,
        active_partitions: set[TP],
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is Faust's
        max_records: int | None = None,  # noqa: ARG002 - Faust's default is no bound
    ) -> Any:
        """Return what Faust would fetch, each record tagged with the end of its predecessor."""
        fetcher = consumer._fetcher  # noqa: SLF001
        deadline = asyncio.get_running_loop().time() + (timeout or 0)
        while self.consumer.flow_active:
            if fetcher._subscriptions.reassignment_in_progress:  # noqa: SLF001
                await asyncio.sleep(0.01)
                return {}
            before = _positions(consumer)
            # With no timeout aiokafka does not wait in between, so `before` is exact.
            drained: dict[TopicPartition, list[Any]] = {}
            wanted = self._with_room(active_partitions)
            for tp, share in _shares(wanted).items():
                try:
                    drained |= await super()._fetch_records(
                        consumer, {tp}, timeout=0, max_records=share
                    )
                except KafkaError as error:
                    self._end_when_for_good(error, "cannot read")
                    if not drained:
                        raise
                    break  # what was drained is handed on first; the error will come again
            self._link(drained, before, _positions(consumer), consumer._coordinator.generation)  # noqa: SLF001
            if drained:
                return {
                    tp: [records] if tp.topic in self._sources else records
                    for tp, records in drained.items()
                }
            wait_s = deadline - asyncio.get_running_loop().time()
            if wait_s <= 0:
                return {}
            if len(wanted) < len(active_partitions):
                wait_s = min(wait_s, ROOM_EVERY_S)
            waiter = fetcher._create_fetch_waiter()  # noqa: SLF001
            await asyncio.wait([waiter], timeout=wait_s)
            waiter.cancel()
        return {}

    def _with_room(self, partitions: set[TP]) -> set[TP]:
        """Return the partitions without those whose lane has enough to do.

        So nothing waits in Faust's queues, where it would hold up what is behind it.
        """
        app: Any = self.app
        lanes = app.lanes

        def has_room(tp: TP) -> bool:
            lane, fetched = lanes.get(tp), self._fetched.get(tp)
            under_way = fetched.next_record - lane.expected if lane and fetched else 0
            return lane is None or lane.has_room_for(under_way)

        return {tp for tp in partitions if has_room(tp)}

    def _link(
        self,
        drained: Mapping[TopicPartition, list[Any]],
        before: Mapping[TopicPartition, int | None],
        after: Mapping[TopicPartition, int | None],
        generation: int,
    ) -> None:
        """Tag the records with the end of the record before them, across fetches.

        Between two fetches the position may pass over markers; as long as one begins where the
        other ended, what lies between their records is none. Where it has gone back without a seek
        of ours, the broker no longer had the offset that was asked for.
        """
        if generation != self._generation:
            self._generation = generation
            self._fetched.clear()
        for tp, position in after.items():
            begin = before.get(tp)
            if position is None or begin is None:
                continue
            last = self._fetched.get(tp)
            if last and begin < last.position and tp.topic in self._sources:
                end_process(ExitStatus.TOPICS_MISMATCH, set_back(tp, last.position, begin))
            follows_from = last.next_record if last and last.position == begin else begin
            for record in drained.get(tp, ()):
                record.follows_from = follows_from
                record.generation = generation
                follows_from = record.offset + 1
            self._fetched[tp] = Fetched(follows_from, position)


def refuse_uncommitted(consumer: aiokafka.AIOKafkaConsumer) -> None:
    """Return when what fetches for `consumer` leaves out aborted records; else end the process.

    The level is set on what is private to aiokafka: a release that keeps it elsewhere would take
    the setting and read everything, without a word.
    """
    if getattr(consumer._fetcher, "_isolation_level", None) != READ_COMMITTED:  # noqa: SLF001
        end_process(
            ExitStatus.FAILED,
            "the worker's consumer would also read records of aborted transactions, and publish "
            f"them: aiokafka {aiokafka.__version__} does not take `_isolation_level` as "
            "streams/kafka/on_faust/inside.py says. Install the versions that pyproject.toml names",
        )


def _shares(partitions: Collection[TP]) -> dict[TP, int]:
    """Return how many records of each partition are handed on at once."""
    of_topic = Counter(tp.topic for tp in partitions)
    return {tp: max(1, TOPIC_SHARE // of_topic[tp.topic]) for tp in partitions}


def _positions(consumer: aiokafka.AIOKafkaConsumer) -> dict[TopicPartition, int | None]:
    """Return the offset that is looked for next in each partition of the current assignment."""
    subscription = consumer._subscription.subscription  # noqa: SLF001
    assignment = subscription and subscription.assignment
    if not assignment:
        return {}
    # Not `state.position`: that waits for nothing, but asserts that the position is known.
    return {tp: assignment.state_value(tp)._position for tp in assignment.tps}  # noqa: SLF001


class Consumer(driver.Consumer):
    """The half of the consumer that lives in the worker's event loop."""

    _thread: ConsumerThread

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    @property
    def loop_of_thread(self) -> asyncio.AbstractEventLoop:
        """The event loop of the thread that talks to the broker."""
        return self._thread.thread_loop

    async def subscribe(self, topics: Iterable[str]) -> None:
        """Join the group, once topics and rights are known to be in order."""
        app: Any = self.app
        await app.checked()
        app.reading_ahead.begin()
        await super().subscribe(topics)

    def fetched_to(self, partition: TopicPartition) -> Fetched | None:
        """Return how far a partition was fetched in this generation, None when it is not ours."""
        return self._thread.fetched_to(partition)

    def _to_message(self, tp: TP, record: Any) -> ConsumerMessage:
        if not isinstance(record, list):
            return super()._to_message(tp, record)  # of a changelog
        last = record[-1]
        message = FetchedBatch(
            last.topic,
            last.partition,
            last.offset,
            last.timestamp / 1000.0,
            last.timestamp_type,
            None,
            None,
            None,
            None,
            tp=tp,
            generation_id=last.generation,
        )
        message.records = record
        return message


class Transport(driver.Transport):
    """Faust's aiokafka transport with this consumer."""

    Consumer = Consumer
