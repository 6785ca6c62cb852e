"""What the commands share: where they print, and options that several take."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

out = Console()
err = Console(stderr=True, highlight=False)

# Exit statuses of tools; those of the worker are in streams/exit_status.py.
REJECTED = 4
NOT_FOUND = 5

Files = Annotated[list[Path], typer.Argument(help="Files; - is standard input.")]
Source = Annotated[str | None, typer.Option(help="Who publishes it, e.g. reuters.com.")]
Url = Annotated[str | None, typer.Option(help="Where it stands.")]
Title = Annotated[str | None, typer.Option(help="Its title.")]
Id = Annotated[str | None, typer.Option("--id", help="The producer's id.")]
