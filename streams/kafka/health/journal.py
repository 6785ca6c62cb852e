"""What a worker says of its work: when it is ready, and once a minute what it did."""

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping

from aiokafka import TopicPartition

from schemas import Verdict
from streams.kafka.health.progress import Progress
from streams.metrics import Metrics
from streams.topology import CLEAN, DEDUPE

logger = logging.getLogger(__name__)

_TICK_S = 0.2
SUM_EVERY_S = 60.0
COPIES = (Verdict.DUPLICATE, Verdict.SYNDICATED, Verdict.NOTHING_NEW)


class Journal:
    """Logs changes of state at once, and sums of work done; nothing of an idle minute."""

    def __init__(self, progress: Progress, metrics: Metrics) -> None:
        self._progress = progress
        self._metrics = metrics
        self._ready = False
        self._started = self._summed = time.monotonic()
        self._before: Mapping[str, int] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look."""
        self._before = self.figures()
        self._task = asyncio.get_running_loop().create_task(self._watch(), name="journal")

    async def stop(self) -> None:
        """Say what was done since the last sum."""
        if self._task is not None:
            self._task.cancel()
        self._sum()
        logger.info("stopped")

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            self.note_state()
            if time.monotonic() - self._summed >= SUM_EVERY_S:
                self._sum()

    def note_state(self) -> None:
        """Say when the worker gets ready, and when its partitions are handed out anew."""
        ready = self._progress.ready
        if ready and not self._ready:
            seconds = time.monotonic() - self._started
            owned = ", ".join(ranges_of(self._progress.lanes)) or "no partition"
            logger.info("ready after %.1f s; owns %s", seconds, owned)
        elif self._ready and not ready and not self._progress.should_stop:
            self._started = time.monotonic()
            logger.info("partitions are handed out anew")
        self._ready = ready

    def _sum(self) -> None:
        now, figures = time.monotonic(), self.figures()
        done = {name: figures[name] - self._before.get(name, 0) for name in COUNTED}
        if any(done.values()) or figures["lag"]:
            logger.info(
                "in %.0f s: %d in, %d clean, %d copies, %d rejected; %d waiting",
                now - self._summed,
                *done.values(),
                figures["lag"],
                extra={"figures": done | {"lag": figures["lag"]}},
            )
        self._summed, self._before = now, figures

    def figures(self) -> dict[str, int]:
        """Return the counts so far, and how many messages wait now."""
        samples = [s for family in self._metrics.registry.collect() for s in family.samples]
        messages = {
            (s.labels["stage"], s.labels["outcome"]): int(s.value)
            for s in samples
            if s.name == "cleanwire_messages_total"
        }
        copies = sum(messages.get((DEDUPE.name, verdict), 0) for verdict in COPIES)
        kept = (Verdict.NEW, Verdict.UPDATE, "released")
        return {
            "in": sum(count for (stage, _), count in messages.items() if stage == CLEAN.name),
            "clean": sum(messages.get((DEDUPE.name, verdict), 0) for verdict in kept),
            "copies": copies,
            "rejected": sum(
                int(s.value) for s in samples if s.name == "cleanwire_rejections_total"
            ),
            "lag": sum(int(s.value) for s in samples if s.name == "cleanwire_lag_messages"),
        }


COUNTED = ("in", "clean", "copies", "rejected")


def ranges_of(partitions: Iterable[TopicPartition]) -> list[str]:
    """Return partitions by topic, neighbours as one range.

    >>> ranges_of([TopicPartition("raw", n) for n in (0, 1, 2, 5)])
    ['raw[0-2,5]']
    """
    by_topic: dict[str, list[int]] = {}
    for tp in sorted(partitions):
        by_topic.setdefault(tp.topic, []).append(tp.partition)
    return [f"{topic}[{','.join(_runs(numbers))}]" for topic, numbers in by_topic.items()]


def _runs(numbers: list[int]) -> list[str]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
