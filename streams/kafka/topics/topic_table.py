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
    # What to say where an existing topic differs, if that is for its owner to decide.
    advice: str = ""
    unless: tuple[str, str] | None = None  # another value that makes the advice needless

    @property
    def must_be(self) -> bool:
        """Whether a topic that breaks the rule is refused."""
        return self.rule is not TopicRule.ANY and not self.advice

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
        Config(
            "max.message.bytes",
            str(LARGEST_RAW_RECORD),
            TopicRule.AT_MOST,
            f"Records above {LARGEST_RAW_RECORD:,} bytes are rejected without their value",
        ),
        Config(
            "message.timestamp.type",
            "LogAppendTime",
            TopicRule.EQUAL,
            "Retention goes by the producers' timestamps: records that are stamped earlier than "
            "retention.ms ago, as a back-fill's, may be deleted before they are read. Set it to "
            "LogAppendTime, or retention.ms to -1",
            unless=("retention.ms", "-1"),
        ),
        Config(
            "unclean.leader.election.enable",
            "false",
            TopicRule.EQUAL,
            "After a broker is lost, records that were acknowledged may be gone",
        ),
    )
    never_cut = Config("unclean.leader.election.enable", "false", TopicRule.EQUAL)
    prepared = (
        Config("cleanup.policy", Cleanup.DELETE, TopicRule.EQUAL),
        Config("retention.ms", str(7 * DAY_MS)),
        Config("max.message.bytes", str(LARGEST_RECORD), TopicRule.AT_LEAST),
        # Arrival, and so the window, counts by this clock.
        Config("message.timestamp.type", "LogAppendTime", TopicRule.EQUAL),
        never_cut,
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
        never_cut,
    )
    sources = (
        # Of each source the latest record counts, for readers and for the next worker.
        Config("cleanup.policy", Cleanup.COMPACT, TopicRule.EQUAL),
        Config("segment.ms", str(DAY_MS)),
        never_cut,
    )
    stateful = settings.dedupe.partitions
    return (
        *(Topic(topic, spread, raw) for topic in name.raw),
        Topic(name.prepared, stateful, prepared, fixed=True),
        Topic(name.topic(Door.CLEAN), spread, output),
        Topic(name.topic(Door.DUPLICATES), spread, output),
        Topic(name.topic(Door.REJECTED), spread, rejected),
        # Each partition is the memory of the same partition of prepared.
        Topic(name.source_records, stateful, sources, fixed=True),
        Topic(name.changelog, stateful, changelog, fixed=True),
    )


def backfill_table(settings: Settings) -> tuple[Topic, ...]:
    """Return the topics of a backfill's lane: outputs as those of a worker, and its progress.

    >>> [topic.name for topic in backfill_table(Settings(prefix="news-backfill"))][-1]
    'news-backfill.progress'
    """
    named = names(settings)
    outputs = tuple(topic for topic in table(settings) if topic.name in named.outputs)
    progress = (
        # The last word on a file or article counts, whenever it was said.
        Config("cleanup.policy", Cleanup.COMPACT, TopicRule.EQUAL),
        Config("max.message.bytes", str(LARGEST_RECORD), TopicRule.AT_LEAST),
        # The part that is written to is never compacted: a new one begins after an hour.
        Config("segment.ms", str(HOUR_MS)),
        Config("min.cleanable.dirty.ratio", "0.1"),
        Config("unclean.leader.election.enable", "false", TopicRule.EQUAL),
    )
    return (*outputs, Topic(named.progress, 1, progress, fixed=True))
