"""`cleanwire reset`: go on after trouble that a worker refuses to go on with."""

import asyncio
from enum import StrEnum
from typing import Annotated

import typer

from streams.agents.clean import clean_one
from streams.commands.shared import err, out
from streams.core.messages.message import Message, Output
from streams.exit_status import ExitStatus
from streams.kafka.mending.reset import ResetRefusedError, reset_offsets, reset_window
from streams.settings.load import load_settings


class What(StrEnum):
    """What can be reset."""

    OFFSETS = "offsets"
    WINDOW = "window"


def reset_command(
    what: Annotated[What, typer.Argument(help="What the worker cannot go on with.")],
    *,
    prepared: Annotated[
        bool, typer.Option("--prepared", help="With window: make the prepared topic anew too.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Recover lost offsets, or start with an empty window. Stop all workers first.

    offsets: sets each stage to its first message without an outcome, whatever was lost: offsets,
    the end of a topic, a whole topic. Nothing is lost or published again.

    window: forgets what was seen, for another release's fingerprints or another number of
    partitions (--prepared). Copies of what came before it are published as new.
    """
    settings = load_settings()
    if not yes:
        typer.confirm(f"Reset {what.value} of {settings.prefix} on {settings.kafka}?", abort=True)
    try:
        if what is What.OFFSETS:

            def prepare(message: Message) -> Output:
                return clean_one(message, settings.clean, settings.dedupe)

            changed = asyncio.run(reset_offsets(settings, prepare, err.print))
            for tp, offset in changed.items():
                out.print(f"{tp.topic}[{tp.partition}] goes on from {offset}", markup=False)
        else:
            for name in asyncio.run(reset_window(settings, prepared=prepared)):
                out.print(f"{name} made anew")
    except ResetRefusedError as error:
        err.print(str(error), markup=False)
        raise typer.Exit(ExitStatus.TOPICS_MISMATCH) from None
