"""Stage 2: read prepared articles, decide against the window, remember, hand over to the outbox."""

import asyncio
import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from schemas import PreparedArticle, RejectionNote, ReleaseRequest
from streams import headers
from streams.agents.sources import ReadSources, WatchedSources
from streams.agents.window_ahead import WindowAhead
from streams.core.article.fingerprint import FINGERPRINT_VERSION
from streams.core.dedupe import Deduper, decide_one
from streams.core.drift.memory import SourcesMemory
from streams.core.messages.message import Handled, Message, Output
from streams.core.window.window import Tell
from streams.kafka.on_faust.record_files import RecordFiles
from streams.kafka.on_faust.table import RecentParagraphs
from streams.memory import collect_and_trim
from streams.metrics import NOTED, Metrics
from streams.settings import DedupeSettings

logger = logging.getLogger(__name__)


@dataclass
class Held:
    """The window of a partition, its sources, its records, and the next position to decide."""

    deduper: Deduper
    sources: WatchedSources
    records: RecordFiles
    base: int  # what is added to an offset of the prepared topic for a position
    next_position: int

    def is_still_right(self, records: RecordFiles, until: int) -> bool:
        """Return whether all it decided is committed, and nobody decided anything after it."""
        return (
            self.records is records
            and self.next_position <= until
            and not records.any_between(self.next_position, until)
        )


class DedupeStage:
    """Holds the window of every partition that this worker owns."""

    def __init__(
        self,
        settings: DedupeSettings,
        table: RecentParagraphs,
        metrics: Metrics,
        read_sources: ReadSources,
    ) -> None:
        self._settings = settings
        self._table = table
        self._metrics = metrics
        self._read_sources = read_sources
        self._held: dict[int, Held] = {}
        self._ahead: dict[int, WindowAhead] = {}
        self.rebuilding = False
        self._rebuild_number = 0

    def begin(self, messages: Sequence[Message]) -> list[Callable[[], Handled]]:
        """Return the work on each message; nothing is done before it is called, so order holds."""
        return [partial(self._handle, message) for message in messages]

    def _handle(self, message: Message) -> Handled:
        held = self._held[message.partition]
        position = held.base + message.offset
        held.next_position = position + 1
        # The prepared topic's own clock is the arrival: what producers stamp on a record is not.
        entry, arrived_ms = read_entry(message), message.timestamp_ms
        if isinstance(entry, RejectionNote):
            noted = held.sources.see_rejection(entry, position, arrived_ms)
            return Handled(noted, why_none=NOTED)
        effect = decide_one(held.deduper, entry, message, position)
        if effect.failure:
            _log_failure(message, effect.failure)
        if effect.output is None:
            return Handled(why_none=effect.why_none)
        if effect.record is None:
            return Handled((effect.output,))
        sample, told = b"", tuple[Output, ...]()
        if isinstance(entry, PreparedArticle):
            sample, told = held.sources.see_article(entry, position, arrived_ms)
        record = effect.record + sample
        row = self._table.remember(message.partition, position, arrived_ms, record)
        return Handled((effect.output, *told), row)

    def build_ahead(self, partition: int) -> None:
        """Begin with the window of a partition that this worker may get, from what was read."""
        if partition not in self._held:
            records = self._table.records.of(partition)
            self._ahead[partition] = WindowAhead(self._settings, records)

    def drop_ahead(self) -> None:
        """Let go of windows that no partition was given out for."""
        for ahead in self._ahead.values():
            ahead.drop()
        self._ahead.clear()

    async def rebuild(self, committed: dict[int, tuple[int, int]]) -> None:
        """Derive the windows of the partitions in `committed` from the recovered table.

        `committed` gives the base and the committed offset of each. Records from there on stem
        from work that was never committed; it is done again, so they are left out. A window stays
        as it is when all that it decided was committed and nobody went on from there meanwhile.
        """
        self._rebuild_number += 1
        number = self._rebuild_number
        self.rebuilding = True
        rebuilt = {
            partition: held
            for partition, place in committed.items()
            if (held := self._still_right(partition, *place))
        }
        found = await self._read_sources(committed.keys() - rebuilt.keys())
        if number != self._rebuild_number:
            return  # a later rebalance has begun anew
        for partition, read in found.items():
            base, offset = committed[partition]
            until = base + offset
            records = self._table.records.of(partition)
            memory = SourcesMemory(self._settings.max_sources, read, until=until)
            sources = WatchedSources(partition, memory, self._metrics)
            try:
                deduper = await self._deduper(partition, records, until, sources.restore)
            finally:
                if number != self._rebuild_number:
                    return  # noqa: B012 - as above; this one's files may be gone
            rebuilt[partition] = Held(deduper, sources, records, base, until)
        for partition in self._held.keys() - rebuilt.keys():
            self._held[partition].sources.hand_over()
        self._held = rebuilt
        self.drop_ahead()
        self.rebuilding = False
        collect_and_trim()

    async def _deduper(
        self, partition: int, records: RecordFiles, until: int, tell: Tell
    ) -> Deduper:
        """Return what decides from the position `until` on, its window built."""
        if ahead := self._ahead.pop(partition, None):
            deduper = await ahead.completed(records, until, tell)
            if deduper is not None:
                return deduper
        deduper = Deduper(self._settings, fetch=records.get)
        await asyncio.to_thread(deduper.window.recover, records.positions(until), tell)
        return deduper

    def _still_right(self, partition: int, base: int, offset: int) -> Held | None:
        """Return what is held of a partition, if it is what a rebuild would give."""
        known = self._held.get(partition)
        records = self._table.records.of(partition)
        if known and known.base == base and known.is_still_right(records, base + offset):
            return known
        return None

    def expire(self) -> None:
        """Let go of what no longer counts, in every partition, by its own stream time."""
        for partition, held in self._held.items():
            window = held.deduper.window
            window.expire()
            stream_time_ms = window.stream_time_ms
            if stream_time_ms is not None:
                self._table.expire(partition, stream_time_ms, self._settings.window_hours)
            self._metrics.window_articles.labels(str(partition)).set(len(window))
            held.sources.count()


def read_entry(message: Message) -> PreparedArticle | ReleaseRequest | RejectionNote:
    """Return what a record of the prepared topic holds.

    Raises:
        ValueError: it cannot be read. Stage 1 or `cleanwire release` wrote it, so this is a bug or
            an upgrade; the worker must stop, since going on would lose an article.
    """
    value = message.value or b""
    schema = headers.text_in(message.headers, headers.SCHEMA)
    if schema == ReleaseRequest.__name__:
        return ReleaseRequest.model_validate_json(value)
    if schema == RejectionNote.__name__:
        return RejectionNote.model_validate_json(value)
    article = PreparedArticle.model_validate_json(value)
    if article.fingerprint_version != FINGERPRINT_VERSION:
        raise ValueError(
            f"{message.ref}: fingerprint version {article.fingerprint_version}, but this worker "
            f"compares {FINGERPRINT_VERSION}: let the former release finish the prepared "
            "topic, stop it, then `cleanwire reset window --prepared`"
        )
    return article


def _log_failure(message: Message, failure: Exception) -> None:
    """Say where the core failed. Type and place only: an exception's text may quote the article."""
    place = traceback.extract_tb(failure.__traceback__)[-1]
    logger.error(
        "no verdict on %s: %s at %s:%s",
        message.ref,
        type(failure).__name__,
        place.filename,
        place.lineno,
    )
