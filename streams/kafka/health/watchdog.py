"""Ends a worker that stands still although there is work, so that a supervisor starts it afresh.

Faust can hang for ever after a rebalance ("No event received for active tp"), and drop records that
it had fetched; neither raises. So progress is measured from outside: what the broker has, what was
fetched, and what is committed.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping

from aiokafka import TopicPartition

from streams.exit_status import ExitStatus, end_process
from streams.kafka.health.gauges import Gauges
from streams.kafka.health.progress import Progress
from streams.metrics import Metrics
from streams.settings import DeliverySettings

logger = logging.getLogger(__name__)

_TICK_S = 1.0
END_OFFSETS_EVERY_TICKS = 5
END_OFFSETS_TIMEOUT_S = 4.0


class Stillness:
    """Counts ticks in which a figure should have changed and did not.

    Ticks, not clock time: a machine that sleeps, or a process that is stopped and resumed, did not
    stand still in between.
    """

    def __init__(self) -> None:
        self._last: dict[str, object] = {}
        self.ticks: dict[str, int] = {}

    def observe(self, figures: Mapping[str, object]) -> None:
        """Take in one tick: a figure for everything that ought to move."""
        self.ticks = {
            name: self.ticks.get(name, 0) + 1 if self._last.get(name) == figure else 0
            for name, figure in figures.items()
        }
        self._last = dict(figures)


class Watchdog:
    """Measures progress in the event loop, and judges it from a thread that cannot hang with it."""

    def __init__(
        self,
        progress: Progress,
        metrics: Metrics,
        limits: DeliverySettings,
        *,
        rebuilding: Callable[[], bool],
        waits_for: Callable[[TopicPartition], object],
    ) -> None:
        """`waits_for` gives what moves while a partition waits for its turn in the pool."""
        self._progress = progress
        self._metrics = metrics
        self._gauges = Gauges(metrics)
        self._limit_ticks = int(limits.stall_timeout_s / _TICK_S)
        self._rebuilding = rebuilding
        self._waits_for = waits_for
        self.reaches_kafka = True  # as far as is known
        self._ends: Mapping[TopicPartition, int] = {}
        self._beats = 0
        self._stillness = Stillness()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._judge, name="watchdog", daemon=True)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start measuring and judging."""
        self._thread.start()
        self._task = asyncio.get_running_loop().create_task(self._measure(), name="watchdog")

    async def stop(self) -> None:
        """Stop both."""
        self._stopping.set()
        if self._task is not None:
            self._task.cancel()

    def lags(self) -> dict[TopicPartition, int]:
        """Return for each source partition how many records are not processed yet.

        The end of a transactional topic is a marker, so `end - committed` never reaches 0; a lane
        that has handled all that can be fetched has no lag.
        """
        lags = {}
        for tp, lane in self._progress.lanes.items():
            fetched_to = self._progress.fetched_to(tp)
            end = self._ends.get(tp, 0)
            waiting = fetched_to is not None and (
                fetched_to.position < end or lane.expected < fetched_to.next_record
            )
            lags[tp] = max(1, end - lane.committed) if waiting or lane.busy else 0
        return lags

    async def _measure(self) -> None:
        tick = 0
        while True:
            await asyncio.sleep(_TICK_S)
            self._beats += 1
            tick += 1
            if tick % END_OFFSETS_EVERY_TICKS == 0:
                await self._read_ends()
                self._skip_markers()
            self._stillness.observe(self._figures())
            self._metrics.reaches_kafka.set(self.reaches_kafka)
            self._gauges.show(self._progress, self.lags(), rebuilding=self._rebuilding())

    def _figures(self) -> dict[str, object]:
        """Return a figure for everything that ought to move now."""
        worker = self._progress
        if worker.should_stop:
            return {}
        if self._rebuilding():
            return {}  # computing, in a thread that cannot wait for anything
        if not worker.joined:
            # What the group refuses for good (a session timeout, a right) Faust only logs.
            return {"joining the group": 0}
        if worker.rebalancing:
            return {"recovery of its table": worker.recovered}
        lanes = worker.lanes
        return {
            f"{tp.topic}[{tp.partition}]": (lanes[tp].committed, self._waits_for(tp))
            for tp, lag in self.lags().items()
            if lag
        }

    def _skip_markers(self) -> None:
        for tp, lane in self._progress.lanes.items():
            fetched_to = self._progress.fetched_to(tp)
            if fetched_to is not None and fetched_to.next_record <= lane.expected:
                lane.skip_to(fetched_to.position)

    async def _read_ends(self) -> None:
        sources = list(self._progress.lanes)
        if not sources or self._progress.rebalancing:
            return
        try:
            async with asyncio.timeout(END_OFFSETS_TIMEOUT_S):
                self._ends = await self._progress.ends(sources)
            self.reaches_kafka = True
        except Exception as error:  # noqa: BLE001 - a broker that is away is not our stall
            self.reaches_kafka = False
            logger.warning("cannot read end offsets: %s", type(error).__name__)

    def _judge(self) -> None:
        beats, still = -1, 0
        while not self._stopping.wait(_TICK_S):
            still = still + 1 if self._beats == beats else 0
            beats = self._beats
            if still > self._limit_ticks:
                end_process(ExitStatus.STALLED, f"the event loop stood still for {still} s")
            for name, ticks in self._stillness.ticks.items():
                if ticks > self._limit_ticks:
                    end_process(
                        ExitStatus.STALLED, f"no progress for {ticks} s although behind: {name}"
                    )
