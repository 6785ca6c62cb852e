"""Stage 2: read prepared articles, decide against the window, remember, hand over to the outbox."""

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any

from schemas import PreparedArticle
from streams.core import records
from streams.core.dedupe import Window
from streams.core.message import Message
from streams.kafka.outbox import Handled
from streams.kafka.table import RecentParagraphs
from streams.metrics import Metrics
from streams.settings import DedupeSettings


class DedupeStage:
    """Holds the window of every partition that this worker owns."""

    def __init__(self, settings: DedupeSettings, table: RecentParagraphs, metrics: Metrics) -> None:
        self._settings = settings
        self._table = table
        self._metrics = metrics
        self._windows: dict[int, Window] = {}

    def begin(self, message: Message) -> Coroutine[Any, Any, Handled]:
        """Return the work on a message; nothing is done before it is awaited, so order holds."""
        return self._handle(message)

    async def _handle(self, message: Message) -> Handled:
        window = self._windows[message.partition]
        article = PreparedArticle.model_validate_json(message.value or b"")
        # The earlier of the two: a date in 2203 moves nothing.
        arrived_at_ms = min(article.raw_timestamp_ms, message.timestamp_ms)
        outcome = window.decide(article, message.offset, arrived_at_ms)
        if outcome.article is None:
            return Handled(redelivered=True)
        writes: tuple[Awaitable[object], ...] = ()
        if outcome.record is not None:
            writes = (
                self._table.remember(
                    message.partition, message.offset, arrived_at_ms, outcome.record
                ),
            )
            window.remember(message.offset, outcome.record)
        output = records.published(outcome.article, message, self._settings, outcome.outcome)
        return Handled(outputs=(output,), writes=writes)

    async def rebuild(self, committed: dict[int, int]) -> None:
        """Derive the windows of the partitions in `committed` from the recovered table.

        `committed` gives the committed offset of each. Records from there on stem from work that
        was never committed; it is done again, so they are left out.
        """
        self._windows = {}
        for partition, until in committed.items():
            window = Window(self._settings)
            held = [
                (position, record)
                for position, record in self._table.records.of_partition(partition)
                if position < until
            ]
            await asyncio.to_thread(window.rebuild, held)
            self._windows[partition] = window

    def expire(self) -> None:
        """Let go of what no longer counts, in every partition, by its own stream time."""
        for partition, window in self._windows.items():
            window.expire()
            if window.stream_time_ms is not None:
                self._table.expire(partition, window.stream_time_ms, self._settings.window_hours)
            self._metrics.window_articles.labels(str(partition)).set(len(window))
