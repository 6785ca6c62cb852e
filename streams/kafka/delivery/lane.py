"""A lane: one source partition, its transactional producer, and its messages in offset order.

put ─► queue ─► handled, one after the other ─► one transaction
▲ goes on while the one before is committed
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic, time
from typing import Any, NoReturn

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError, ProducerFenced

from streams.core.messages.message import Handled, Message, TableRecord
from streams.exit_status import ExitStatus, end_process
from streams.kafka.delivery.ledger import Ledger
from streams.kafka.delivery.place import Book, Place
from streams.kafka.delivery.producer import LaneProducer
from streams.kafka.delivery.sequence import OffsetSequence
from streams.settings import DeliverySettings

logger = logging.getLogger(__name__)

# With this much unfinished work a lane has no room, and no more of its records are handed on. More
# than the pool needs to stay busy would only be memory and work for the garbage collector.
LANE_MAX_MESSAGES = 256
LANE_MAX_BYTES = 16_000_000

# After this much work without a pause the event loop gets a turn: heartbeats and probes live there.
TURN_S = 0.02

# Kafka forgets a transactional id that was not used for a week, and a producer's place in a
# partition after a day (its defaults). A lane that was quiet this long introduces itself anew.
RENEW_AFTER_S = 3_600.0

# A broker that is away must not hold up a rebalance or a stop for ever.
LET_GO_S = 2.0


# Work that goes on elsewhere, or that is done when its turn comes.
Underway = asyncio.Future[Handled] | Callable[[], Handled]
Entry = tuple[Message, Underway]


# Writes records of a partition to the table's changelog; returns its next offset.
Write = Callable[[int, Sequence[TableRecord]], Awaitable[int]]

# Ends the process: what could not be done, and why.
Fail = Callable[[str, BaseException], NoReturn]


def fail_unknown(what: str, error: BaseException) -> NoReturn:
    """End the process as after anything that nobody knows a cause of."""
    end_process(ExitStatus.FAILED, what, cause=error)


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every lane of a stage."""

    group_id: str
    topics: Mapping[str, str]  # by door; there is no other way out
    limits: DeliverySettings
    on_commit: Callable[[list[tuple[Message, Handled]]], None]
    fail: Fail = fail_unknown
    write: Write | None = None
    on_abort: Callable[[], None] = lambda: None
    on_full: Callable[[], None] = lambda: None


@dataclass(slots=True)
class _Batch:
    """Messages whose outcomes are known, to be committed together."""

    handled: list[tuple[Message, Handled]] = field(default_factory=list)
    output_bytes: int = 0
    begun_at: float = 0.0
    added_at: float = 0.0

    def add(self, message: Message, result: Handled) -> None:
        """Take in a message; the next one must follow it."""
        self.added_at = monotonic()
        self.begun_at = self.begun_at or self.added_at
        self.handled.append((message, result))
        self.output_bytes += sum(len(output.value or b"") for output in result.outputs)

    def is_full(self, limits: DeliverySettings) -> bool:
        """Return whether no more must be added."""
        return limits.fills_transaction(len(self.handled), self.output_bytes)

    def goes_at(self, limits: DeliverySettings, *, idle: bool) -> float:
        """Return when it is committed, by the monotonic clock, if nothing more is done by then."""
        latest = self.begun_at + limits.transaction_max_ms / 1000
        return min(latest, self.added_at + limits.transaction_idle_ms / 1000) if idle else latest


class Lane(OffsetSequence):
    """One source partition: its producer, its next offset and its open transaction."""

    def __init__(
        self,
        place: Place,
        producer: LaneProducer,
        terms: Terms,
        *,
        generation: int,
        take_over: Callable[[TopicPartition], Awaitable[tuple[LaneProducer, Place]]],
        written_down: asyncio.Future[Mapping[TopicPartition, Place]],
    ) -> None:
        super().__init__(
            place.partition, committed=place.offset, generation=generation, mark=place.mark
        )
        self._book = Book(place)
        self._producer = producer
        self._take_over = take_over
        self._written_down = written_down
        self._terms = terms
        self._queue: deque[Entry] = deque()
        self._queued_bytes = 0
        self._skip_to: int | None = None
        # Whoever waits for something to do waits for this.
        self._called: asyncio.Future[None] | None = None
        # Timestamps of the messages that are accepted and not committed: how long do they wait?
        self._waiting_ms: deque[int] = deque()
        self._is_full = False
        self._closing = False
        self._in_transaction = False
        self._used_at = monotonic()
        self._is_ending = False
        self._commit: asyncio.Task[None] | None = None  # of the batch before
        self._task = asyncio.create_task(self._run(), name=f"lane {self.partition}")

    @property
    def position_base(self) -> int:
        """What is added to this partition's offsets for positions in the window."""
        return self._book.base

    @property
    def ledger(self) -> Ledger:
        """What is known of the logs, and of the last record that was handled."""
        return self._book.ledger

    @property
    def pending(self) -> int:
        """Messages accepted and not yet taken into a transaction."""
        return len(self._queue)

    def has_room_for(self, under_way: int) -> bool:
        """Return whether more may come than these; safe to call from another thread."""
        return (
            len(self._queue) + under_way < LANE_MAX_MESSAGES and self._queued_bytes < LANE_MAX_BYTES
        )

    @property
    def busy(self) -> bool:
        """Whether accepted messages are not committed yet."""
        return self.expected != self.committed

    @property
    def oldest_waiting_ms(self) -> int | None:
        """When the first message came that is not committed yet, in ms since 1970."""
        return self._waiting_ms[0] if self._waiting_ms else None

    def put(self, messages: Sequence[Message], works: Sequence[Underway]) -> None:
        """Queue accepted messages, each with the work it needs."""
        if self._closing:
            for work in works:
                _discard(work)
            return
        now_ms = round(time() * 1000)
        for message, work in zip(messages, works, strict=True):
            self._queue.append((message, work))
            # A time that its producer set may be of years ago.
            self._waiting_ms.append(message.timestamp_ms if message.is_append_time else now_ms)
            self._queued_bytes += _size(message)
        if not self._is_full and not self.has_room_for(0):
            self._is_full = True
            self._terms.on_full()
        self._call()

    def skip_to(self, position: int) -> None:
        """Commit an offset behind the last record, over what is none, when the lane is idle.

        A transaction ends with a marker. Without this, retention would one day move the log's start
        past the committed offset of a partition that is quiet, as if something had been lost.
        """
        if not self.busy and self.pending == 0 and position > self.committed:
            self._skip_to = position
            self._call()

    async def close(self, *, within_s: float) -> None:
        """Finish the open transaction and stop; abort it when it takes longer than `within_s`."""
        self._closing = True
        self._call()
        done, _ = await asyncio.wait([self._task], timeout=within_s)
        if not done:
            self._task.cancel()
            await asyncio.wait([self._task])
        for _, work in self._queue:
            _discard(work)
        try:
            async with asyncio.timeout(LET_GO_S):
                # One that was cut off in its commit is whole either way: the next owner's producer
                # makes the broker finish or abort it before that owner reads the committed offset.
                if self._in_transaction and not self._is_ending:
                    await self._producer.abort_transaction()
                    self._terms.on_abort()
                await self._producer.stop()
        except (KafkaError, TimeoutError) as error:
            logger.warning(
                "%s: transaction left to its next owner: %s", self.partition, type(error).__name__
            )

    async def _run(self) -> None:
        try:
            places = await asyncio.shield(self._written_down)
            self._book = Book(places[self.partition])
            while not self._closing:
                batch = await self._collected()
                await self._last_commit()
                if batch.handled:
                    self._commit = asyncio.create_task(self._transact(batch.handled))
                elif self._skip_to is not None:
                    await self._skip(self._skip_to)
            await self._last_commit()
        except asyncio.CancelledError:
            if self._commit is not None and not self._commit.done():
                self._commit.cancel()
                await asyncio.wait([self._commit])
            raise
        except BaseException as error:  # noqa: BLE001 - a lane that dies would stand still in silence
            if isinstance(error, ProducerFenced) or self._producer.is_fenced:
                end_process(
                    ExitStatus.FENCED,
                    f"another worker has taken over {self.partition}",
                    cause=error,
                )
            self._terms.fail(f"cannot go on with {self.partition}", error)

    async def _last_commit(self) -> None:
        """Return when the last batch is committed; raise what stopped it."""
        if self._commit is not None:
            await self._commit
            self._commit = None

    async def _collected(self) -> _Batch:
        """Return the next messages, handled: as many as come closely one after the other.

        While the batch before is being committed there is no hurry: this one goes on growing.
        """
        batch = _Batch()
        turn_began_at = monotonic()
        while not batch.is_full(self._terms.limits) and await self._is_next_done(batch):
            message, work = self._queue.popleft()
            self._queued_bytes -= _size(message)
            self._is_full = self._is_full and not self.has_room_for(0)
            batch.add(message, work() if callable(work) else work.result())
            if batch.added_at - turn_began_at > TURN_S:
                await asyncio.sleep(0)
                turn_began_at = monotonic()
        return batch

    async def _is_next_done(self, batch: _Batch) -> bool:
        """Return whether the next message can be added before a batch must go.

        A slow article must not hold up those before it. What is not done opens the next batch.
        """
        while not self._closing:
            if self._queue:
                work = self._queue[0][1]
                if callable(work) or work.done():
                    return True
            commit = self._commit if self._commit is not None and not self._commit.done() else None
            if not batch.handled and self._skip_to is not None and commit is None:
                return False
            left_s = None
            if batch.handled and commit is None:
                left_s = batch.goes_at(self._terms.limits, idle=not self._queue) - monotonic()
                if left_s <= 0:
                    return False
            self._called = asyncio.get_running_loop().create_future()
            waits_for: set[asyncio.Future[Any]] = {self._called}
            if self._queue and isinstance(work, asyncio.Future):
                waits_for.add(work)
            if commit is not None:
                waits_for.add(commit)
            await asyncio.wait(waits_for, timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
            if commit is not None and commit.done():
                commit.result()  # raises what stopped it
        return False

    def _call(self) -> None:
        if self._called is not None and not self._called.done():
            self._called.set_result(None)

    async def _transact(self, handled: list[tuple[Message, Handled]]) -> None:
        """Commit what messages caused, and the offset after the last of them."""
        topics = self._terms.topics
        await self._begin()
        sent = await self._producer.send_all(
            (topics[output.door], output) for _, result in handled for output in result.outputs
        )
        rows = [result.table for _, result in handled if result.table is not None]
        changelog_next = 0
        if rows and self._terms.write is not None:
            changelog_next = await self._terms.write(self.partition.partition, rows)
        self._book.note([message for message, _ in handled], changelog_next)
        await self._end(handled[-1][0].offset + 1, sent)
        for _ in handled:
            self._waiting_ms.popleft()
        self._terms.on_commit(handled)

    async def _skip(self, position: int) -> None:
        self._skip_to = None
        if self.busy or position <= self.committed:
            return
        await self._begin()
        await self._end(position)
        self.expected = max(self.expected, position)

    async def _begin(self) -> None:
        """Open a transaction that no request of an earlier one can reach."""
        if self._producer.in_doubt:
            logger.warning("%s: a request was not answered; starting a new epoch", self.partition)
            await self._raise_epoch()
        elif monotonic() - self._used_at > RENEW_AFTER_S:
            await self._raise_epoch()
        await self._producer.begin_transaction()
        self._in_transaction = True

    async def _raise_epoch(self) -> None:
        """Take the partition over from ourselves: what was sent before is refused from then on.

        Another worker may have taken it over meanwhile, and is fenced by this. Then what is
        committed shows whether it got anywhere; if so, what we have in hand is out of date.
        """
        await self._producer.stop()
        self._producer, place = await self._take_over(self.partition)
        if place.offset != self.committed:
            end_process(
                ExitStatus.FENCED,
                f"another worker has taken over {self.partition}: {place.offset} is committed, "
                f"{self.committed} by this one",
            )

    async def _end(self, next_offset: int, sent: Sequence[Awaitable[object]] = ()) -> None:
        """End the open transaction, once all that was sent has arrived, with its offset."""
        offsets = self._book.offsets(next_offset)
        await asyncio.gather(
            *sent, self._producer.send_offsets_to_transaction(offsets, self._terms.group_id)
        )
        self._is_ending = True
        await self._producer.commit_transaction()
        self._in_transaction = self._is_ending = False
        self._used_at = monotonic()
        self.committed = next_offset


def _size(message: Message) -> int:
    return len(message.value or b"")


def _discard(work: Underway) -> None:
    """Let go of work that nobody will wait for."""
    if isinstance(work, asyncio.Future):
        work.cancel()
