"""What gauges and log say of a worker's progress."""

import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

import pytest
from aiokafka import TopicPartition

from streams.core.messages.message import Handled, Message, Output
from streams.kafka.delivery.lane import Lane
from streams.kafka.delivery.sequence import Fetched
from streams.kafka.health.gauges import Gauges
from streams.kafka.health.journal import Journal
from streams.metrics import Metrics

RAW = TopicPartition("news.raw", 0)


@dataclass
class FakeLane:
    """As much of a lane as is shown."""

    committed: int
    oldest_waiting_ms: int | None = None


@dataclass
class FakeWorker:
    """A worker whose progress a test sets."""

    joined: bool = True
    rebalancing: bool = False
    should_stop: bool = False
    recovered: int = 0
    fake_lanes: dict[TopicPartition, FakeLane] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """As App."""
        return self.joined and not self.rebalancing

    @property
    def lanes(self) -> Mapping[TopicPartition, Lane]:
        """Its source partitions."""
        return cast("Mapping[TopicPartition, Lane]", self.fake_lanes)

    def fetched_to(self, partition: TopicPartition) -> Fetched | None:
        """Nothing."""

    async def ends(self, partitions: Iterable[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Nothing."""
        return dict.fromkeys(partitions, 0)


def value(metrics: Metrics, name: str) -> float | None:
    """Return a sample of the raw partition."""
    return metrics.registry.get_sample_value(name, {"topic": "news.raw", "partition": "0"})


def test_a_partition_that_is_behind_is_shown_with_its_age() -> None:
    """From the oldest message that was fetched; of one that was not, since it is behind."""
    metrics, worker = Metrics(), FakeWorker()
    gauges = Gauges(metrics)
    worker.fake_lanes = {RAW: FakeLane(7, round(time.time() * 1000) - 90_000)}
    gauges.show(worker, {RAW: 3}, rebuilding=False)
    assert value(metrics, "cleanwire_lag_messages") == 3
    assert value(metrics, "cleanwire_committed_offset") == 7
    assert value(metrics, "cleanwire_oldest_waiting_seconds") == pytest.approx(90, abs=5)
    worker.fake_lanes = {RAW: FakeLane(7)}
    gauges.show(worker, {RAW: 3}, rebuilding=False)
    assert value(metrics, "cleanwire_oldest_waiting_seconds") == pytest.approx(0, abs=5)
    gauges.show(worker, {RAW: 0}, rebuilding=False)
    assert value(metrics, "cleanwire_oldest_waiting_seconds") == 0
    worker.fake_lanes = {}
    gauges.show(worker, {}, rebuilding=False)
    assert value(metrics, "cleanwire_lag_messages") is None


def test_a_recovery_is_shown_with_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the worker is not ready meanwhile; the last one's length stays."""
    now = [1_000.0]
    monkeypatch.setattr("streams.kafka.health.gauges.time.time", lambda: now[0])
    metrics, worker = Metrics(), FakeWorker(rebalancing=True)
    gauges = Gauges(metrics)
    for _ in range(2):
        gauges.show(worker, {}, rebuilding=False)
        now[0] += 7
    worker.rebalancing = False
    gauges.show(worker, {}, rebuilding=False)
    sample = metrics.registry.get_sample_value
    assert sample("cleanwire_recovery_seconds") == 7
    assert sample("cleanwire_ready") == 1


async def test_work_is_summed_and_states_are_told(caplog: pytest.LogCaptureFixture) -> None:
    """Ready once, handed out anew once, and at the end what was done."""
    caplog.set_level(logging.INFO)
    metrics = Metrics()
    worker = FakeWorker(fake_lanes={RAW: FakeLane(0), TopicPartition("news.raw", 1): FakeLane(0)})
    journal = Journal(worker, metrics)
    await journal.start()
    message = Message("news.raw", 0, 0, 0, None, b"")
    prepared = Handled((Output("prepared", None, b"", outcome="prepared"),))
    bad = Handled((Output("rejected", None, b"", outcome="not_json"),))
    metrics.count("clean", [(message, prepared), (message, bad)])
    new = Handled((Output("clean", None, b"", outcome="new"),))
    copy = Handled((Output("duplicates", None, b"", outcome="syndicated"),))
    metrics.count("dedupe", [(message, new), (message, copy)])
    for rebalancing in (False, False, True, True):
        worker.rebalancing = rebalancing
        journal.note_state()
    await journal.stop()
    told = [record.getMessage() for record in caplog.records]
    assert told[0].endswith("owns news.raw[0-1]")
    assert told[1] == "partitions are handed out anew"
    assert told[2] == "in 0 s: 2 in, 1 clean, 1 copies, 1 rejected; 0 waiting"
    assert told[3:] == ["stopped"]
