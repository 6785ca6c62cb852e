"""What a dry run reads: messages of files or of raw topics, and when each arrived at stage 2."""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from streams.commands.files import Unreadable, input_files
from streams.commands.raw_input import Given, RawInput, raw_inputs
from streams.commands.shared import say_of
from streams.core.messages.message import Message
from streams.core.read.recognise import Kind
from streams.headers import Headers
from streams.kafka.topics.reading import open_reader
from streams.settings import Settings
from streams.units import HOUR_MS

KnownMs = Callable[[str], int | None]  # when a message arrived at stage 2, by its key


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when messages are looked at, in ms since 1970, and what is run before."""

    from_ms: int | None = None
    to_ms: int | None = None
    warm_up_ms: int = 0  # so much earlier messages are run too, so that copies find their originals

    @property
    def is_all(self) -> bool:
        """Whether no message is left out."""
        return self.from_ms is None and self.to_ms is None

    @property
    def first_ms(self) -> int | None:
        """From when on messages are run."""
        return None if self.from_ms is None else max(0, self.from_ms - self.warm_up_ms)

    def runs(self, moment_ms: int) -> bool:
        """Return whether a message of that time is run."""
        is_late = self.to_ms is not None and moment_ms >= self.to_ms
        return not is_late and (self.first_ms is None or moment_ms >= self.first_ms)

    def wants(self, moment_ms: int) -> bool:
        """Return whether what becomes of it is asked for."""
        return self.runs(moment_ms) and (self.from_ms is None or moment_ms >= self.from_ms)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A raw message, where it came from, and when stage 2 has it (ms since 1970)."""

    file: str | None  # none for a message of a topic
    line: int | str | None  # of the file; else topic/partition/offset
    message: Message
    arrived_at_ms: int

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        return ":".join(str(part) for part in (self.file, self.line) if part is not None)

    @property
    def key(self) -> str:
        """What it is told by, as in core/dry_run."""
        return f"file {self.place}" if self.file is not None else origin_key(self.message)


def origin_key(message: Message) -> str:
    """Return the key of a message of a topic."""
    return f"origin {message.ref}"


@dataclass(frozen=True, slots=True)
class Clock:
    """When messages of files arrive: so many ms apart, or as a field of theirs says."""

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


def of_files(
    inputs: Iterable[RawInput | Unreadable],
    topic: str,
    clock: Clock,
    with_headers: Headers = (),
) -> Iterator[Arrival | Unreadable]:
    """Yield the messages of files as if they stood on a topic, one after another."""
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
        yield Arrival(raw.file.name, raw.line, message, moment_ms)


def file_inputs(
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


async def of_topics(
    settings: Settings, topics: Sequence[str], span: Span, known_ms: KnownMs
) -> AsyncIterator[Arrival]:
    """Yield the messages of raw topics in the order in which they arrived at stage 2.

    `known_ms` says when, by key; else a message's own timestamp stands for it. Those of a
    partition keep their order.

    Raises:
        KafkaError: if Kafka cannot be reached or a topic does not exist.
    """

    def moment_ms(message: Message) -> int:
        known = known_ms(origin_key(message))
        return message.timestamp_ms if known is None else known

    async with open_reader(settings, topics) as reader:
        await (reader.to_beginning() if span.first_ms is None else reader.to_time(span.first_ms))
        async for message in reader.in_order(moment_ms, span.to_ms):
            if span.runs(message.timestamp_ms):
                yield Arrival(None, str(message.ref), message, moment_ms(message))


def window_ms(settings: Settings) -> int:
    """Return how long stage 2 remembers an article."""
    return settings.dedupe.window_hours * HOUR_MS
