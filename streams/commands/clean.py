"""`cleanwire clean`: clean files without Kafka, by the very code that the worker runs."""

import asyncio
import contextlib
import os
import re
import sys
import time
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Annotated

import typer

from schemas import Rejection
from streams.commands.files import Unreadable
from streams.commands.progress import ProgressLine
from streams.commands.raw_input import Given, RawInput, raw_inputs
from streams.commands.render import SUFFIX_OF, Format, render
from streams.commands.shared import (
    REJECTED,
    FailFast,
    Files,
    FileType,
    Id,
    Source,
    Title,
    Url,
    err,
    say_of,
)
from streams.core.messages.message import Message
from streams.core.rules.folder import rules_in
from streams.pool import Pool
from streams.settings import CleanSettings, Settings
from streams.settings.load import load_settings

# Starting processes takes longer than cleaning so few.
_FEW = 8
AHEAD_A_PROCESS = 64
_UNSAFE = re.compile(r"[^\w.-]+")

_Job = tuple[RawInput, Format, CleanSettings, "str | None"]


def clean_command(
    files: Files,
    *,
    form: Annotated[
        Format, typer.Option("--format", help="diff shows every removal; json is for programs.")
    ] = Format.TEXT,
    out_dir: Annotated[
        Path | None,
        typer.Option(
            "--out", file_okay=False, help="Write a file for each article into a directory."
        ),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="Processes; as many as there are cores.")
    ] = None,
    source: Source = None,
    url: Url = None,
    title: Title = None,
    article_id: Id = None,
    file_type: FileType = None,
    fail_fast: FailFast = False,
) -> None:
    """Clean files without Kafka: text, HTML, JSON, JSON lines, RSS and Atom feeds.

    What a file holds is recognised by its content. --format json prints a line for each article:
    the fields that consumers of the clean topic get, and the file it is from.

    Status 4 when something was no article; the others are cleaned all the same.
    """
    given = Given(source=source, url=url, title=title, id=article_id)
    inputs = raw_inputs(files, given, file_type, say_of)
    writing = Writing(form, out_dir)
    settings = load_settings()
    rules_in(settings.rules_dir)  # what is wrong in them is said before anything is cleaned
    done = cleaned(inputs, form, settings, jobs or os.cpu_count() or 1)
    asyncio.run(_write_all(done, writing, fail_fast=fail_fast))
    if writing.refused:
        err.print(f"{writing.count:,} cleaned; {writing.refused:,} refused")
        raise typer.Exit(REJECTED)


async def _write_all(
    done: AsyncGenerator[tuple[RawInput, str] | Unreadable], writing: "Writing", *, fail_fast: bool
) -> None:
    async with contextlib.aclosing(done):
        with ProgressLine("cleaned") as progress:
            async for each in done:
                if isinstance(each, Unreadable):
                    writing.refuse(each)
                    if fail_fast:
                        break
                else:
                    writing.article(*each)
                    progress.at(writing.count)
    writing.close()


async def cleaned(
    inputs: Iterable[RawInput | Unreadable], form: Format, settings: Settings, jobs: int
) -> AsyncGenerator[tuple[RawInput, str] | Unreadable]:
    """Yield each article with its text in `form`, or why there is none, in the inputs' order."""
    how = (form, settings.clean, settings.rules_dir)
    remaining = iter(inputs)
    few = list(islice(remaining, _FEW + 1))
    if len(few) <= _FEW or jobs == 1:
        for each in chain(few, remaining):
            if isinstance(each, Unreadable):
                yield each
            else:
                yield _result(each, clean_and_render([(each, *how)])[0])
        return
    pool: Pool[_Job, str | Unreadable] = Pool(
        clean_and_render,
        processes=jobs,
        time_limit_s=settings.clean.time_limit_s,
        size=lambda job: len(job[0].value),
        failed=lambda job, failure: Unreadable(job[0].name, failure.value),
    )
    waiting: deque[Unreadable | tuple[RawInput, asyncio.Future[str | Unreadable]]]
    waiting = deque()
    pool.start()
    try:
        for each in chain(few, remaining):
            waiting.append(
                each if isinstance(each, Unreadable) else (each, pool.submit((each, *how)))
            )
            # Reading files never waits, so the pool gets its turn here.
            await asyncio.sleep(0)
            while len(waiting) > AHEAD_A_PROCESS * jobs:
                yield await _awaited(waiting.popleft())
        while waiting:
            yield await _awaited(waiting.popleft())
    finally:
        pool.stop()


async def _awaited(
    begun: "Unreadable | tuple[RawInput, asyncio.Future[str | Unreadable]]",
) -> tuple[RawInput, str] | Unreadable:
    if isinstance(begun, Unreadable):
        return begun
    raw, future = begun
    return _result(raw, await future)


def _result(raw: RawInput, result: str | Unreadable) -> tuple[RawInput, str] | Unreadable:
    return result if isinstance(result, Unreadable) else (raw, result)


def clean_and_render(jobs: Sequence[_Job]) -> list[str | Unreadable]:
    """Return each article in its format, or why there is none. Runs in a pool process.

    Without jobs it loads what cleaning needs, which would count against the first one's time.
    """
    # The libraries of stage 1 take a second to import.
    from streams.agents.clean import WARM_UP  # noqa: PLC0415
    from streams.core.clean import clean  # noqa: PLC0415

    if not jobs:
        clean(WARM_UP, CleanSettings())

    results: list[str | Unreadable] = []
    for raw, form, settings, rules_dir in jobs:
        message = Message(
            topic=raw.file.name,
            partition=0,
            offset=raw.number - 1,
            timestamp_ms=time.time_ns() // 1_000_000,
            key=raw.key,
            value=raw.value,
        )
        outcome = clean(message, settings, rules_in(rules_dir))
        results.append(
            Unreadable(raw.name, f"{outcome.reason}: {outcome.error}")
            if isinstance(outcome, Rejection)
            else render(outcome, form, raw.file.name, raw.line)
        )
    return results


class Writing:
    """Where the articles go: standard output, or a file each in a directory."""

    def __init__(self, form: Format, directory: Path | None) -> None:
        self._form = form
        self._directory = directory
        self._held: tuple[RawInput, str] | None = None
        self._taken: set[Path] = set()
        self.count = self.refused = 0

    def article(self, raw: RawInput, text: str) -> None:
        """Write an article."""
        self.count += 1
        if self._directory is not None:
            path = self._path(self._directory, raw)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif self._form is Format.JSON:
            sys.stdout.write(text)
        else:
            self._print(raw, text)

    def _print(self, raw: RawInput, text: str) -> None:
        """Print an article; where there are several, each under its name."""
        if self.count == 1:
            self._held = (raw, text)
            return
        if self._held:
            self._print_named(*self._held)
            self._held = None
        sys.stdout.write("\n")
        self._print_named(raw, text)

    def _print_named(self, raw: RawInput, text: str) -> None:
        sys.stdout.write(f"==> {raw.name} <==\n{text}")

    def close(self) -> None:
        """Print the only article, which needs no name."""
        if self._held:
            sys.stdout.write(self._held[1])

    def refuse(self, unreadable: Unreadable) -> None:
        """Say what is no article, and why."""
        self.refused += 1
        say_of(unreadable.name, unreadable.why)

    def _path(self, directory: Path, raw: RawInput) -> Path:
        """Return where an article goes: its file's name below what was asked for, numbered."""
        below = Path(*(_UNSAFE.sub("_", part) for part in Path(raw.file.below).parts))
        number = "" if raw.number == 1 else f"-{raw.number}"
        wanted = below.with_name(f"{below.name}{number}{SUFFIX_OF[self._form]}")
        path, again = directory / wanted, 1
        while path in self._taken:
            again += 1
            path = directory / wanted.with_name(f"{wanted.stem}~{again}{wanted.suffix}")
        self._taken.add(path)
        return path
