"""`cleanwire clean`: clean files without Kafka, by the very code that the worker runs."""

import time
from collections.abc import Iterator
from pathlib import Path

from schemas import Rejection
from streams.commands.raw_input import Given, raw_inputs
from streams.core.clean import clean
from streams.core.message import Message
from streams.core.render import Format, render
from streams.settings import CleanSettings


def clean_files(
    files: list[Path], given: Given, form: Format, settings: CleanSettings
) -> Iterator[str | Rejection]:
    """Yield each article as text in `form`, or why it is none.

    Raises:
        OSError, ValueError: if a file cannot be read.
    """
    for offset, raw in enumerate(raw_inputs(files, given)):
        message = Message(
            topic=raw.name,
            partition=0,
            offset=offset,
            timestamp_ms=time.time_ns() // 1_000_000,
            key=raw.key,
            value=raw.value,
        )
        outcome = clean(message, settings)
        yield outcome if isinstance(outcome, Rejection) else render(outcome, form)
