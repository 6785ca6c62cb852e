"""`cleanwire push`, `tail`, `clean`: articles in and out."""

import asyncio
import sys
from enum import StrEnum
from typing import Annotated

import typer

from schemas import Rejection
from streams.commands import push as push_command
from streams.commands import tail as tail_command
from streams.commands.raw_input import Given
from streams.commands.shared import REJECTED, Files, Id, Source, Title, Url, err, out
from streams.core.message import Message
from streams.core.render import Format
from streams.settings.load import load_settings
from streams.topology import Door


class Output(StrEnum):
    """The doors that consumers read."""

    CLEAN = "clean"
    DUPLICATES = "duplicates"
    REJECTED = "rejected"


def push(
    files: Files,
    *,
    source: Source = None,
    url: Url = None,
    title: Title = None,
    article_id: Id = None,
    topic: Annotated[str | None, typer.Option(help="Raw topic, if not the first one.")] = None,
) -> None:
    """Send files as raw articles: text, HTML, JSON, or a JSON object a line (.jsonl)."""
    given = Given(source=source, url=url, title=title, id=article_id)
    for line in asyncio.run(push_command.push(load_settings(), files, given, topic)):
        out.print(line, highlight=False, soft_wrap=True)


def tail(
    which: Annotated[Output, typer.Argument(help="Which topic.")] = Output.CLEAN,
    *,
    from_beginning: Annotated[
        bool, typer.Option("--from-beginning", help="Start with the oldest.")
    ] = False,
    count: Annotated[int | None, typer.Option(min=1, help="Stop after so many.")] = None,
    timeout: Annotated[
        float | None, typer.Option(min=0, help="Stop after so many seconds.")
    ] = None,
) -> None:
    """Print what arrives: readable on a terminal, JSON lines in a pipe. Only what is committed."""
    door = Door(which)

    def show(message: Message) -> None:
        if out.is_terminal:
            tail_command.print_readable(out, door, message)
        else:
            sys.stdout.write(tail_command.as_json(message) + "\n")
            sys.stdout.flush()

    asyncio.run(
        tail_command.tail(
            load_settings(),
            door,
            show,
            from_beginning=from_beginning,
            count=count,
            timeout_s=timeout,
        )
    )


def clean_(
    files: Files,
    *,
    form: Annotated[
        Format, typer.Option("--format", help="diff shows every removal and its reason.")
    ] = Format.TEXT,
    source: Source = None,
    url: Url = None,
    title: Title = None,
    article_id: Id = None,
) -> None:
    """Clean files without Kafka. Status 4 when one of them is no article."""
    # The libraries of stage 1 take a second to import.
    from streams.commands.clean import clean_files  # noqa: PLC0415

    given = Given(source=source, url=url, title=title, id=article_id)
    rejected = False
    for outcome in clean_files(files, given, form, load_settings().clean):
        if isinstance(outcome, Rejection):
            rejected = True
            err.print(
                f"{outcome.origin.topic}: {outcome.reason.value}: {outcome.error}",
                markup=False,
                soft_wrap=True,
            )
        else:
            sys.stdout.write(outcome)
    if rejected:
        raise typer.Exit(REJECTED)
