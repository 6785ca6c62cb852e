"""`cleanwire backfill`: old articles from files or a topic, on a lane of their own."""

import asyncio
import os
import re
import signal
import time
from collections.abc import AsyncIterator, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from aiokafka.errors import ProducerFenced

from streams.commands.aside import read_aside
from streams.commands.files import Unreadable
from streams.commands.progress import ProgressLine
from streams.commands.raw_input import Given
from streams.commands.shared import (
    REJECTED,
    FileType,
    Source,
    err,
    out,
    say_of,
    since_ms,
)
from streams.exit_status import ExitStatus
from streams.kafka.topics.topic_table import backfill_table
from streams.kafka.topics.topics import ensure
from streams.settings import Settings
from streams.settings.load import load_settings
from streams.topology import Door, names

if TYPE_CHECKING:
    from streams.backfill.backfill import Inputs, Tally
    from streams.backfill.old_messages import BackfillItem
    from streams.backfill.progress_topic import DoneSoFar

# With the prefix before it, a prefix itself (`CLEANWIRE_PREFIX`), by which tools look at the lane.
_LANE = re.compile(r"[a-z0-9][a-z0-9-]{0,38}")
_LONGEST_PREFIX = 41
# Messages read before they are needed, a megabyte each at most.
FILES_AHEAD = 100


def backfill_command(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files, directories, patterns.")
    ] = None,
    *,
    topic: Annotated[
        str | None, typer.Option(help="Messages of a topic, instead of files.")
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="Of the topic, from then on: 2d, 2026-01-31.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", help="Of the topic, before then; until now if not given.")
    ] = None,
    lane: Annotated[
        str, typer.Option(help="Name of the lane: its topics are PREFIX-LANE.clean and so on.")
    ] = "backfill",
    source: Source = None,
    file_type: FileType = None,
) -> None:
    """Clean and deduplicate old articles by their own time, apart from what is live.

    They come out on topics of their own, `PREFIX-backfill.clean` and so on, and are compared with
    each other alone: live articles neither suppress them nor are suppressed by them. Read them in
    the order of their time, oldest first, as far as you can: what is older or newer than the
    articles before it by more than the window is not compared with them.

    Whenever it is stopped, the same command goes on: each message comes out once. What is done of
    a file stays done, whichever files are named with it; lines added to it are done next time.

    Status 4 when something was no article (the others are done), 72 when another backfill has
    taken over the lane.
    """
    if bool(files) == bool(topic):
        raise ValueError("name files, or --topic")
    if files and (from_ or to):
        raise ValueError("--from and --to are of a --topic")
    settings = lane_of(load_settings(), lane)
    if files:
        # Who may send in a source's name is told by topic and key; whoever names a file may.
        untied = settings.clean.model_copy(update={"tied_sources": {}})
        settings = settings.model_copy(update={"clean": untied})
    now_ms = time.time_ns() // 1_000_000
    inputs = (
        _from_topic(settings, topic, from_, to)
        if topic
        else _from_files(files or [], Given(source=source), file_type, now_ms)
    )
    _check_topics(settings)
    tally = _run(settings, inputs, now_ms)
    if tally.unreadable:
        raise typer.Exit(REJECTED)


def lane_of(settings: Settings, lane: str) -> Settings:
    """Return the settings of a backfill's lane: an installation of its own, but for its name.

    Raises:
        ValueError: the name cannot be part of a prefix.
    """
    prefix = f"{settings.prefix}-{lane}"
    if not _LANE.fullmatch(lane) or len(prefix) > _LONGEST_PREFIX:
        raise ValueError(
            f"--lane {lane}: lower case letters, digits and dashes; {prefix} must have at most "
            f"{_LONGEST_PREFIX} characters"
        )
    return settings.model_copy(update={"prefix": prefix, "raw_topics": ()})


def _from_files(files: list[Path], given: Given, kind: "FileType", now_ms: int) -> "Inputs":
    from streams.backfill.old_messages import messages_of_files  # noqa: PLC0415 - takes a second

    def inputs(done: dict[str, "DoneSoFar"]) -> AsyncIterator["BackfillItem"]:
        found = messages_of_files(files, given, kind, done, now_ms=now_ms, say=say_of)
        return read_aside(found, FILES_AHEAD)

    return inputs


def _from_topic(settings: Settings, topic: str, from_: str | None, to: str | None) -> "Inputs":
    from streams.backfill.old_messages import messages_of_topic  # noqa: PLC0415 - as above

    begin_ms, end_ms = since_ms(from_, "--from"), since_ms(to, "--to")

    def inputs(done: dict[str, "DoneSoFar"]) -> AsyncIterator["BackfillItem"]:
        return messages_of_topic(settings, topic, begin_ms, end_ms, done)

    return inputs


def _check_topics(settings: Settings) -> None:
    """Create the topics of the lane; end with status 74 when they are not as they must be."""
    report = asyncio.run(ensure(settings, create=True, table_of=backfill_table))
    for problem in report.problems:
        err.print(str(problem), markup=False, soft_wrap=True)
    if report.problems:
        raise typer.Exit(ExitStatus.TOPICS_MISMATCH)


def _run(settings: Settings, inputs: "Inputs", now_ms: int) -> "Tally":
    from streams.agents.clean import CleanStage  # noqa: PLC0415 - as above
    from streams.backfill.backfill import Backfill  # noqa: PLC0415

    def say(unreadable: Unreadable) -> None:
        err.print(f"{unreadable.name}: {unreadable.why}", markup=False, soft_wrap=True)

    line = ProgressLine("done")
    backfill = Backfill(
        settings,
        CleanStage(settings.clean, settings.dedupe, settings.rules_dir),
        say=say,
        progress=lambda tally: line.at(tally.messages, _reached(tally)),
        now_ms=now_ms,
    )
    is_whole = False
    try:
        with line:
            asyncio.run(_until_signal(backfill.run(inputs)))
        is_whole = True
    except ProducerFenced:
        err.print(f"another backfill has taken over {settings.prefix}", markup=False)
        raise typer.Exit(ExitStatus.FENCED) from None
    finally:
        _report(settings, backfill.tally, is_whole=is_whole)
    return backfill.tally


async def _until_signal(running: Coroutine[None, None, None]) -> None:
    """Take SIGTERM as Ctrl-C: what is committed is said, and the rest is the next run's."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, os.kill, os.getpid(), signal.SIGINT)
    await running


def _reached(tally: "Tally") -> str:
    if tally.reached_ms is None:
        return ""
    return f", at {datetime.fromtimestamp(tally.reached_ms / 1000, UTC):%Y-%m-%d}"


def _report(settings: Settings, tally: "Tally", *, is_whole: bool) -> None:
    parts = ", ".join(f"{count:,} {outcome}" for outcome, count in tally.outcomes.most_common())
    topic = names(settings).topic(Door.CLEAN)
    out.print(
        f"{tally.messages:,} messages done{f' ({parts})' if parts else ''}; clean articles are on "
        f"{topic}{_reached(tally)}",
        highlight=False,
        soft_wrap=True,
    )
    if tally.before:
        out.print(f"{tally.before:,} were done before", highlight=False)
    if tally.unreadable:
        err.print(f"{tally.unreadable:,} were no articles")
    if not is_whole:
        err.print("stopped before the end; the same command goes on from here")
