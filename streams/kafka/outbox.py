"""The outbox: what the messages of a partition cause, and its new offset, in one transaction.

Every source partition of both stages has a `Lane` with a transactional producer of its own. The
producer is started when the partition is assigned, before anything of it is read: that fences
whoever held the partition before. A lane handles messages strictly in offset order.

Why not Faust's own guarantees, and what was measured: docs/delivery.md.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from time import monotonic

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError, ProducerFenced
from aiokafka.structs import OffsetAndMetadata

from streams.core.message import Message, Output
from streams.kafka.fatal import ExitStatus, end_process
from streams.settings import DeliverySettings

logger = logging.getLogger(__name__)

# A lane holds at most this much unfinished work; then the agent waits, and so does the fetcher.
LANE_MAX_MESSAGES = 1_000
LANE_MAX_BYTES = 16_000_000

# After this much work without a pause the event loop gets a turn: heartbeats and probes live there.
TURN_S = 0.02


class RecordSkippedError(Exception):
    """A record that was fetched never arrived: going on would commit past it and lose it."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What one message causes: records to send, and changelog writes to wait for."""

    outputs: tuple[Output, ...] = ()
    writes: tuple[Awaitable[object], ...] = ()
    redelivered: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """How a record was fetched: see `FetchedMessage`."""

    generation: int
    follows_from: int


class Lane:
    """One source partition: its producer, its next offset and its open transaction."""

    def __init__(
        self,
        partition: TopicPartition,
        producer: AIOKafkaProducer,
        *,
        committed: int | None,
        generation: int,
        group_id: str,
        topic_of: Callable[[str], str],
        limits: DeliverySettings,
        on_commit: Callable[["Lane", list[tuple[Message, Handled]]], None],
    ) -> None:
        self.partition = partition
        self.generation = generation
        self.committed = committed
        self.expected = committed
        self.progress_at = monotonic()
        self._producer = producer
        self._group_id = group_id
        self._topic_of = topic_of
        self._limits = limits
        self._on_commit = on_commit
        self._queue: asyncio.Queue[tuple[Message, Awaitable[Handled]] | None] = asyncio.Queue()
        self._queued_bytes = 0
        self._room = asyncio.Event()
        self._room.set()
        self._closing = False
        self._in_transaction = False
        self._task = asyncio.create_task(self._run(), name=f"lane {partition}")

    @property
    def pending(self) -> int:
        """Messages accepted and not yet taken into a transaction."""
        return self._queue.qsize()

    @property
    def busy(self) -> bool:
        """Whether accepted messages are not committed yet."""
        return self.expected != self.committed

    def accept(self, offset: int, position: Position) -> bool:
        """Return whether the record at `offset` is the next one; False for one seen before.

        Raises:
            RecordSkippedError: a record before this one was fetched and did not arrive.
        """
        if self._closing or position.generation != self.generation:
            return False
        if self.expected is not None:
            if offset < self.expected:
                return False
            if position.follows_from > self.expected:
                raise RecordSkippedError(
                    f"{self.partition.topic}[{self.partition.partition}]: expected offset "
                    f"{self.expected}, but records up to {position.follows_from} were passed over"
                )
        self.expected = offset + 1
        return True

    async def put(self, message: Message, work: Awaitable[Handled]) -> None:
        """Queue an accepted message with the work it needs; waits while the lane is full."""
        await self._room.wait()
        if self._closing:
            _discard(work)
            return
        self._queue.put_nowait((message, work))
        self._queued_bytes += _size(message)
        self._update_room()

    async def close(self, *, within_s: float) -> bool:
        """Finish the open transaction and stop; abort it when it takes longer than `within_s`.

        Returns whether all accepted messages are committed.
        """
        self._closing = True
        self._room.set()
        self._queue.put_nowait(None)
        done, _ = await asyncio.wait([self._task], timeout=within_s)
        if not done:
            self._task.cancel()
            await asyncio.wait([self._task])
        while not self._queue.empty():
            entry = self._queue.get_nowait()
            if entry is not None:
                _discard(entry[1])
        if self._in_transaction:
            await self._abort()
        await self._producer.stop()
        return not self.busy

    async def _abort(self) -> None:
        try:
            await self._producer.abort_transaction()
        except KafkaError as error:
            # Cut off in the middle of a commit. Either way it is whole: the next owner's producer
            # makes the broker finish or abort it before that owner reads the committed offset.
            logger.warning("%s: transaction left to its next owner: %s", self.partition, error)

    async def _run(self) -> None:
        try:
            while not self._closing:
                entry = await self._queue.get()
                if entry is not None:
                    await self._transact(entry)
        except asyncio.CancelledError:
            raise
        except ProducerFenced as error:
            end_process(
                ExitStatus.FENCED, f"another worker has taken over {self.partition}", cause=error
            )
        except BaseException as error:  # noqa: BLE001 - a lane that dies would stand still in silence
            end_process(ExitStatus.FAILED, f"cannot go on with {self.partition}", cause=error)

    async def _transact(self, entry: tuple[Message, Awaitable[Handled]]) -> None:
        """Handle `entry` and what follows it closely; commit their outputs and the new offset."""
        limits = self._limits
        handled: list[tuple[Message, Handled]] = []
        sends: list[Awaitable[object]] = []
        size = 0
        started = turn_started = monotonic()
        await self._producer.begin_transaction()
        self._in_transaction = True
        following: tuple[Message, Awaitable[Handled]] | None = entry
        while following is not None:
            message, work = following
            self._queued_bytes -= _size(message)
            self._update_room()
            result = await work
            for output in result.outputs:
                sends.append(await self._send(output))
                size += len(output.value or b"")
            handled.append((message, result))
            now = monotonic()
            if (
                len(handled) >= limits.transaction_max_messages
                or size >= limits.transaction_max_bytes
                or (now - started) * 1000 >= limits.transaction_max_ms
            ):
                break
            if now - turn_started > TURN_S:
                await asyncio.sleep(0)
                turn_started = monotonic()
            following = await self._next(limits.transaction_idle_ms / 1000)
        await asyncio.gather(*sends, *(write for _, result in handled for write in result.writes))
        next_offset = handled[-1][0].offset + 1
        await self._producer.send_offsets_to_transaction(
            {self.partition: OffsetAndMetadata(next_offset, "")}, self._group_id
        )
        await self._producer.commit_transaction()
        self._in_transaction = False
        self.committed = next_offset
        self.progress_at = monotonic()
        self._on_commit(self, handled)

    async def _next(self, idle_s: float) -> tuple[Message, Awaitable[Handled]] | None:
        """Return the next entry, or None when none comes within `idle_s` or the lane closes."""
        if self._closing:
            return None
        if not self._queue.empty():
            return self._queue.get_nowait()
        try:
            async with asyncio.timeout(idle_s):
                return await self._queue.get()
        except TimeoutError:
            return None

    async def _send(self, output: Output) -> Awaitable[object]:
        future: Awaitable[object] = await self._producer.send(
            self._topic_of(output.door),
            key=output.key,
            value=output.value,
            headers=list(output.headers),
        )
        return future

    def _update_room(self) -> None:
        full = self._queue.qsize() >= LANE_MAX_MESSAGES or self._queued_bytes >= LANE_MAX_BYTES
        if full and not self._closing:
            self._room.clear()
        else:
            self._room.set()


class Outbox:
    """The lanes of all partitions this worker owns."""

    def __init__(
        self,
        *,
        new_producer: Callable[[TopicPartition], AIOKafkaProducer],
        committed_offsets: Callable[
            [Iterable[TopicPartition]], Awaitable[Mapping[TopicPartition, int | None]]
        ],
        group_id: str,
        topic_of: Callable[[str], str],
        limits: DeliverySettings,
        on_commit: Callable[[Lane, list[tuple[Message, Handled]]], None],
    ) -> None:
        self.lanes: dict[TopicPartition, Lane] = {}
        self._new_producer = new_producer
        self._committed_offsets = committed_offsets
        self._group_id = group_id
        self._topic_of = topic_of
        self._limits = limits
        self._on_commit = on_commit

    async def open(self, partitions: Iterable[TopicPartition], generation: int) -> None:
        """Take over `partitions`: fence their former owner first, then read where it got to."""
        await self.close(within_s=0)
        partitions = list(partitions)
        producers = {tp: self._new_producer(tp) for tp in partitions}
        try:
            await asyncio.gather(*(producer.start() for producer in producers.values()))
        except ProducerFenced as error:
            end_process(ExitStatus.FENCED, "another worker took over while starting", cause=error)
        committed = await self._committed_offsets(partitions)
        for tp in partitions:
            self.lanes[tp] = Lane(
                tp,
                producers[tp],
                committed=committed[tp],
                generation=generation,
                group_id=self._group_id,
                topic_of=self._topic_of,
                limits=self._limits,
                on_commit=self._on_commit,
            )

    async def close(self, *, within_s: float) -> None:
        """Finish what is open within `within_s` seconds, abort the rest, give all partitions up."""
        lanes, self.lanes = self.lanes, {}
        await asyncio.gather(*(lane.close(within_s=within_s) for lane in lanes.values()))


def _size(message: Message) -> int:
    return len(message.value or b"")


def _discard(work: Awaitable[Handled]) -> None:
    """Let go of work that nobody will wait for."""
    if isinstance(work, asyncio.Future):
        work.cancel()
    elif asyncio.iscoroutine(work):
        work.close()
