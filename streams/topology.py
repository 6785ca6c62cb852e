"""The dataflow as data. Every topic name, app id and transactional id derives from here.

raw ──► clean ──► prepared ──► dedupe ──► clean
         │                          └───► duplicates
         └──► rejected
"""

from dataclasses import dataclass
from enum import StrEnum

from streams.settings import Settings


class Door(StrEnum):
    """Where a record may leave a stage."""

    PREPARED = "prepared"
    CLEAN = "clean"
    DUPLICATES = "duplicates"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage reads from its input and writes through its doors; `table` names its state."""

    name: str
    reads: str
    writes: tuple[Door, ...]
    table: str | None = None


CLEAN = Stage("clean", reads="raw", writes=(Door.PREPARED, Door.REJECTED))
DEDUPE = Stage(
    "dedupe",
    reads=Door.PREPARED,
    writes=(Door.CLEAN, Door.DUPLICATES, Door.REJECTED),
    table="recent_paragraphs",
)
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

    def topic(self, door: Door) -> str:
        """Topic behind a door."""
        return f"{self.prefix}.{door}"

    @property
    def changelog(self) -> str:
        """Changelog topic of the table of recent paragraphs, as Faust names it."""
        return f"{self.app_id}-{DEDUPE.table}-changelog"

    def transactional_id(self, topic: str, partition: int) -> str:
        """Transactional id of the one producer that may write for a source partition."""
        return f"{self.app_id}-{topic}-{partition}"


def names(settings: Settings) -> Names:
    """Return the names that `settings` give.

    >>> names(Settings(prefix="wire")).topic(Door.CLEAN)
    'wire.clean'
    """
    return Names(settings.prefix, settings.raw_topics or (f"{settings.prefix}.raw",))
