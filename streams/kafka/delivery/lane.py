"""A lane: one source partition, its transactional producer, and its messages in offset order."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import monotonic, time
from typing import NoReturn

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError, ProducerFenced

from streams.core.messages.message import Handled, Message, Output
from streams.exit_status import ExitStatus, end_process
from streams.kafka.delivery.place import Book, Place
from streams.kafka.delivery.producer import LaneProducer
from streams.kafka.delivery.sequence import OffsetSequence
from streams.settings import DeliverySettings

logger = logging.getLogger(__name__)

# A lane holds at most this much unfinished work; then the agent waits, and so does the fetcher.
# More than the pool needs to stay busy would only be memory and work for the garbage collector.
LANE_MAX_MESSAGES = 256
LANE_MAX_BYTES = 16_000_000

# After this much work without a pause the event loop gets a turn: heartbeats and probes live there.
TURN_S = 0.02

# Kafka forgets a transactional id that was not used for a week, and a producer's place in a
# partition after a day (its defaults). A lane that was quiet this long introduces itself anew.
RENEW_AFTER_S = 3_600.0

# A broker that is away must not hold up a rebalance or a stop for ever.
LET_GO_S = 2.0


Entry = tuple[Message, Awaitable[Handled]]

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
    on_abort: Callable[[], None] = lambda: None
    on_full: Callable[[], None] = lambda: None


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
    ) -> None:
        super().__init__(place.partition, committed=place.offset, generation=generation)
        self._book = Book(place)
        self._producer = producer
        self._take_over = take_over
        self._terms = terms
        # A message with its work, an offset to skip to, or None to wake up.
        self._queue: asyncio.Queue[Entry | int | None] = asyncio.Queue()
        # Taken from the queue, but its work was not done in time for the transaction before.
        self._late: Entry | None = None
        self._queued_bytes = 0
        # Timestamps of the messages that are accepted and not committed: how long do they wait?
        self._waiting_ms: deque[int] = deque()
        self._room = asyncio.Event()
        self._room.set()
        self._closing = False
        self._in_transaction = False
        self._used_at = monotonic()
        self._committing = False
        self._task = asyncio.create_task(self._run(), name=f"lane {self.partition}")

    @property
    def position_base(self) -> int:
        """What is added to this partition's offsets for positions in the window."""
        return self._book.base

    @property
    def pending(self) -> int:
        """Messages accepted and not yet taken into a transaction."""
        return self._queue.qsize()

    @property
    def busy(self) -> bool:
        """Whether accepted messages are not committed yet."""
        return self.expected != self.committed

    @property
    def oldest_waiting_ms(self) -> int | None:
        """When the first message came that is not committed yet, in ms since 1970."""
        return self._waiting_ms[0] if self._waiting_ms else None

    async def put(self, message: Message, work: Awaitable[Handled]) -> None:
        """Queue an accepted message with the work it needs; waits while the lane is full."""
        await self._room.wait()
        if self._closing:
            _discard(work)
            return
        self._queue.put_nowait((message, work))
        # A time that its producer set may be of years ago.
        at_ms = message.timestamp_ms if message.is_append_time else round(time() * 1000)
        self._waiting_ms.append(at_ms)
        self._queued_bytes += _size(message)
        self._update_room()

    def skip_to(self, position: int) -> None:
        """Commit an offset behind the last record, over what is none, when the lane is idle.

        A transaction ends with a marker. Without this, retention would one day move the log's start
        past the committed offset of a partition that is quiet, as if something had been lost.
        """
        if not self.busy and self.pending == 0 and position > self.committed:
            self._queue.put_nowait(position)

    async def close(self, *, within_s: float) -> None:
        """Finish the open transaction and stop; abort it when it takes longer than `within_s`."""
        self._closing = True
        self._room.set()
        self._queue.put_nowait(None)
        done, _ = await asyncio.wait([self._task], timeout=within_s)
        if not done:
            self._task.cancel()
            await asyncio.wait([self._task])
        left = [self._late, *(self._queue.get_nowait() for _ in range(self._queue.qsize()))]
        for entry in left:
            if isinstance(entry, tuple):
                _discard(entry[1])
        try:
            async with asyncio.timeout(LET_GO_S):
                # One that was cut off in its commit is whole either way: the next owner's producer
                # makes the broker finish or abort it before that owner reads the committed offset.
                if self._in_transaction and not self._committing:
                    await self._producer.abort_transaction()
                    self._terms.on_abort()
                await self._producer.stop()
        except (KafkaError, TimeoutError) as error:
            logger.warning(
                "%s: transaction left to its next owner: %s", self.partition, type(error).__name__
            )

    async def _run(self) -> None:
        try:
            while not self._closing:
                entry = self._late or await self._queue.get()
                self._late = None
                if isinstance(entry, tuple):
                    await self._transact(entry)
                elif entry is not None:
                    await self._skip(entry)
        except asyncio.CancelledError:
            raise
        except ProducerFenced as error:
            end_process(
                ExitStatus.FENCED, f"another worker has taken over {self.partition}", cause=error
            )
        except BaseException as error:  # noqa: BLE001 - a lane that dies would stand still in silence
            self._terms.fail(f"cannot go on with {self.partition}", error)

    async def _transact(self, entry: Entry) -> None:
        """Handle `entry` and what follows it closely; commit their outputs and the new offset."""
        limits = self._terms.limits
        handled: list[tuple[Message, Handled]] = []
        sends: list[Awaitable[object]] = []
        size = 0
        started = turn_started = monotonic()
        await self._begin()
        following: Entry | None = entry
        while following is not None:
            if handled and not await self._is_done_by(following, started):
                break
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
        writes = [write for _, result in handled for write in result.writes]
        done = await asyncio.gather(*sends, *writes)
        self._book.note((message for message, _ in handled), done[len(sends) :])
        await self._commit(handled[-1][0].offset + 1)
        for _ in handled:
            self._waiting_ms.popleft()
        self._terms.on_commit(handled)

    async def _skip(self, position: int) -> None:
        if self.busy or position <= self.committed:
            return
        await self._begin()
        await self._commit(position)
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

    async def _commit(self, next_offset: int) -> None:
        """End the open transaction together with the offset to go on from."""
        self._committing = True
        await self._producer.send_offsets_to_transaction(
            self._book.offsets(next_offset), self._terms.group_id
        )
        await self._producer.commit_transaction()
        self._in_transaction = self._committing = False
        self._used_at = monotonic()
        self.committed = next_offset

    async def _is_done_by(self, entry: Entry, started: float) -> bool:
        """Return whether the work on a message ends while a transaction may still be open.

        A slow article must not hold up those before it, nor keep their transaction open until Kafka
        aborts it. What is not done opens the next one.
        """
        work = entry[1]
        if not isinstance(work, asyncio.Future) or work.done():
            return True
        self._late = entry
        left_s = started + self._terms.limits.transaction_max_ms / 1000 - monotonic()
        await asyncio.wait([work], timeout=max(0.0, left_s))
        if work.done():
            self._late = None
        return work.done()

    async def _next(self, idle_s: float) -> Entry | None:
        """Return the next entry, or None when none comes within `idle_s` or the lane closes."""
        if self._closing:
            return None
        try:
            if self._queue.empty():  # else no timer: there are thousands a second
                async with asyncio.timeout(idle_s):
                    entry = await self._queue.get()
            else:
                entry = self._queue.get_nowait()
        except TimeoutError:
            return None
        return entry if isinstance(entry, tuple) else None

    async def _send(self, output: Output) -> Awaitable[object]:
        future: Awaitable[object] = await self._producer.send(
            self._terms.topics[output.door],
            key=output.key,
            value=output.value,
            headers=list(output.headers),
        )
        return future

    def _update_room(self) -> None:
        full = self._queue.qsize() >= LANE_MAX_MESSAGES or self._queued_bytes >= LANE_MAX_BYTES
        if full and not self._closing:
            if self._room.is_set():
                self._terms.on_full()
            self._room.clear()
        else:
            self._room.set()


def _size(message: Message) -> int:
    return len(message.value or b"")


def _discard(work: Awaitable[Handled]) -> None:
    """Let go of work that nobody will wait for."""
    if isinstance(work, asyncio.Future):
        work.cancel()
    elif asyncio.iscoroutine(work):
        work.close()
