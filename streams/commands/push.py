"""`cleanwire push`: send files as raw articles."""

import asyncio
import json
import sys
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated

import typer
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError
from aiokafka.structs import RecordMetadata

from streams.commands.aside import read_aside
from streams.commands.files import Unreadable
from streams.commands.progress import ProgressLine
from streams.commands.raw_input import Given, RawInput, raw_inputs
from streams.commands.shared import (
    REJECTED,
    AsJson,
    FailFast,
    Files,
    FileType,
    Id,
    Source,
    Title,
    Url,
    err,
    out,
    say_of,
)
from streams.kafka.connection import client_options
from streams.kafka.topics.reading import refuse_missing
from streams.limits import LARGEST_RAW_RECORD
from streams.settings import Settings
from streams.settings.load import load_settings
from streams.topology import Door, names

# Messages on their way at a time: enough to fill the batches of every partition.
ON_THEIR_WAY = 2_000
BATCH_BYTES = 500_000
LINGER_MS = 20
# A line each up to here; of more, a line for each file.
NAMED_EACH = 20


def push_command(
    files: Files,
    *,
    source: Source = None,
    url: Url = None,
    title: Title = None,
    article_id: Id = None,
    topic: Annotated[str | None, typer.Option(help="Raw topic, if not the first one.")] = None,
    file_type: FileType = None,
    fail_fast: FailFast = False,
    as_json: AsJson = False,
) -> None:
    """Send files as raw articles: text, HTML, JSON, JSON lines, RSS and Atom feeds.

    What a file holds is recognised by its content. A directory stands for all articles below it;
    .gz is unpacked. A feed becomes a message an entry, an array or JSON lines one an article.

    Status 4 when something was no article (the others are sent), 2 for a wrong topic or setting,
    75 when Kafka cannot be reached.
    """
    given = Given(source=source, url=url, title=title, id=article_id)
    inputs = raw_inputs(files, given, file_type, say_of)
    settings = load_settings()
    pushing = Pushing(settings, raw_topic(settings, topic), as_json=as_json, fail_fast=fail_fast)
    try:
        asyncio.run(pushing.push(inputs))
    finally:
        pushing.report()
    if pushing.refused:
        raise typer.Exit(REJECTED)


def raw_topic(settings: Settings, topic: str | None) -> str:
    """Return the topic to push to: the first raw topic when none is named.

    Raises:
        ValueError: the topic is one that cleanwire or Kafka writes itself.
    """
    named = names(settings)
    target = topic or named.raw[0]
    if target in {named.changelog, *(named.topic(door) for door in Door)}:
        raise ValueError(f"{target} is written by cleanwire; push to {', '.join(named.raw)}")
    if target.startswith("__"):
        raise ValueError(f"{target} is Kafka's own; push to {', '.join(named.raw)}")
    return target


@dataclass
class Pushing:
    """One run of `push`: what is sent, what was refused, and what is said about it."""

    settings: Settings
    topic: str
    as_json: bool = False
    fail_fast: bool = False
    sent: int = 0
    refused: int = 0
    files: int = 0
    _on_their_way: deque[tuple[RawInput, "asyncio.Future[RecordMetadata]"]] = field(
        default_factory=deque
    )
    _last: tuple[str, int] = ("", 0)

    async def push(self, inputs: Iterable[RawInput | Unreadable]) -> None:
        """Send every message; what is none is named, and the others go on.

        Raises:
            KafkaError: if Kafka cannot be reached or refuses.
        """
        await refuse_missing(self.settings, [self.topic])
        producer = AIOKafkaProducer(
            **client_options(self.settings),
            acks="all",
            enable_idempotence=True,
            max_request_size=LARGEST_RAW_RECORD,
            max_batch_size=BATCH_BYTES,
            linger_ms=LINGER_MS,
        )
        with ProgressLine("pushed") as progress:
            try:
                async with producer:
                    async for each in read_aside(inputs):
                        if isinstance(each, Unreadable):
                            self._refuse(each)
                        else:
                            await self._send(producer, each)
                        progress.at(self.sent)
                        if self.refused and self.fail_fast:
                            break
                    while self._on_their_way:
                        await self._settle()
            finally:
                # However it ends: what Kafka has by now is known, and is said.
                self._take_what_is_done()

    async def _send(self, producer: AIOKafkaProducer, raw: RawInput) -> None:
        try:
            future = await producer.send(self.topic, raw.value, key=raw.key)
        except MessageSizeTooLargeError:
            size = f"{len(raw.value):,} bytes; Kafka takes {LARGEST_RAW_RECORD:,}"
            self._refuse(Unreadable(raw.name, size))
            return
        self._on_their_way.append((raw, future))
        self._take_what_is_done()
        while len(self._on_their_way) > ON_THEIR_WAY:
            await self._settle()

    async def _settle(self) -> None:
        raw, future = self._on_their_way[0]
        self._note(raw, await future)
        self._on_their_way.popleft()

    def _take_what_is_done(self) -> None:
        while self._on_their_way:
            raw, future = self._on_their_way[0]
            if not future.done() or future.cancelled() or future.exception():
                break
            self._note(raw, future.result())
            self._on_their_way.popleft()

    def _note(self, raw: RawInput, where: RecordMetadata) -> None:
        self.sent += 1
        if self.as_json:
            described = {"file": raw.file.name, "line": raw.line, "topic": where.topic}
            described |= {"partition": where.partition, "offset": where.offset}
            sys.stdout.write(json.dumps(described) + "\n")
        elif self.sent <= NAMED_EACH:
            out.print(
                f"{raw.name} -> {where.topic}[{where.partition}] at {where.offset}",
                highlight=False,
                markup=False,
                soft_wrap=True,
            )
        elif self.sent == NAMED_EACH + 1:
            out.print("… (--json names every message)", markup=False)

    def _refuse(self, unreadable: Unreadable) -> None:
        self.refused += 1
        say_of(unreadable.name, unreadable.why)

    def report(self) -> None:
        """Say what was sent, what was refused, and of what nobody knows."""
        parts = [f"{self.sent:,} sent to {self.topic}"]
        if self._on_their_way:
            parts.append(f"{len(self._on_their_way):,} on their way, unknown whether they arrived")
        if self.refused:
            parts.append(f"{self.refused:,} refused")
        err.print("; ".join(parts), markup=False, soft_wrap=True)
