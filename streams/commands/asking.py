"""`cleanwire explain`, `release`, `reset`: question a verdict, and go on after trouble."""

import asyncio
import sys
from enum import StrEnum
from typing import Annotated

import typer

from streams.commands import release as release_command
from streams.commands.shared import NOT_FOUND, err, out
from streams.exit_status import ExitStatus
from streams.explain.find import explanations
from streams.explain.show import show_explanation
from streams.kafka.topics.reset import ResetRefusedError, reset_offsets, reset_window
from streams.settings.load import load_settings

Article = Annotated[
    str, typer.Argument(help="Its id, or topic/partition/offset of its raw message.")
]


class What(StrEnum):
    """What can be reset."""

    OFFSETS = "offsets"
    WINDOW = "window"


def explain(
    article: Article,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say why an article came out where it did. Status 5 when it is not on the topics."""
    found = asyncio.run(explanations(load_settings(), article))
    if not found:
        err.print(f"{article} is not on the topics (they keep 7 days)", markup=False)
        raise typer.Exit(NOT_FOUND)
    for explanation in found:
        if as_json:
            sys.stdout.write(explanation.model_dump_json() + "\n")
        else:
            show_explanation(out, explanation)


def release(
    article: Article,
    *,
    reason: Annotated[str | None, typer.Option(help="Kept in the article's decision.")] = None,
) -> None:
    """Publish an article after all that was held back as a copy."""
    try:
        released = asyncio.run(release_command.release(load_settings(), article, reason))
    except release_command.NotReleasedError as error:
        err.print(str(error), markup=False)
        raise typer.Exit(NOT_FOUND) from None
    out.print(f"asked the worker to publish {released}; see it with `cleanwire tail`")


def reset(
    what: Annotated[What, typer.Argument(help="What the worker cannot go on with.")],
    *,
    prepared: Annotated[
        bool, typer.Option("--prepared", help="With window: make the prepared topic anew too.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Go on after lost offsets, or with an empty window. Stop all workers first.

    offsets: sets offsets that Kafka has dropped to where the outcomes end. Nothing is lost or
    published again.

    window: forgets what was seen, for another release's fingerprints or another number of
    partitions (--prepared). Copies of what came before it are published as new.
    """
    settings = load_settings()
    if not yes:
        typer.confirm(f"Reset {what.value} of {settings.prefix} on {settings.kafka}?", abort=True)
    try:
        if what is What.OFFSETS:
            for tp, offset in asyncio.run(reset_offsets(settings)).items():
                out.print(f"{tp.topic}[{tp.partition}] goes on from {offset}", markup=False)
        else:
            for name in asyncio.run(reset_window(settings, prepared=prepared)):
                out.print(f"{name} made anew")
    except ResetRefusedError as error:
        err.print(str(error), markup=False)
        raise typer.Exit(ExitStatus.TOPICS_MISMATCH) from None
