"""`cleanwire dry-run`: what the worker would publish of files, without Kafka."""

import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from schemas import CleanArticle
from streams import headers
from streams.commands.files import Unreadable, input_files
from streams.commands.raw_input import Given, RawInput, raw_inputs
from streams.commands.shared import REJECTED, Files, Source, out, say_of
from streams.core.dry_run.pipeline import Pipeline
from streams.core.messages.message import Message, Output
from streams.core.read.recognise import Kind
from streams.settings import Settings
from streams.settings.load import load_settings
from streams.topology import names


class DryRunFormat(StrEnum):
    """A table for people, or a JSON line for each record."""

    TABLE = "table"
    JSONL = "jsonl"


def dry_run_command(
    files: Files,
    *,
    form: Annotated[
        DryRunFormat, typer.Option("--format", help="jsonl prints a line for each record.")
    ] = DryRunFormat.TABLE,
    every: Annotated[
        float, typer.Option(min=0, help="Seconds from one message to the next.")
    ] = 1.0,
    arrived_at: Annotated[
        str | None,
        typer.Option(help="Field of a message that says when it arrived: date, or meta.date."),
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
    against: Annotated[
        Path | None,
        typer.Option(help="Output of an earlier run (jsonl): show what differs from it."),
    ] = None,
) -> None:
    """Run files through both stages in memory and show what would come out, in order.

    Files are read as `push` reads them. The settings are those of the worker. With --against,
    verdicts and removals that differ from an earlier run: a rule or a threshold before it is live.

    Status 4 when something was no article, 1 when --against found differences.
    """
    settings = load_settings()
    first_ms = time.time_ns() // 1_000_000
    clock = Clock(first_ms, round(every * 1000), arrived_at)
    inputs = _inputs(files, content_type, source)
    runs = dry_run(inputs, settings, clock, _headers(header or [], content_type))
    refused = 0
    shown: list[dict[str, Any]] = []
    for run in runs:
        if isinstance(run, Unreadable):
            refused += 1
            say_of(run.name, run.why)
            continue
        refused += run.is_rejected
        if against is not None:
            shown.append(run.described(settings))
        elif form is DryRunFormat.JSONL:
            sys.stdout.write(json.dumps(run.described(settings), ensure_ascii=False) + "\n")
        else:
            out.print(run.row(), markup=False, highlight=False, soft_wrap=True)
    if against is not None and _show_differences(against, shown):
        raise typer.Exit(1)
    if refused:
        raise typer.Exit(REJECTED)


@dataclass(frozen=True, slots=True)
class Clock:
    """When messages arrive: so many ms apart, or as a field of theirs says."""

    first_ms: int
    every_ms: int
    field: str | None

    def moment_ms(self, number: int, value: bytes) -> int:
        """Return when message `number`, from 0, arrives.

        Raises:
            ValueError: its field holds no time.
        """
        if self.field is None:
            return self.first_ms + number * self.every_ms
        found: Any = json.loads(value)
        for name in self.field.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        return _milliseconds(found, self.field)


def _milliseconds(value: object, field: str) -> int:
    """Return a time in ms: ISO 8601, or seconds or milliseconds since 1970."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        # Seconds since 1970 have ten digits until the year 2286.
        return round(value * 1000) if abs(value) < 1e11 else round(value)  # noqa: PLR2004
    if isinstance(value, str):
        try:
            return round(datetime.fromisoformat(value).timestamp() * 1000)
        except ValueError:
            pass
    raise ValueError(f"--arrived-at {field}: no time in the message")


@dataclass(frozen=True, slots=True)
class Run:
    """What became of one message; no output where it was known already."""

    file: str
    line: int | None
    output: Output | None
    article: CleanArticle | None

    def described(self, settings: Settings) -> dict[str, Any]:
        """Return the record as JSON: topic, key, headers as text, and value."""
        described: dict[str, Any] = {"file": self.file, "line": self.line}
        if self.output is None:
            return described | {"topic": None, "key": None, "headers": {}, "value": None}
        value = (self.output.value or b"").decode("utf-8", "replace")
        return described | {
            "topic": names(settings).topic(self.output.door),
            "key": _text(self.output.key),
            "headers": {name: _text(held) for name, held in self.output.headers},
            "value": json.loads(value) if self.article else value,
        }

    @property
    def is_rejected(self) -> bool:
        """Whether it was no article."""
        return self.output is not None and self.article is None

    def row(self) -> str:
        """Return a line for people."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        if self.output is None:
            return f"{place:24} redelivered"
        if self.article is None:
            return f"{place:24} rejected     {self.output.outcome}"
        of = getattr(self.article, "duplicate_of", None) or self.article.previous
        pointer = f" -> {of.id}" if of else ""
        title = self.article.title or self.article.text[:60].replace("\n", " ")
        removed = f" ({len(self.article.removals)} removed)" if self.article.removals else ""
        rule = self.article.decision.rule
        return f"{place:24} {self.output.outcome:12} {rule:26} {title}{pointer}{removed}"


def _text(held: bytes | None) -> str | None:
    return None if held is None else held.decode("utf-8", "replace")


def dry_run(
    inputs: Iterable[RawInput | Unreadable],
    settings: Settings,
    clock: Clock,
    with_headers: headers.Headers,
) -> Iterator[Run | Unreadable]:
    """Yield what becomes of each message, in order, by the code that the worker runs."""
    # The libraries of stage 1 take a second to import.
    from aiokafka.partitioner import murmur2  # noqa: PLC0415

    from streams.agents.clean import clean_one  # noqa: PLC0415

    def partition_of(key: bytes) -> int:
        """As Kafka's default partitioner."""
        return int(murmur2(key) & 0x7FFFFFFF) % settings.dedupe.partitions

    pipeline = Pipeline(
        settings.dedupe,
        lambda message: clean_one(message, settings.clean, settings.dedupe, settings.rules_dir),
        partition_of,
    )
    topic = names(settings).raw[0]
    for number, raw in enumerate(inputs):
        if isinstance(raw, Unreadable):
            yield raw
            continue
        try:
            moment_ms = clock.moment_ms(number, raw.value)
        except ValueError as error:
            yield Unreadable(raw.name, str(error))
            continue
        message = Message(topic, 0, number, moment_ms, raw.key, raw.value, with_headers)
        done = pipeline.run(message)
        output, article = done or (None, None)
        yield Run(raw.file.name, raw.line, output, article)


def _inputs(
    files: list[Path], content_type: str | None, source: str | None
) -> Iterator[RawInput | Unreadable]:
    """Yield messages as `push` makes them, or each file as a bare message of a content type."""
    if content_type is None or "/" not in content_type:
        kind = Kind(content_type) if content_type else None
        yield from raw_inputs(files, Given(source=source), kind, say_of)
        return
    for file in input_files(files, say_of):
        if isinstance(file, Unreadable):
            yield file
            continue
        try:
            with file.open() as stream:
                yield RawInput(file, 1, None, None, stream.read())
        except OSError as error:
            yield Unreadable(file.name, f"cannot be read: {error.strerror or error}")


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


def _show_differences(against: Path, now: list[dict[str, Any]]) -> bool:
    """Print what differs from an earlier run; return whether anything does.

    Raises:
        ValueError: a line of the file is none of a dry run.
    """
    from streams.core.dry_run.run_differences import RunOutcome, differences_of_runs  # noqa: PLC0415

    try:
        lines = against.read_text("utf-8").splitlines()
        before = [RunOutcome.of(json.loads(line)) for line in lines if line.strip()]
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"{against}: not the output of dry-run --format jsonl") from error
    found = differences_of_runs(before, [RunOutcome.of(each) for each in now])
    for line in found:
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    if not found:
        out.print(f"nothing differs in {len(now):,} messages", highlight=False)
    return bool(found)
