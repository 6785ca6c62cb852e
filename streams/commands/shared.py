"""What the commands share: where they print, and options that several take."""

import re
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from streams.core.read.recognise import Kind

out = Console()
err = Console(stderr=True, highlight=False)

# Exit statuses of tools; those of the worker are in streams/exit_status.py.
REJECTED = 4
NOT_FOUND = 5

_UNITS_S = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_LENGTH = re.compile(r"(\d{1,6})([smhd])")

Files = Annotated[
    list[Path], typer.Argument(help="Files, directories, patterns; - is standard input.")
]
Source = Annotated[str | None, typer.Option(help="Who publishes it, for example reuters.com.")]
Url = Annotated[str | None, typer.Option(help="Its address.")]
Title = Annotated[str | None, typer.Option(help="Its title.")]
Id = Annotated[str | None, typer.Option("--id", help="The producer's id.")]
Article = Annotated[
    str,
    typer.Argument(help="Its id, its URL, topic/partition/offset of its raw message, or a line."),
]

AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
FailFast = Annotated[bool, typer.Option("--fail-fast", help="Stop at the first that is refused.")]
FileType = Annotated[
    Kind | None, typer.Option("--type", help="What the files hold, if not what they seem.")
]
Since = Annotated[
    str | None,
    typer.Option(help="Only from then on: 30m, 6h, 2d, or a time such as 2026-01-31T12:00."),
]


def since_ms(since: str | None, option: str = "--since") -> int | None:
    """Return a moment in ms since 1970; a length of time counts back from now.

    `option` is what the command line calls it.

    Raises:
        ValueError: it is neither.
    """
    if since is None:
        return None
    if length := _LENGTH.fullmatch(since):
        return round((time.time() - int(length[1]) * _UNITS_S[length[2]]) * 1000)
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        raise ValueError(f"{option} {since}: write 30m, 6h, 2d or 2026-01-31T12:00") from None
    return round(moment.timestamp() * 1000)


def say_of(name: str, what: str) -> None:
    """Say something of a file, on the error stream: a remark, or why it is refused."""
    err.print(f"{name}: {what}", markup=False, soft_wrap=True)
