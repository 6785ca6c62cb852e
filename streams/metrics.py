"""Prometheus metrics of the worker. Labels come from closed sets, so their number is bounded."""

import time
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from streams.core.message import Handled, Message

LATENCY_BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


def _counter(name: str, text: str, labels: tuple[str, ...]) -> Counter:
    return Counter(name, text, labels, registry=None)


@dataclass(frozen=True)
class Metrics:
    """One counter a stage and outcome, latency and lag."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    messages: Counter = field(
        default_factory=lambda: _counter(
            "cleanwire_messages",
            "Messages whose outcome is committed.",
            ("stage", "outcome"),
        )
    )
    transactions: Counter = field(
        default_factory=lambda: _counter(
            "cleanwire_transactions", "Committed transactions.", ("stage",)
        )
    )
    latency: Histogram = field(
        default_factory=lambda: Histogram(
            "cleanwire_latency_seconds",
            "From the append of the record that a stage read to the commit of its outcome.",
            ("stage",),
            buckets=LATENCY_BUCKETS_S,
            registry=None,
        )
    )
    lag: Gauge = field(
        default_factory=lambda: Gauge(
            "cleanwire_lag_messages",
            "Committed records of a source partition that are not processed yet.",
            ("topic", "partition"),
            registry=None,
        )
    )
    reaches_kafka: Gauge = field(
        default_factory=lambda: Gauge(
            "cleanwire_reaches_kafka",
            "1 while Kafka answers this worker, 0 in an outage.",
            registry=None,
        )
    )
    window_articles: Gauge = field(
        default_factory=lambda: Gauge(
            "cleanwire_window_articles",
            "Articles in the window of a partition.",
            ("partition",),
            registry=None,
        )
    )

    def __post_init__(self) -> None:
        """Put all of them into the registry."""
        for metric in (
            self.messages,
            self.transactions,
            self.latency,
            self.lag,
            self.reaches_kafka,
            self.window_articles,
        ):
            self.registry.register(metric)

    def count(self, stage: str, handled: list[tuple[Message, Handled]]) -> None:
        """Count a transaction that was committed now: each message under its one outcome."""
        now_s = time.time()
        self.transactions.labels(stage).inc()
        for message, result in handled:
            outcome = result.outputs[0].outcome if result.outputs else "redelivered"
            self.messages.labels(stage, outcome).inc()
            if message.is_append_time:  # another may be of years ago, or in the future
                self.latency.labels(stage).observe(max(0.0, now_s - message.timestamp_ms / 1000))
