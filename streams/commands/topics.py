"""`cleanwire topics`: create and check what the settings need."""

import asyncio
import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from streams.commands.shared import AsJson, err, out
from streams.exit_status import ExitStatus
from streams.kafka.topics.topics import Report, ensure
from streams.settings.load import load_settings


def topics_command(
    *,
    alter: Annotated[
        bool, typer.Option("--alter", help="Also set configurations that break the promise.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Create nothing, only check.")] = False,
    as_json: AsJson = False,
) -> None:
    """Create and check every topic, the table's changelog included.

    Status 74 when a topic is missing or not as it must be, 75 when Kafka cannot be reached.
    """
    report = asyncio.run(ensure(load_settings(), create=not check, alter=alter))
    if as_json:
        sys.stdout.write(json.dumps(asdict(report)) + "\n")
    else:
        _print(report)
    if report.problems:
        raise typer.Exit(ExitStatus.TOPICS_MISMATCH)


def _print(report: Report) -> None:
    for name in report.created:
        out.print(f"{name} created")
    for name in report.altered:
        out.print(f"{name} set right")
    for note in report.notes:
        err.print(f"note: {note}", soft_wrap=True)
    for problem in report.problems:
        err.print(str(problem), style="red", soft_wrap=True)
    if not report.problems:
        out.print("all topics are as they must be")
