"""`cleanwire sources`: how each source stands, and which have changed."""

import asyncio
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Final

import typer
from rich import box
from rich.table import Table

from schemas import SourceRecord
from schemas.source import Figures, Measure, SourceChange, SourceState
from streams.commands.shared import NOT_FOUND, AsJson, err, out
from streams.core.article.identity import source_key
from streams.kafka.topics.reading import refuse_missing
from streams.kafka.topics.source_records import read_source_records
from streams.settings import Settings
from streams.settings.load import load_settings
from streams.topology import names

# A figure of each measure, as people read it.
_SHOWN: Final[Mapping[Measure, tuple[str, Callable[[Figures], str]]]] = {
    Measure.KEPT_SHARE: ("kept", lambda figures: _percent(figures.kept_share)),
    Measure.CHARS: ("characters", lambda figures: _number(figures.chars)),
    Measure.TITLE: ("titles", lambda figures: _percent(figures.title_rate)),
    Measure.DATE: ("dates", lambda figures: _percent(figures.date_rate)),
    Measure.REJECTED: ("rejected", lambda figures: _percent(figures.rejected_share)),
}


def sources_command(
    *,
    flagged: Annotated[
        bool, typer.Option("--flagged", help="Only those that changed or fell silent.")
    ] = False,
    source: Annotated[str | None, typer.Option(help="Only this one.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the sources: how they stand, what they were like lately, and what changed.

    What changed comes first. A source is written down once in an hour with messages and at each
    change, so its figures may be an hour old.

    Status 5 when there is no such source, 74 when a topic is missing, 75 when Kafka cannot be
    reached.
    """
    found = asyncio.run(list_sources(load_settings()))
    if source is not None:
        found = [record for record in found if source_key(record.source) == source_key(source)]
        if not found:
            err.print(f"no source {source} is known", markup=False)
            raise typer.Exit(NOT_FOUND)
    chosen = [record for record in found if not flagged or record.changes]
    if as_json:
        for record in chosen:
            sys.stdout.write(as_line(record) + "\n")
        return
    out.print(table_of(chosen))
    for record in chosen:
        for change in record.changes:
            for line in described(record, change):
                out.print(line, highlight=False, markup=False, soft_wrap=True)


async def list_sources(settings: Settings) -> list[SourceRecord]:
    """Return the records of all sources: first what changed, the latest change first; then by name.

    Raises:
        KafkaError: if Kafka cannot be reached or the topic does not exist.
    """
    await refuse_missing(settings, [names(settings).source_records])
    read = await read_source_records(settings, range(settings.dedupe.partitions))
    found = [record for records in read.values() for record in records]
    found.sort(key=lambda record: record.source)
    found.sort(key=_changed_at, reverse=True)
    return found


def _changed_at(record: SourceRecord) -> float:
    return max((change.since.timestamp() for change in record.changes), default=0.0)


def as_line(record: SourceRecord) -> str:
    """Return a record as a line of JSON, without what only a worker reads."""
    return record.model_dump_json(exclude_none=True, exclude={"memory"})


def table_of(records: Iterable[SourceRecord]) -> Table:
    """Return a row for each source."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("source", overflow="fold")
    table.add_column("state")
    table.add_column("last seen (UTC)")
    for name, _ in _SHOWN.values():
        table.add_column(name, justify="right")
    for record in records:
        table.add_row(
            record.source,
            ", ".join(record.states),
            _clock(record.last_seen),
            *(figure(record.recent) for _, figure in _SHOWN.values()),
            style="bold" if record.changes else None,
        )
    return table


def described(record: SourceRecord, change: SourceChange) -> list[str]:
    """Return a change in words, with the figures before and after."""
    if change.drift == SourceState.QUIET:
        head = (
            f"{record.source} has been silent since {_clock(change.since)} UTC: "
            f"{change.silent_hours} hours when it was noticed, at most {change.longest_gap_hours} "
            "in the four weeks before"
        )
        return [head, f"  last: {', '.join(change.examples)}"]
    lines = [f"{record.source} has another layout since {_clock(change.since)} UTC"]
    for measure, (name, figure) in _SHOWN.items():
        if measure in change.measures and change.after is not None:
            lines.append(f"  {name}: {figure(change.before)} before, {figure(change.after)} now")
    return [*lines, f"  see: {', '.join(change.examples)}"]


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"


def _number(number: int | None) -> str:
    return "-" if number is None else f"{number:,}"


def _clock(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
