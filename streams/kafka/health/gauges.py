"""What the gauges show of a worker's progress, set once a second."""

import time
from collections.abc import Mapping

from aiokafka import TopicPartition

from streams.kafka.health.progress import Progress
from streams.metrics import Metrics


class Gauges:
    """Sets readiness, recovery, and the state of each source partition that the worker owns."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._recovering_since: float | None = None
        self._behind_since: dict[TopicPartition, float] = {}

    def show(
        self, worker: Progress, lags: Mapping[TopicPartition, int], *, rebuilding: bool
    ) -> None:
        """Set all of them; partitions that were given up are no longer shown."""
        metrics, now = self._metrics, time.time()
        recovering = worker.joined and (worker.rebalancing or rebuilding)
        metrics.ready.set(worker.joined and not worker.rebalancing and not worker.should_stop)
        if recovering:
            self._recovering_since = self._recovering_since or now
            metrics.recovery.set(now - self._recovering_since)
        else:
            self._recovering_since = None
        for gauge in (metrics.lag, metrics.committed, metrics.oldest_waiting):
            gauge.clear()
        self._behind_since = {
            tp: self._behind_since.get(tp, now) for tp, lag in lags.items() if lag
        }
        for tp, lag in lags.items():
            labels = (tp.topic, str(tp.partition))
            lane = worker.lanes[tp]
            metrics.lag.labels(*labels).set(lag)
            metrics.committed.labels(*labels).set(lane.committed)
            since = self._behind_since.get(tp)
            if since is not None:
                # What the broker has and nobody fetched yet has no time here: it waits since then.
                oldest = lane.oldest_waiting_ms
                since = min(since, oldest / 1000) if oldest and oldest > 0 else since
            metrics.oldest_waiting.labels(*labels).set(max(0.0, now - since) if since else 0)
