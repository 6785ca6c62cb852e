"""`cleanwire tail`: print what leaves through a door, for people or for programs."""

import asyncio
import base64
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

from streams.commands.facts import Facts
from streams.commands.shared import Since, out, since_ms
from streams.core.messages.message import Message
from streams.explain.find import article_in
from streams.headers import ERROR, ORIGIN, REASON, text_in
from streams.kafka.topics.reading import open_reader
from streams.settings import Settings
from streams.settings.load import load_settings
from streams.topology import OUTPUTS, Door, names

BEGINNING_CHARS = 400


class ReadDoor(StrEnum):
    """The doors that consumers read."""

    CLEAN = "clean"
    DUPLICATES = "duplicates"
    REJECTED = "rejected"
    ALL = "all"

    @property
    def doors(self) -> tuple[Door, ...]:
        """The topics behind it."""
        return OUTPUTS if self is ReadDoor.ALL else (Door(self.value),)


def tail_command(
    which: Annotated[ReadDoor, typer.Argument(help="Which topic.")] = ReadDoor.CLEAN,
    *,
    door: Annotated[ReadDoor | None, typer.Option(help="The same, as an option.")] = None,
    from_beginning: Annotated[
        bool, typer.Option("--from-beginning", help="Start with the oldest.")
    ] = False,
    since: Since = None,
    source: Annotated[str | None, typer.Option(help="Only of this source.")] = None,
    verdict: Annotated[
        str | None, typer.Option(help="Only with this verdict, or reason of rejection.")
    ] = None,
    story: Annotated[str | None, typer.Option(help="Only of the story with this id.")] = None,
    count: Annotated[int | None, typer.Option(min=1, help="Stop after so many.")] = None,
    timeout: Annotated[
        float | None, typer.Option(min=0, help="Stop after so many seconds.")
    ] = None,
) -> None:
    """Print committed records as they arrive: readable on a terminal, JSON lines in a pipe.

    Status 74 when a topic is missing, 75 when Kafka cannot be reached.
    """
    settings = load_settings()
    chosen = (door or which).doors
    doors = {names(settings).topic(each): each for each in chosen}
    wanted = Filter(source=source, verdict=verdict, story=story)

    def show(message: Message) -> bool:
        if not wanted.takes(message):
            return False
        if out.is_terminal:
            print_readable(out, doors[message.topic], message)
        else:
            sys.stdout.write(as_json(message) + "\n")
            sys.stdout.flush()
        return True

    asyncio.run(
        follow_doors(
            settings,
            chosen,
            show,
            from_ms=0 if from_beginning else since_ms(since),
            count=count,
            timeout_s=timeout,
        )
    )


async def follow_doors(
    settings: Settings,
    doors: Sequence[Door],
    show: Callable[[Message], bool],
    *,
    from_ms: int | None = None,
    count: int | None = None,
    timeout_s: float | None = None,
) -> int:
    """Hand each committed record of `doors` to `show`, until it took `count` or time is over.

    From `from_ms` (ms since 1970) on, else only what is new. Returns how many `show` took.

    Raises:
        KafkaError: if Kafka cannot be reached or a topic does not exist.
    """
    shown = 0
    async with open_reader(settings, [names(settings).topic(door) for door in doors]) as reader:
        if from_ms is not None:
            await (reader.to_time(from_ms) if from_ms else reader.to_beginning())
        try:
            async with asyncio.timeout(timeout_s):
                async for message in reader.follow():
                    shown += show(message)
                    if count is not None and shown >= count:
                        break
        except TimeoutError:
            pass
    return shown


@dataclass(frozen=True, slots=True)
class Filter:
    """What of a topic is shown; all where it says nothing."""

    source: str | None = None
    verdict: str | None = None
    story: str | None = None

    def takes(self, message: Message) -> bool:
        """Whether a record is wanted, by its key and headers alone."""
        facts = Facts.of(message)
        return (
            self.source in (None, facts.source)
            and self.verdict in (None, facts.verdict)
            and self.story in (None, facts.story)
        )


def as_json(message: Message) -> str:
    """Return the record as one line of JSON: the article, or a description of what is none."""
    headers = {name: text_in(message.headers, name) for name, _ in message.headers}
    if REASON not in headers and _is_object(message.value):
        return (message.value or b"").decode()
    described = {
        name.removeprefix("cleanwire-").replace("-", "_"): value
        for name, value in headers.items()
        if name.startswith("cleanwire-")
    }
    if REASON not in headers:
        described["stray"] = _place(message)
    return json.dumps(
        described | {"key": _text(message.key), "value": _text(message.value)}, ensure_ascii=False
    )


def _is_object(value: bytes | None) -> bool:
    try:
        return isinstance(json.loads(value or b""), dict) and b"\n" not in (value or b"")
    except ValueError:
        return False


def _place(message: Message) -> str:
    return f"{message.topic}/{message.partition}/{message.offset}"


def _text(value: bytes | None) -> str | dict[str, str] | None:
    """Return bytes as text when they are text, else in Base64 under that name."""
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}


def print_readable(console: Console, door: Door, message: Message) -> None:
    """Print a record for a person: what it is, why it came out here, how it begins."""
    try:
        parts = _rejected(message) if door is Door.REJECTED else _article(message)
    except ValueError:
        parts = _stray(message)
    for part in parts:
        console.print(part, highlight=False)
    console.print()


def _stray(message: Message) -> list[RenderableType]:
    head = Text.assemble(("stray record", "bold"), f"  {_place(message)}: no article of cleanwire")
    value = (message.value or b"")[:BEGINNING_CHARS].decode("utf-8", "backslashreplace")
    return [head, Padding(Text(value), (0, 0, 0, 2))]


def _article(message: Message) -> list[RenderableType]:
    article = article_in(message)
    head = Text.assemble(
        (article.verdict.value, "bold"), "  ", article.id, "  ", (_clock(message), "dim")
    )
    parts: list[RenderableType] = [head]
    if article.title:
        parts.append(Text(article.title, style="bold"))
    if article.duplicate_of:
        first = article.duplicate_of
        parts.append(Text(f"copy of {first.id}, seen {first.arrived_at:%Y-%m-%d %H:%M:%S} UTC"))
    if article.previous:
        parts.append(Text(f"revision {article.revision}, replaces {article.previous.id}"))
    reasons = ", ".join(sorted({removal.reason.value for removal in article.removals}))
    if reasons:
        parts.append(Text(f"{len(article.removals)} removed: {reasons}", style="dim"))
    more = "…" if len(article.text) > BEGINNING_CHARS else ""
    parts.append(Padding(Text(article.text[:BEGINNING_CHARS] + more), (0, 0, 0, 2)))
    return parts


def _rejected(message: Message) -> list[RenderableType]:
    headers = {name: text_in(message.headers, name) for name, _ in message.headers}
    head = Text.assemble(
        (headers.get(REASON, "?"), "bold"),
        "  ",
        headers.get(ORIGIN, ""),
        "  ",
        (_clock(message), "dim"),
    )
    value = (message.value or b"")[:BEGINNING_CHARS].decode("utf-8", "backslashreplace")
    return [head, Text(headers.get(ERROR, "")), Padding(Text(value), (0, 0, 0, 2))]


def _clock(message: Message) -> str:
    return f"{datetime.fromtimestamp(message.timestamp_ms / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
