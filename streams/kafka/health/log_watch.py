"""Ends a worker whose logs are no longer those that it reads.

A reader of offsets notices nothing where a topic was made anew, or a log has lost its end, and is
as long again by the time of the next fetch: new messages stand where old ones stood, and are never
read. Kafka gives a topic made anew another id, and raises a partition's leader epoch when a log may
have lost its end.
"""

import asyncio
import logging

from aiokafka import TopicPartition

from streams.exit_status import ExitStatus, end_process
from streams.kafka.connection import open_admin
from streams.kafka.delivery.judging import made_anew, replaced
from streams.kafka.delivery.marks import replaced_marks
from streams.kafka.health.progress import Progress
from streams.kafka.topics.topic_facts import TopicFacts, topic_facts
from streams.settings import Settings
from streams.topology import Names

logger = logging.getLogger(__name__)

# A question about a handful of topics, which a broker answers from memory.
LOOK_EVERY_S = 10.0


class LogWatch:
    """Looks every ten seconds at what Kafka says of the topics that a worker reads and writes."""

    def __init__(self, progress: Progress, settings: Settings, names: Names) -> None:
        self._progress = progress
        self._settings = settings
        self._names = names
        self._epochs: dict[TopicPartition, int] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start looking."""
        self._task = asyncio.create_task(self._watch(), name="log watch")

    async def stop(self) -> None:
        """Stop."""
        if self._task is not None:
            self._task.cancel()

    async def _watch(self) -> None:
        topics = [*self._names.sources, self._names.changelog]
        while True:
            try:
                async with open_admin(self._settings) as admin:
                    while True:
                        await self._look(await topic_facts(admin, topics))
                        await asyncio.sleep(LOOK_EVERY_S)
            except Exception as error:  # noqa: BLE001 - whether Kafka answers is the watchdog's to say
                logger.debug("cannot look at topics: %s", type(error).__name__)
                await asyncio.sleep(LOOK_EVERY_S)

    async def _look(self, now: TopicFacts) -> None:
        """End the process when a log is another one than a lane has read.

        Raises:
            KafkaError: Kafka cannot be asked.
        """
        ledgers = {tp: lane.ledger for tp, lane in self._progress.lanes.items()}
        for reason in made_anew(self._names, ledgers.values(), now.ids):
            end_process(ExitStatus.TOPICS_MISMATCH, reason)
        moved = [tp for tp, epoch in now.epochs.items() if self._epochs.get(tp, epoch) != epoch]
        marks = {tp: mark for tp in moved if tp in ledgers and (mark := ledgers[tp].last)}
        for tp in await replaced_marks(self._settings, marks):
            end_process(ExitStatus.TOPICS_MISMATCH, replaced(tp, marks[tp].offset))
        self._epochs |= now.epochs
