"""`cleanwire rejected list|show|replay`: what was rejected, and another try."""

import asyncio
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

import typer

from schemas import RejectionReason
from streams.commands.shared import NOT_FOUND, Since, err, out, since_ms
from streams.commands.tail import as_json
from streams.core.messages.rejected import RejectedMessage, selects
from streams.kafka.mending.replay import Replayed, rejections, replay
from streams.settings.load import load_settings

rejected_app = typer.Typer(help="List, show and replay what was rejected.", no_args_is_help=True)

FOR_EVER_MS = 2**62

Reasons = Annotated[
    list[RejectionReason] | None, typer.Option("--reason", help="Only of these reasons.")
]
_Sources = Annotated[list[str] | None, typer.Option("--source", help="Only of these sources.")]
Until = Annotated[str | None, typer.Option(help="Rejected before; as --since.")]


@rejected_app.command("list")
def list_(
    reason: Reasons = None,
    source: _Sources = None,
    since: Since = None,
    until: Until = None,
    *,
    count: Annotated[bool, typer.Option("--count", help="Only how many, by reason.")] = False,
) -> None:
    """List rejections: when, why, whose, and where the raw message is."""
    wanted = _wanted(reason, source, since, until)
    reasons: Counter[str] = Counter()

    async def go() -> None:
        async for rejected in rejections(load_settings()):
            if wanted(rejected):
                reasons[rejected.reason] += 1
                if not count:
                    sys.stdout.write(_line(rejected) + "\n")

    asyncio.run(go())
    for name, number in reasons.most_common():
        out.print(f"{number:>8,} {name}", highlight=False)


@rejected_app.command()
def show(
    origin: Annotated[str, typer.Argument(help="topic/partition/offset of the raw message.")],
) -> None:
    """Show a rejection whole, as JSON. Status 5 when it is not there."""

    async def go() -> bool:
        found = False
        async for rejected in rejections(load_settings()):
            if origin in {rejected.origin, rejected.first_origin}:
                found = True
                sys.stdout.write(as_json(rejected.message) + "\n")
        return found

    if not asyncio.run(go()):
        err.print(f"{origin} is not on the rejected topic (it keeps 30 days)", markup=False)
        raise typer.Exit(NOT_FOUND)


@rejected_app.command("replay")
def replay_(
    reason: Reasons = None,
    source: _Sources = None,
    since: Since = None,
    until: Until = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Push nothing.")] = False,
) -> None:
    """Push rejected messages to their raw topic again, once the cause is fixed.

    Each rejection is tried once, however often this is run; a message, twice.
    """

    def progress(done: Replayed) -> None:
        err.print(f"{done.pushed:,} pushed", highlight=False)

    done = asyncio.run(
        replay(
            load_settings(),
            _wanted(reason, source, since, until),
            dry_run=dry_run,
            progress=progress,
        )
    )
    out.print(f"{done.pushed:,} {'would be ' * dry_run}pushed again", highlight=False)
    if done.tried_before:
        out.print(f"{done.tried_before:,} were pushed again before", highlight=False)
    for what, origins in (
        ("were tried twice and are left", done.given_up),
        ("are left: their raw messages have expired", done.expired),
    ):
        if origins:
            out.print(f"{len(origins):,} {what}: {', '.join(origins[:5])}", highlight=False)


def _wanted(
    reason: list[RejectionReason] | None,
    source: list[str] | None,
    since: str | None,
    until: str | None,
) -> Callable[[RejectedMessage], bool]:
    return selects(
        frozenset(map(str, reason or ())),
        frozenset(source or ()),
        since_ms(since) or 0,
        since_ms(until) or FOR_EVER_MS,
    )


def _line(rejected: RejectedMessage) -> str:
    when = datetime.fromtimestamp(rejected.message.timestamp_ms / 1000, UTC)
    again = f" (tried again {rejected.attempts} times)" if rejected.attempts else ""
    return (
        f"{when:%Y-%m-%d %H:%M:%S} {rejected.reason} {rejected.source} {rejected.origin}"
        f"{again} {rejected.error}"
    )
