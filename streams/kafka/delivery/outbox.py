"""The outbox: what the messages of a partition cause, and its new offset, in one transaction.

Every source partition of both stages has a `Lane` with a transactional producer of its own. The
producer is started when the partition is assigned, before anything of it is read: that fences
whoever held the partition before. A lane handles messages strictly in offset order.

Why not Faust's own guarantees, and what was measured: docs/delivery.md.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping

from aiokafka import TopicPartition
from aiokafka.errors import ProducerFenced

from streams.exit_status import ExitStatus, end_process
from streams.kafka.delivery.lane import Fail, Lane, Terms, fail_unknown
from streams.kafka.delivery.place import Book, Place
from streams.kafka.delivery.producer import LaneProducer

logger = logging.getLogger(__name__)


class Outbox:
    """The lanes of all partitions this worker owns."""

    def __init__(
        self,
        *,
        new_producer: Callable[[TopicPartition], LaneProducer],
        starts: Callable[[Iterable[TopicPartition]], Awaitable[Mapping[TopicPartition, Place]]],
        terms: Mapping[str, Terms],  # by source topic
        fail: Fail = fail_unknown,
    ) -> None:
        self.lanes: dict[TopicPartition, Lane] = {}
        self._new_producer = new_producer
        self._starts = starts
        self._terms = terms
        self._fail = fail
        self._writing: asyncio.Task[Mapping[TopicPartition, Place]] | None = None

    async def open(self, partitions: Iterable[TopicPartition], generation: int) -> None:
        """Take over `partitions`: fence their former owner first, then read where it got to."""
        await self.close(within_s=0)
        partitions = list(partitions)
        producers = {tp: self._new_producer(tp) for tp in partitions}
        try:
            await asyncio.gather(*(producer.start() for producer in producers.values()))
            places = await self._starts(partitions)
        except ProducerFenced as error:
            end_process(ExitStatus.FENCED, "another worker took over meanwhile", cause=error)
        except Exception as error:  # noqa: BLE001 - Faust and aiokafka would log it and go on
            self._fail("cannot take over partitions", error)
        # Meanwhile the table recovers; lanes wait for it before their first message.
        self._writing = asyncio.create_task(self._write_down(places, producers))
        for tp in partitions:
            self.lanes[tp] = Lane(
                places[tp],
                producers[tp],
                self._terms[tp.topic],
                generation=generation,
                take_over=self._take_over,
                written_down=self._writing,
            )

    async def _write_down(
        self,
        places: Mapping[TopicPartition, Place],
        producers: Mapping[TopicPartition, LaneProducer],
    ) -> Mapping[TopicPartition, Place]:
        """Commit where new partitions begin; return the places, which know of all that are ours.

        From then on one without an offset has lost it, and is not taken for new.
        """

        async def commit(place: Place) -> None:
            producer = producers[place.partition]
            await producer.begin_transaction()
            await producer.send_offsets_to_transaction(
                Book(place).offsets(place.offset), self._terms[place.partition.topic].group_id
            )
            await producer.commit_transaction()

        new = [place for place in places.values() if not place.is_written_down]
        await asyncio.gather(*map(commit, new))
        return {tp: place.knowing(new) for tp, place in places.items()}

    async def _take_over(self, partition: TopicPartition) -> tuple[LaneProducer, Place]:
        """Return a producer that fences every other of a partition, and what is committed."""
        producer = self._new_producer(partition)
        try:
            await producer.start()
            return producer, (await self._starts([partition]))[partition]
        except BaseException:
            await producer.stop()
            raise

    async def close(self, *, within_s: float) -> None:
        """Finish what is open within `within_s` seconds, abort the rest, give all partitions up."""
        lanes, self.lanes = self.lanes, {}
        closing = (lane.close(within_s=within_s) for lane in lanes.values())
        for outcome in await asyncio.gather(*closing, return_exceptions=True):
            if isinstance(outcome, BaseException):
                logger.error("a lane did not close: %s", type(outcome).__name__)
        if self._writing is not None:  # what its failure means, the lanes have said
            self._writing.cancel()
            await asyncio.gather(self._writing, return_exceptions=True)
