"""What a dry run is compared with: what was published, on topics or in a file."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from streams.commands.files import InputFile
from streams.core.dry_run.run_differences import RunOutcome, outcome_in
from streams.core.messages.message import Message
from streams.headers import ORIGIN, REASON, text_in
from streams.kafka.topics.reading import open_reader
from streams.settings import Settings
from streams.topology import names

# Ends of names that no topic of ours has.
_SUFFIXES = (".jsonl", ".ndjson", ".json", ".gz", ".txt")


def is_file(against: str) -> bool:
    """Return whether what is compared with is a file, or else a topic.

    Raises:
        FileNotFoundError: it can be no topic, and there is no such file.
    """
    if Path(against).exists():
        return True
    if "/" in against or against.endswith(_SUFFIXES):
        raise FileNotFoundError(f"--against {against}: there is no such file")
    return False


async def outcomes_on(settings: Settings, topic: str, from_ms: int | None) -> list[RunOutcome]:
    """Return what was published on a topic from a time on (ms since 1970).

    A message leaves by one of our output topics, so of those all are read whichever is named.

    Raises:
        KafkaError: if Kafka cannot be reached or the topic does not exist.
    """
    ours = names(settings).outputs
    found = []
    async with open_reader(settings, ours if topic in ours else [topic]) as reader:
        await (reader.to_beginning() if from_ms is None else reader.to_time(from_ms))
        async for message in reader.to_end():
            # What others write there tells of no message.
            with suppress(ValueError, KeyError, TypeError):
                found.append(_of_record(message))
    return found


def outcomes_in(path: Path) -> Iterator[RunOutcome]:
    """Yield what a file of `cleanwire tail` or of an earlier dry run says was published.

    Raises:
        ValueError: a line of it is neither.
    """
    file = InputFile(path, str(path), path.name)
    with file.open() as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                yield outcome_in(json.loads(line))
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(
                    f"{path}:{number}: no line of `cleanwire dry-run --format jsonl` or of "
                    "`cleanwire tail`"
                ) from error


def _of_record(message: Message) -> RunOutcome:
    if reason := text_in(message.headers, REASON):
        origin = text_in(message.headers, ORIGIN)
        value = (message.value or b"").decode("utf-8", "replace")
        return RunOutcome.of_rejection(reason, value, origin, (f"origin {origin}",))
    return outcome_in(json.loads(message.value or b""))
