"""The sources that stage 2 watches: told of each message, restored with the window, counted."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping

from schemas import PreparedArticle, RejectionNote, SourceRecord
from schemas.source import SourceState
from streams.core.article.record import Told
from streams.core.drift.memory import SourcesMemory
from streams.core.drift.sample import Sample, sample_of
from streams.core.messages.message import Output
from streams.core.messages.records import source_record
from streams.metrics import WATCHED, Metrics

# Reads what is committed of some partitions of the topic of sources, the latest of each source.
ReadSources = Callable[[Collection[int]], Awaitable[Mapping[int, Iterable[SourceRecord]]]]


class WatchedSources:
    """What is known of the sources of a partition."""

    def __init__(self, partition: int, memory: SourcesMemory, metrics: Metrics) -> None:
        self._partition = partition
        self._memory = memory
        self._metrics = metrics

    def restore(self, position: int, told: Told) -> None:
        """Take in an article of the window, if the records of sources do not know it yet."""
        self._memory.restore(told.source, told.id, told.tail, position, told.arrived_at_ms)

    def see_article(
        self, article: PreparedArticle, position: int, arrived_ms: int
    ) -> tuple[bytes, tuple[Output, ...]]:
        """Return what the window is to keep of an article for `restore`, and records to publish."""
        sample = sample_of(article)
        return sample.pack(), self._see(article.source, sample, position, arrived_ms)

    def see_rejection(
        self, note: RejectionNote, position: int, arrived_ms: int
    ) -> tuple[Output, ...]:
        """Return the records to publish after a message of a source was rejected."""
        sample = Sample(note.origin, rejected=note.reason)
        return self._see(note.source, sample, position, arrived_ms)

    def _see(
        self, source: str, sample: Sample, position: int, arrived_ms: int
    ) -> tuple[Output, ...]:
        notes = self._memory.see(source, sample, position, arrived_ms)
        return tuple(source_record(note.key, note.record, self._partition) for note in notes)

    def hand_over(self) -> None:
        """Show no source any more: the partition is another worker's."""
        for state in SourceState:
            self._metrics.sources.labels(str(self._partition), state.value).set(0)

    def count(self) -> None:
        """Show how many sources are in each state, and what happened to them."""
        memory = self._memory
        for state, number in memory.states().items():
            self._metrics.sources.labels(str(self._partition), state.value).set(number)
        for state in memory.flagged:
            self._metrics.sources_flagged.labels(state.value).inc(memory.flagged[state])
            memory.flagged[state] = 0
        self._metrics.bounds.labels(WATCHED).inc(memory.forgotten)
        memory.forgotten = 0
