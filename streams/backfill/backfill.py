"""A backfill: reads, cleans, decides, and commits all of it together."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

from aiokafka.partitioner import murmur2

from schemas import PreparedArticle
from streams.agents.clean import CleanStage
from streams.backfill.eras import Eras, RecordKey
from streams.backfill.old_messages import BackfillItem, OldMessage, WholeFile
from streams.backfill.progress_topic import (
    DoneSoFar,
    Kept,
    kept_article,
    kept_done,
    kept_scope,
    read_progress,
)
from streams.commands.files import Unreadable
from streams.core.dedupe import decide_one
from streams.core.messages.message import Handled, Message, Output
from streams.core.verdict.case import milliseconds
from streams.kafka.delivery.lane import LANE_MAX_BYTES, LANE_MAX_MESSAGES
from streams.kafka.delivery.producer import LaneProducer, lane_producer
from streams.kafka.delivery.starts import scope_note
from streams.metrics import REDELIVERED
from streams.settings import Settings
from streams.topology import PREPARED, PROGRESS, Names, names

# Articles let go of that are written down in one transaction: thousands may go at once, when time
# jumps, and a transaction must end.
FORGOTTEN_AT_ONCE = 2_000

Inputs = Callable[[dict[str, DoneSoFar]], AsyncIterator[BackfillItem]]


@dataclass(slots=True)
class Tally:
    """What is committed, by what became of it, and what was no message at all."""

    outcomes: Counter[str] = field(default_factory=Counter)
    unreadable: int = 0
    before: int = 0  # messages that earlier runs had done
    reached_ms: int | None = None  # the latest article's own time

    @property
    def messages(self) -> int:
        """How many messages this run has done."""
        return self.outcomes.total()


@dataclass(slots=True)
class _Batch:
    """What goes into the next transaction."""

    outputs: list[Output] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    kept: list[Kept] = field(default_factory=list)
    done: dict[str, DoneSoFar] = field(default_factory=dict)
    bytes: int = 0
    reached_ms: int | None = None


class Backfill:
    """One run on the lane that `settings` name by their prefix."""

    def __init__(
        self,
        settings: Settings,
        clean: CleanStage,
        *,
        say: Callable[[Unreadable], None],
        progress: Callable[[Tally], None],
        now_ms: int,
    ) -> None:
        """`now_ms` is the time of articles without a date before any that has one."""
        self._settings = settings
        self._named: Names = names(settings)
        self._clean = clean
        self._say = say
        self._progress = progress
        self._eras = Eras(settings.dedupe, Path(settings.data_dir))
        self._producer: LaneProducer  # wants the event loop, so `run` makes it
        self._in_work: deque[tuple[OldMessage | WholeFile, asyncio.Future[Handled] | None]] = (
            deque()
        )
        self._bytes_in_work = 0
        self._batch = _Batch()
        self._stale: deque[RecordKey] = deque()
        self._own_time_ms = now_ms
        self.tally = Tally()

    def _new_producer(self) -> LaneProducer:
        transactional_id = self._named.transactional_id(self._named.progress, 0)
        return lane_producer(self._settings, transactional_id)

    async def run(self, inputs: Inputs) -> None:
        """Do all that `inputs` gives, which is told what is done already.

        Raises:
            KafkaError: if Kafka cannot be reached or refuses; what is committed stays.
            ProducerFenced: another run has taken over the lane.
            ValueError: the lane or a file is not what it was.
        """
        # Another run that is under way is fenced by this, before what it has done is read.
        self._producer = self._new_producer()
        await self._producer.start()
        try:
            done = await self._recover()
            await self._clean.start()
            async for item in inputs(done):
                await self._take(item)
            while self._in_work:
                await self._settle()
            await self._commit()
        finally:
            for _, work in self._in_work:
                if work:
                    work.cancel()
            await self._clean.stop()
            await self._producer.stop()

    async def _recover(self) -> dict[str, DoneSoFar]:
        done, scope = await read_progress(self._settings, self._named.progress, self._eras)
        now = scope_note(self._settings.dedupe)
        if scope and scope != now:
            raise ValueError(
                f"this lane was filled with {scope}, and the settings now say {now}. Set the "
                "scope back, or begin anew on another lane (--lane)"
            )
        if not scope:
            self._batch.kept.append(kept_scope(now))
        self._stale.extend(self._eras.recover())
        return done

    async def _take(self, item: BackfillItem) -> None:
        if isinstance(item, Unreadable):
            self.tally.unreadable += 1
            self._say(item)
            return
        work = self._clean.begin([item.message])[0] if isinstance(item, OldMessage) else None
        self._in_work.append((item, work))
        self._bytes_in_work += _size(item)
        while self._in_work and (
            len(self._in_work) >= LANE_MAX_MESSAGES
            or self._bytes_in_work >= LANE_MAX_BYTES
            or _is_done(self._in_work[0][1])
        ):
            await self._settle()

    async def _settle(self) -> None:
        """Wait for the oldest item in work, decide on it, and put it into the batch."""
        item, work = self._in_work[0]
        handled = await work if work else None
        self._in_work.popleft()
        self._bytes_in_work -= _size(item)
        batch = self._batch
        batch.done[item.place] = item.done
        if isinstance(item, WholeFile):
            self.tally.before += item.before
        elif handled is not None:
            self._publish(item, handled.outputs[0])
        if self._settings.delivery.fills_transaction(batch.outcomes.total(), batch.bytes):
            await self._commit()

    def _publish(self, old: OldMessage, cleaned: Output) -> None:
        """Put into the batch what leaves: what stage 1 rejected, or the outcome of stage 2."""
        output = self._decide(cleaned, old) if cleaned.door == PREPARED else cleaned
        self._batch.outcomes[output.outcome if output else REDELIVERED] += 1
        if output is not None:
            self._batch.outputs.append(output)
            self._batch.bytes += len(output.value or b"")

    def _decide(self, prepared: Output, old: OldMessage) -> Output | None:
        """Return the record that leaves; none for a message that was done before."""
        key = prepared.key or b""
        partition = (murmur2(key) & 0x7FFFFFFF) % self._settings.dedupe.partitions
        position = self._eras.next_position
        article = PreparedArticle.model_validate_json(prepared.value or b"")
        own_time_ms = self._time_of(article, old)
        message = Message(
            *(self._named.prepared, partition, position, own_time_ms),
            *(key, prepared.value, prepared.headers),
        )
        era = self._eras.near(partition, own_time_ms)
        effect = decide_one(era.deduper, article, message, position)
        if effect.record is not None:
            self._stale.extend(self._eras.remember(partition, era, position, effect.record))
            kept = kept_article(RecordKey(partition, era.number, position), effect.record)
            self._batch.kept.append(kept)
        return effect.output

    def _time_of(self, article: PreparedArticle, old: OldMessage) -> int:
        """Return an article's date, else its record's time, else that of the one before."""
        published_ms = milliseconds(article.published_at)
        if published_ms is None:
            published_ms = old.sent_at_ms
        if published_ms is not None:
            self._own_time_ms = published_ms
        self._batch.reached_ms = self._own_time_ms
        return self._own_time_ms

    async def _commit(self) -> None:
        """Publish the batch, what is to be remembered, and how far the input is done, as one."""
        batch, self._batch = self._batch, _Batch()
        if not (batch.done or batch.kept):
            return
        if self._producer.in_doubt:
            await self._raise_epoch()
        stale = min(FORGOTTEN_AT_ONCE, len(self._stale))
        kept = [
            *batch.kept,
            *(kept_article(self._stale.popleft(), None) for _ in range(stale)),
            *(kept_done(place, done) for place, done in batch.done.items()),
        ]
        topic = self._named.topic
        outputs = [(topic(output.door), output) for output in batch.outputs]
        outputs += [(self._named.progress, Output(PROGRESS, key, value)) for key, value in kept]
        await self._producer.publish(outputs)
        self.tally.outcomes.update(batch.outcomes)
        self.tally.reached_ms = batch.reached_ms or self.tally.reached_ms
        self._progress(self.tally)

    async def _raise_epoch(self) -> None:
        """Take the lane over from ourselves: a request that was not answered may still arrive."""
        await self._producer.stop()
        self._producer = self._new_producer()
        await self._producer.start()


def _size(item: OldMessage | WholeFile) -> int:
    return len(item.message.value or b"") if isinstance(item, OldMessage) else 0


def _is_done(work: "asyncio.Future[Handled] | None") -> bool:
    return work is None or work.done()
