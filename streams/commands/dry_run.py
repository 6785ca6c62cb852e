"""`cleanwire dry-run`: what the worker would publish, without changing anything in Kafka."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Annotated

import typer

from streams import headers
from streams.commands.dry_run_against import is_file, outcomes_in, outcomes_on
from streams.commands.dry_run_messages import (
    Arrival,
    Clock,
    KnownMs,
    Span,
    file_inputs,
    of_files,
    of_topics,
    window_ms,
)
from streams.commands.dry_run_shown import AllOutcomes, Changes, DryRunFormat, Run
from streams.commands.files import Unreadable
from streams.commands.progress import ProgressLine
from streams.commands.shared import Source, since_ms
from streams.core.dry_run.pipeline import Pipeline
from streams.core.dry_run.run_differences import EarlierRun
from streams.settings import Settings
from streams.settings.load import load_settings
from streams.topology import names
from streams.units import HOUR_MS


def dry_run_command(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Files, directories, patterns; - is standard input. None: topics."),
    ] = None,
    *,
    topic: Annotated[
        list[str] | None, typer.Option(help="Read this raw topic; all of the worker's by default.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--from", help="From then on: 6h, 2d, or a time such as 2026-01-31T12:00."),
    ] = None,
    until: Annotated[str | None, typer.Option("--to", help="Until then, itself left out.")] = None,
    warm_up: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="Hours before --from that are run too and not shown, so that copies find their "
            "originals; the window by default.",
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            help="Show what differs from what was published: an output topic, or a file of "
            "`cleanwire tail` or of an earlier run (jsonl)."
        ),
    ] = None,
    examples: Annotated[
        int, typer.Option(min=0, help="Messages to look at for each kind of difference.")
    ] = 3,
    form: Annotated[
        DryRunFormat, typer.Option("--format", help="jsonl prints a line for each record.")
    ] = DryRunFormat.TABLE,
    every: Annotated[
        float, typer.Option(min=0, help="Of files: seconds from one message to the next.")
    ] = 1.0,
    arrived_at: Annotated[
        str | None,
        typer.Option(help="Of files: the field that says when it arrived: date, or meta.date."),
    ] = None,
    header: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE, on every message; may be repeated.")
    ] = None,
    content_type: Annotated[
        str | None,
        typer.Option(
            "--type", help="Content type of bare messages, a file each; or what the files hold."
        ),
    ] = None,
    source: Source = None,
) -> None:
    """Run raw messages through both stages in memory and show what would come out, in order.

    Files are read as `push` reads them; without files, raw topics from --from to --to. Settings and
    rules are those of the worker, as they are now. With --against, what they would change: a rule
    or a threshold before it is live. Nothing is written or committed.

    Status 4 when something was no article, 1 when --against found differences.
    """
    if not files and since is None and not topic:
        raise typer.BadParameter("name files, or --from for what stands on the raw topics")
    settings = load_settings()
    hours = window_ms(settings) if warm_up is None else round(warm_up * HOUR_MS)
    span = Span(since_ms(since, "--from"), since_ms(until, "--to"), hours)
    clock = Clock(time.time_ns() // 1_000_000, round(every * 1000), arrived_at)
    with_headers = _headers(header or [], content_type)
    raw_topics = topic or list(names(settings).raw)

    def arrivals(known_ms: KnownMs) -> AsyncIterator[Arrival | Unreadable]:
        if files:
            inputs = file_inputs(files, content_type, source)
            return _each(of_files(inputs, raw_topics[0], clock, with_headers))
        return of_topics(settings, raw_topics, span, known_ms)

    is_topic = against is not None and not is_file(against)
    in_file = list(outcomes_in(Path(against))) if against and not is_topic else []

    async def run() -> int:
        if against is None:
            return await _run(settings, span, arrivals(_not_known), AllOutcomes(settings, form))
        before = await outcomes_on(settings, against, span.first_ms) if is_topic else in_file
        earlier = EarlierRun(before)
        shown = Changes(settings, earlier, span, form, examples)
        return await _run(settings, span, arrivals(earlier.arrived_at_ms), shown)

    raise typer.Exit(asyncio.run(run()))


def _not_known(_: str) -> None:
    """Nothing is known of what was published."""


async def _each(found: Iterable[Arrival | Unreadable]) -> AsyncIterator[Arrival | Unreadable]:
    for each in found:
        yield each


async def _run(
    settings: Settings,
    span: Span,
    arrivals: AsyncIterator[Arrival | Unreadable],
    shown: AllOutcomes | Changes,
) -> int:
    """Hand what becomes of each message to `shown`; return the exit status that it gives."""
    pipeline = pipeline_of(settings)
    with ProgressLine("messages") as progress:
        count = 0
        async for each in arrivals:
            if isinstance(each, Unreadable):
                shown.refuse(each)
            elif span.runs(each.message.timestamp_ms):
                count += 1
                progress.at(count)
                run = Run(each, *(pipeline.run(each.message, each.arrived_at_ms) or (None, None)))
                shown.take(run, is_wanted=span.wants(each.message.timestamp_ms))
    return shown.end()


def pipeline_of(settings: Settings) -> Pipeline:
    """Return both stages with the settings of a worker, by the code that it runs."""
    # The libraries of stage 1 take a second to import.
    from aiokafka.partitioner import murmur2  # noqa: PLC0415

    from streams.agents.clean import clean_one  # noqa: PLC0415

    def partition_of(key: bytes) -> int:
        """As Kafka's default partitioner."""
        return int(murmur2(key) & 0x7FFFFFFF) % settings.dedupe.partitions

    return Pipeline(
        settings.dedupe,
        lambda message: clean_one(message, settings.clean, settings.dedupe, settings.rules_dir),
        partition_of,
    )


def _headers(given: list[str], content_type: str | None) -> headers.Headers:
    """Return the headers of every message.

    Raises:
        ValueError: one is not NAME=VALUE.
    """
    found = []
    for each in given:
        name, is_pair, value = each.partition("=")
        if not is_pair or not name:
            raise ValueError(f"--header {each}: write NAME=VALUE")
        found.append((name, value.encode()))
    if content_type and "/" in content_type:
        found.append((headers.CONTENT_TYPE, content_type.encode()))
    return tuple(found)
