"""Prometheus metrics of the worker. Labels come from closed sets, so their number is bounded."""

import platform
import time
from collections import Counter as Counts
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from schemas import Reason, RejectionReason, Verdict
from schemas.output import DecisionNote
from schemas.prepared import Flag
from schemas.source import DRIFTS
from streams.core.messages.message import Handled, Message
from streams.topology import CLEAN, DEDUPE, STAGES

LATENCY_BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)

REDELIVERED, RELEASED_BEFORE, NOTED = "redelivered", "released_before", "noted"
# What else than a rejection may become of a message.
OUTCOMES = {
    CLEAN.name: ("prepared", REDELIVERED),
    DEDUPE.name: (
        *(verdict.value for verdict in Verdict),
        "released",
        RELEASED_BEFORE,
        REDELIVERED,
        NOTED,
    ),
}
REJECTIONS = {
    CLEAN.name: tuple(r.value for r in RejectionReason if r is not RejectionReason.DEDUPE_FAILED),
    DEDUPE.name: (RejectionReason.DEDUPE_FAILED.value, RejectionReason.TOO_LARGE.value),
}
# Outcomes, flags and notes that say that a limit of the settings was reached, and which.
BOUNDS = {
    RejectionReason.TOO_LARGE.value: "article_bytes",
    RejectionReason.TIME_LIMIT.value: "article_time",
    # Of a rejection, and the flag of a page that is read without an extractor.
    RejectionReason.TOO_COMPLEX.value: "article_structure",
    Flag.MANY_LINES.value: "article_lines",
    Flag.MANY_PARAGRAPHS.value: "article_paragraphs",
    Flag.FIELDS_CUT.value: "article_fields",
    Flag.RESIDUE_GUARD.value: "removed_share",
    DecisionNote.OVER_QUOTA.value: "articles_per_source",
}
LANE_FULL, WATCHED = "lane", "sources"


class Metrics:
    """All that a worker shows. Every series that can be named before exists from the start, at 0.

    Else the first rise of a counter could not be seen: rates begin with the second sample.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.messages = self._counter(
            "messages", "Messages whose outcome is committed.", "stage", "outcome"
        )
        self.rejections = self._counter(
            "rejections", "Rejected messages, by why.", "stage", "reason"
        )
        self.removals = self._counter(
            "removals", "Spans removed from articles that came out, by why.", "reason"
        )
        self.transactions = self._counter("transactions", "Committed transactions.", "stage")
        self.aborted = self._counter(
            "transactions_aborted", "Transactions given up; their messages are done again.", "stage"
        )
        self.bounds = self._counter(
            "bounds_reached", "How often a limit held something back or out.", "bound"
        )
        self.latency = Histogram(
            "cleanwire_latency_seconds",
            "From the append of the record that a stage read to the commit of its outcome.",
            ("stage",),
            buckets=LATENCY_BUCKETS_S,
            registry=self.registry,
        )
        of_partition = ("topic", "partition")
        self.lag = self._gauge(
            "lag_messages",
            "Committed records of a source partition that are not processed yet.",
            *of_partition,
        )
        self.committed = self._gauge(
            "committed_offset", "Offset up to which a source partition is done.", *of_partition
        )
        self.oldest_waiting = self._gauge(
            "oldest_waiting_seconds",
            "Age of the oldest message of a source partition that waits; 0 when none does.",
            *of_partition,
        )
        self.window_articles = self._gauge(
            "window_articles", "Articles in the window of a partition.", "partition"
        )
        self.sources = self._gauge(
            "sources", "Sources of a partition by how they stand.", "partition", "state"
        )
        self.sources_flagged = self._counter(
            "sources_flagged", "How often a source was found to have changed.", "state"
        )
        self.ready = self._gauge(
            "ready", "1 when the worker is in the group, recovered, with its producers up."
        )
        self.reaches_kafka = self._gauge(
            "reaches_kafka", "1 while Kafka answers this worker, 0 in an outage."
        )
        self.recovery = self._gauge(
            "recovery_seconds", "How long the last (or running) recovery of the window took."
        )
        build = self._gauge("build_info", "What runs; always 1.", "version", "python")
        build.labels(version("cleanwire"), platform.python_version()).set(1)
        ProcessCollector(registry=self.registry)
        self._begin_at_zero()

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"cleanwire_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"cleanwire_{name}", text, labels, registry=self.registry)

    def _begin_at_zero(self) -> None:
        for stage in STAGES:
            for outcome in (*OUTCOMES[stage.name], *REJECTIONS[stage.name]):
                self.messages.labels(stage.name, outcome)
            for reason in REJECTIONS[stage.name]:
                self.rejections.labels(stage.name, reason)
            for metric in (self.transactions, self.aborted, self.latency):
                metric.labels(stage.name)
        for removal in Reason:
            self.removals.labels(removal.value)
        for bound in (*BOUNDS.values(), LANE_FULL, WATCHED):
            self.bounds.labels(bound)
        for drift in DRIFTS:
            self.sources_flagged.labels(drift.value)

    def count(self, stage: str, handled: list[tuple[Message, Handled]]) -> None:
        """Count a transaction that was committed now: each message under its one outcome."""
        now_s = time.time()
        self.transactions.labels(stage).inc()
        outcomes = Counts(result.outcome for _, result in handled)
        for outcome, count in outcomes.items():
            self.messages.labels(stage, outcome).inc(count)
            if outcome in REJECTIONS[stage]:
                self.rejections.labels(stage, outcome).inc(count)
        latency = self.latency.labels(stage)
        for message, _ in handled:
            if message.is_append_time:  # another may be of years ago, or in the future
                latency.observe(max(0.0, now_s - message.timestamp_ms / 1000))
        outputs = [output for _, result in handled for output in result.outputs]
        notes = Counts(note for output in outputs for note in output.notes)
        for said, bound in BOUNDS.items():
            if count := outcomes[said] + notes[said]:
                self.bounds.labels(bound).inc(count)
        for reason, count in Counts(r for output in outputs for r in output.removed).items():
            self.removals.labels(reason).inc(count)
