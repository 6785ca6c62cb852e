"""`cleanwire worker`, `broker`, `topics`, `config`, `demo`: to run and set up."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from streams.commands import broker as broker_command
from streams.commands.shared import err, out
from streams.exit_status import ExitStatus
from streams.kafka.topics.topics import ensure
from streams.settings.load import effective, load_settings


def worker() -> None:
    """Run the worker: both stages, in the foreground."""
    # Faust takes a second to import, and changes logging.
    from streams.commands.worker import run_worker  # noqa: PLC0415

    run_worker(load_settings())


def broker(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 9092,
    data: Annotated[Path | None, typer.Option(help="Where Kafka keeps its data.")] = None,
) -> None:
    """Run an embedded Apache Kafka in the foreground."""
    where = data or Path(load_settings().data_dir) / "kafka"
    broker_command.run_broker(where, port, err.print)


def topics(
    *,
    alter: Annotated[
        bool, typer.Option("--alter", help="Also set configurations that break the promise.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Create nothing, only check.")] = False,
) -> None:
    """Create and check every topic, the table's changelog included."""
    report = asyncio.run(ensure(load_settings(), create=not check, alter=alter))
    for name in report.created:
        out.print(f"{name} created")
    for name in report.altered:
        out.print(f"{name} set right")
    for problem in report.problems:
        err.print(str(problem), style="red")
    if report.problems:
        raise typer.Exit(ExitStatus.TOPICS_MISMATCH)
    out.print("all topics are as they should be")


def config() -> None:
    """Show the effective settings; secrets are masked."""
    for name, value in effective(load_settings()).items():
        out.print(f"{name}={value}", highlight=False, markup=False, soft_wrap=True)


def demo() -> None:
    """Show it all: a Kafka, a worker, a few articles, what comes out and why."""
    from streams.demo.run import run_demo  # noqa: PLC0415  with all that the others need

    run_demo(load_settings(), out if out.is_terminal else Console(width=110))
