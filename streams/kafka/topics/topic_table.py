"""The topics as a table: partitions, configurations, and what an existing topic must keep."""

from dataclasses import dataclass
from enum import StrEnum

from streams.limits import LARGEST_RAW_RECORD, LARGEST_RECORD
from streams.settings import Cleanup, Settings
from streams.topology import Door, names
from streams.units import DAY_MS, HOUR_MS


class TopicRule(StrEnum):
    """How an existing topic's value must compare with ours, so that the promise holds."""

    ANY = "any"  # ours is only what a new topic gets
    EQUAL = "equal to"
    AT_LEAST = "at least"
    AT_MOST = "at most"


@dataclass(frozen=True, slots=True)
class Config:
    """A topic configuration, its value for a new topic, and the rule for an existing one."""

    name: str
    value: str
    rule: TopicRule = TopicRule.ANY

    def holds(self, actual: str) -> bool:
        """Whether a topic with this value keeps the promise. -1 is Kafka's word for no limit."""
        if self.rule is TopicRule.ANY or actual == self.value:
            return True
        if self.rule is TopicRule.EQUAL:
            return False
        have, want = (float("inf") if v == "-1" else float(v) for v in (actual, self.value))
        return have >= want if self.rule is TopicRule.AT_LEAST else have <= want


@dataclass(frozen=True, slots=True)
class Topic:
    """A row of the table. `fixed` partitions must be exactly these; others may be any number."""

    name: str
    partitions: int
    configs: tuple[Config, ...]
    fixed: bool = False


def table(settings: Settings) -> tuple[Topic, ...]:
    """Return every topic of an installation, in flow order.

    >>> [topic.name for topic in table(Settings(prefix="wire"))][:2]
    ['wire.raw', 'wire.prepared']
    """
    name = names(settings)
    spread = settings.topic_partitions
    window_ms = settings.dedupe.window_hours * HOUR_MS
    output = (
        Config("cleanup.policy", settings.output_cleanup),
        Config("retention.ms", str(7 * DAY_MS)),
        Config("max.message.bytes", str(LARGEST_RECORD), TopicRule.AT_LEAST),
    )
    raw = (
        Config("cleanup.policy", Cleanup.DELETE, TopicRule.EQUAL),
        Config("retention.ms", str(7 * DAY_MS)),
        Config("max.message.bytes", str(LARGEST_RAW_RECORD), TopicRule.AT_MOST),
    )
    prepared = (
        Config("cleanup.policy", Cleanup.DELETE, TopicRule.EQUAL),
        Config("retention.ms", str(7 * DAY_MS)),
        Config("max.message.bytes", str(LARGEST_RECORD), TopicRule.AT_LEAST),
        # Arrival, and so the window, counts by this clock.
        Config("message.timestamp.type", "LogAppendTime", TopicRule.EQUAL),
    )
    rejected = (
        Config("cleanup.policy", Cleanup.DELETE, TopicRule.EQUAL),
        Config("retention.ms", str(30 * DAY_MS)),
        Config("max.message.bytes", str(LARGEST_RECORD), TopicRule.AT_LEAST),
    )
    changelog = (
        # Never compacted: records are not overwritten, they leave with the window.
        Config("cleanup.policy", Cleanup.DELETE, TopicRule.EQUAL),
        Config("retention.ms", str(window_ms + 2 * HOUR_MS), TopicRule.AT_LEAST),
        Config("segment.ms", str(HOUR_MS), TopicRule.AT_MOST),
    )
    stateful = settings.dedupe.partitions
    return (
        *(Topic(topic, spread, raw) for topic in name.raw),
        Topic(name.prepared, stateful, prepared, fixed=True),
        Topic(name.topic(Door.CLEAN), spread, output),
        Topic(name.topic(Door.DUPLICATES), spread, output),
        Topic(name.topic(Door.REJECTED), spread, rejected),
        Topic(name.changelog, stateful, changelog, fixed=True),
    )
