"""`cleanwire demo`: the whole pipeline on this machine, with what comes out and why."""

from rich.console import Console

from streams.commands.shared import out
from streams.settings.load import load_settings


def demo_command() -> None:
    """Start a Kafka and a worker, push a few articles, and show what comes out and why."""
    from streams.demo.run import run_demo  # noqa: PLC0415  with all that the others need

    run_demo(load_settings(), out if out.is_terminal else Console(width=110))
