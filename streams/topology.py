"""The dataflow as data. Every topic name, app id and transactional id derives from here.

raw ──► clean ──► prepared ──► dedupe ──► clean
         │                      │ └─────► duplicates
         └──────► rejected ◄────┴──► sources
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

RAW: Final = "raw"  # in the drawing only: the topics are those that the settings name
PREPARED: Final = "prepared"  # the corridor between the stages: nobody else reads or writes it
PROGRESS: Final = "progress"  # of a backfill, on a lane of its own
SOURCES: Final = "sources"  # how each source stands: for others to read, but no message's outcome


class Door(StrEnum):
    """Where a record leaves cleanwire, for others to read."""

    CLEAN = "clean"
    DUPLICATES = "duplicates"
    REJECTED = "rejected"


OUTPUTS: Final = tuple(Door)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage reads its topics and writes through its doors; `table` names its state."""

    name: str
    reads: str
    writes: tuple[str, ...]
    table: str | None = None


CLEAN = Stage("clean", reads=RAW, writes=(PREPARED, Door.REJECTED))
DEDUPE = Stage("dedupe", reads=PREPARED, writes=(*OUTPUTS, SOURCES), table="recent_paragraphs")
STAGES = (CLEAN, DEDUPE)


@dataclass(frozen=True, slots=True)
class Names:
    """All names of one installation, derived from its settings."""

    prefix: str
    raw: tuple[str, ...]

    @property
    def app_id(self) -> str:
        """Id of the Faust app, which is also the consumer group."""
        return f"{self.prefix}-cleanwire"

    def topic(self, door: str) -> str:
        """Topic behind a door."""
        return f"{self.prefix}.{door}"

    @property
    def prepared(self) -> str:
        """Topic between the stages."""
        return self.topic(PREPARED)

    @property
    def source_records(self) -> str:
        """Topic of how each source stands."""
        return self.topic(SOURCES)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Topics that others read."""
        return tuple(map(self.topic, OUTPUTS))

    @property
    def sources(self) -> tuple[str, ...]:
        """Topics that some stage reads, in flow order."""
        return tuple(topic for stage in STAGES for topic in self.inputs(stage))

    def inputs(self, stage: Stage) -> tuple[str, ...]:
        """Topics that `stage` reads."""
        return self.raw if stage.reads == RAW else (self.topic(stage.reads),)

    @property
    def changelog(self) -> str:
        """Changelog topic of the table of recent paragraphs, as Faust names it."""
        return f"{self.app_id}-{DEDUPE.table}-changelog"

    @property
    def progress(self) -> str:
        """Topic of how far a backfill is, on the lane of one."""
        return self.topic(PROGRESS)

    def transactional_id(self, topic: str, partition: int) -> str:
        """Transactional id of the one producer that may write for a source partition."""
        return f"{self.app_id}-{topic}-{partition}"


class Naming(Protocol):
    """The settings that names derive from."""

    @property
    def prefix(self) -> str:
        """First part of every name."""

    @property
    def raw_topics(self) -> tuple[str, ...]:
        """Raw topics that are named; none for the one with our prefix."""


def names(settings: Naming) -> Names:
    """Return the names that `settings` give.

    >>> from streams.settings import Settings
    >>> names(Settings(prefix="wire")).topic(Door.CLEAN)
    'wire.clean'
    """
    return Names(settings.prefix, settings.raw_topics or (f"{settings.prefix}.raw",))
