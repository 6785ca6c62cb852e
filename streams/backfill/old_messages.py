"""What a backfill reads: the messages of files, or those of a topic from one time to another."""

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import xxhash
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.backfill.progress_topic import DoneSoFar
from streams.commands.files import InputFile, Unreadable, input_files
from streams.commands.raw_input import Given, RawInput, raw_inputs
from streams.core.messages.message import Message
from streams.core.read.recognise import Kind
from streams.kafka.connection import client_options
from streams.kafka.topics.reading import refuse_missing, to_message
from streams.settings import Settings

_POLL_MS = 200
# Of each partition; the one that is behind in time is read on.
_AHEAD = 500


@dataclass(frozen=True, slots=True)
class OldMessage:
    """A message, where it is from, and how much of that place is done with it."""

    place: str
    done: DoneSoFar
    message: Message
    sent_at_ms: int | None = None  # by its own record, for an article without a date


@dataclass(frozen=True, slots=True)
class WholeFile:
    """A file was read to its end, of which an earlier run had done so many messages."""

    place: str
    done: DoneSoFar
    before: int


BackfillItem = OldMessage | WholeFile | Unreadable


class ChangedFileError(ValueError):
    """A file is no longer what it was when a part of it was done."""


def messages_of_files(
    paths: list[Path],
    given: Given,
    kind: Kind | None,
    done: dict[str, DoneSoFar],
    *,
    now_ms: int,
    say: Callable[[str, str], None],
) -> Iterator[BackfillItem]:
    """Yield what is not done yet of files, one after another, each in its own order.

    Raises:
        ChangedFileError: what was done of a file is no longer at its beginning.
    """
    done = dict(done)
    for file in input_files(paths, say):
        if isinstance(file, Unreadable):
            yield file
            continue
        if file.path is None:
            raise ValueError("a backfill reads its input again when it goes on: name a file")
        place = str(file.path.resolve())
        known = done.get(place, DoneSoFar(0))
        state = _state_of(file.path)
        if state and known.whole == state:
            yield WholeFile(place, known, known.messages)
            continue
        at, is_whole = DoneSoFar(0), True
        for found in raw_inputs([file.path], given, kind, say):
            if isinstance(found, Unreadable):
                is_whole = False  # it is looked at again next time: it may be readable then
                yield found
                continue
            at = DoneSoFar(found.number, _digest(at.digest, found))
            if at.messages > known.messages:
                message = Message(place, 0, found.number - 1, now_ms, found.key, found.value)
                yield OldMessage(place, at, message)
            _refuse_changed(file, known, at)
        if is_whole:
            _refuse_changed(file, known, at, is_end=True)
            at = DoneSoFar(at.messages, at.digest, state)
            yield WholeFile(place, at, known.messages)
        done[place] = max(known, at, key=lambda each: each.messages)


def _refuse_changed(
    file: InputFile, known: DoneSoFar, at: DoneSoFar, *, is_end: bool = False
) -> None:
    """Return when what is done of a file is what it begins with, as far as it was read.

    Raises:
        ChangedFileError: it is not.
    """
    is_other = at.messages == known.messages and at.digest != known.digest
    if is_other or (is_end and at.messages < known.messages):
        raise ChangedFileError(
            f"{file.name} has changed: {known.messages:,} of its messages were done, and they are "
            "no longer at its beginning. Put it back, name what is new as a file of its own, or "
            "begin anew on another lane (--lane)"
        )


def _state_of(path: Path) -> str:
    """Return what tells whether a file has changed; nothing where there is none to look at."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_size} {found.st_mtime_ns}"


def _digest(before: str, found: RawInput) -> str:
    """Return the digest of a file's messages up to one, from that of those before it."""
    return xxhash.xxh3_128_hexdigest(before.encode() + found.value)


async def messages_of_topic(
    settings: Settings,
    topic: str,
    from_ms: int | None,
    to_ms: int | None,
    done: dict[str, DoneSoFar],
) -> AsyncIterator[OldMessage]:
    """Yield what is not done yet of a topic, its partitions merged by the time of their records.

    `from_ms` is the first time, `to_ms` the first that is left out, both in ms since 1970; without
    them all that is committed by now.

    Raises:
        KafkaError: if Kafka cannot be reached or the topic does not exist.
    """
    await refuse_missing(settings, [topic])
    consumer = AIOKafkaConsumer(
        topic,
        **client_options(settings),
        isolation_level="read_committed",
        enable_auto_commit=False,
    )
    async with consumer:
        ends = await _set_bounds(consumer, from_ms, to_ms, done)
        waiting: dict[TopicPartition, deque[Message]] = {tp: deque() for tp in ends}
        while ends:
            await _read_on(consumer, waiting, ends)
            # Whoever has nothing waiting was read to its end.
            for tp in [tp for tp in ends if not waiting[tp]]:
                del ends[tp]
            while ends and all(waiting[tp] for tp in ends):
                tp = min(ends, key=lambda tp: (waiting[tp][0].timestamp_ms, tp))
                message = waiting[tp].popleft()
                yield OldMessage(
                    _place(tp), DoneSoFar(message.offset + 1), message, message.timestamp_ms
                )


def _place(tp: TopicPartition) -> str:
    return f"{tp.topic}/{tp.partition}"


async def _set_bounds(
    consumer: AIOKafkaConsumer,
    from_ms: int | None,
    to_ms: int | None,
    done: dict[str, DoneSoFar],
) -> dict[TopicPartition, int]:
    """Set the consumer to where each partition begins; return where those with anything end."""
    partitions = sorted(consumer.assignment())
    begins = await consumer.beginning_offsets(partitions)
    ends = await consumer.end_offsets(partitions)
    for time_ms, bounds in ((from_ms, begins), (to_ms, ends)):
        if time_ms is not None:
            found = await consumer.offsets_for_times(dict.fromkeys(partitions, time_ms))
            bounds.update({tp: at.offset if at else ends[tp] for tp, at in found.items()})
    for tp in partitions:
        known = done.get(_place(tp))
        begins[tp] = max(begins[tp], known.messages if known else 0)
        consumer.seek(tp, begins[tp])
    return {tp: ends[tp] for tp in partitions if begins[tp] < ends[tp]}


async def _read_on(
    consumer: AIOKafkaConsumer,
    waiting: dict[TopicPartition, deque[Message]],
    ends: dict[TopicPartition, int],
) -> None:
    """Read until every partition has something waiting, or was read to its end."""
    while True:
        short = []
        for tp, end in ends.items():
            if not waiting[tp] and await consumer.position(tp) < end:
                short.append(tp)
        if not short:
            return
        full = [tp for tp in consumer.assignment() if tp not in ends or len(waiting[tp]) > _AHEAD]
        consumer.pause(*full)
        consumer.resume(*short)
        for tp, records in (await consumer.getmany(*short, timeout_ms=_POLL_MS)).items():
            waiting[tp].extend(to_message(r) for r in records if r.offset < ends[tp])
