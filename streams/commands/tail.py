"""`cleanwire tail`: print what leaves through a door, for people or for programs."""

import asyncio
import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

from schemas import CleanArticle, DuplicateArticle
from streams.core.message import Message
from streams.headers import ERROR, ORIGIN, REASON, text_in
from streams.kafka.topics.reading import open_reader
from streams.settings import Settings
from streams.topology import Door, names

SHOWN_CHARS = 400


async def tail(
    settings: Settings,
    door: Door,
    show: Callable[[Message], None],
    *,
    from_beginning: bool = False,
    count: int | None = None,
    timeout_s: float | None = None,
) -> int:
    """Hand each committed record of `door` to `show`, until `count` or `timeout_s` is reached.

    Returns how many there were.

    Raises:
        KafkaError: if Kafka cannot be reached or the topic does not exist.
    """
    shown = 0
    async with open_reader(settings, [names(settings).topic(door)]) as reader:
        if from_beginning:
            await reader.to_beginning()
        try:
            async with asyncio.timeout(timeout_s):
                async for message in reader.follow():
                    show(message)
                    shown += 1
                    if count is not None and shown >= count:
                        break
        except TimeoutError:
            pass
    return shown


def as_json(message: Message) -> str:
    """Return the record as one line of JSON: the article, or a description of the rejection."""
    headers = {name: text_in(message.headers, name) for name, _ in message.headers}
    if REASON not in headers:
        return (message.value or b"null").decode()
    described = {
        name.removeprefix("cleanwire-").replace("-", "_"): value
        for name, value in headers.items()
        if name.startswith("cleanwire-")
    }
    return json.dumps(
        described | {"key": _text(message.key), "value": _text(message.value)}, ensure_ascii=False
    )


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
    for part in _rejected(message) if door is Door.REJECTED else _article(door, message):
        console.print(part, highlight=False)
    console.print()


def _article(door: Door, message: Message) -> list[RenderableType]:
    model = DuplicateArticle if door is Door.DUPLICATES else CleanArticle
    article = model.model_validate_json(message.value or b"")
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
    more = "…" if len(article.text) > SHOWN_CHARS else ""
    parts.append(Padding(Text(article.text[:SHOWN_CHARS] + more), (0, 0, 0, 2)))
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
    value = (message.value or b"")[:SHOWN_CHARS].decode("utf-8", "backslashreplace")
    return [head, Text(headers.get(ERROR, "")), Padding(Text(value), (0, 0, 0, 2))]


def _clock(message: Message) -> str:
    return f"{datetime.fromtimestamp(message.timestamp_ms / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
