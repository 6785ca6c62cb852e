"""The `cleanwire` command: what is asked for is read here, and done in streams/commands."""

import asyncio
import logging
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from aiokafka.errors import KafkaConnectionError, KafkaError
from rich.console import Console

from schemas import Rejection
from streams.commands import broker as broker_command
from streams.commands import push as push_command
from streams.commands import tail as tail_command
from streams.commands.raw_input import Given
from streams.core.message import Message
from streams.core.render import Format
from streams.demo.check import DemoError
from streams.kafka.broker import BrokerError
from streams.kafka.fatal import ExitStatus
from streams.kafka.topics import ensure
from streams.load_settings import COMPLAINT, SettingsError, effective, load_settings
from streams.topology import Door

app = typer.Typer(
    name="cleanwire",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Kafka in, each story once out. Settings come from CLEANWIRE_… and .env.",
)
out = Console()
err = Console(stderr=True, highlight=False)

Files = Annotated[list[Path], typer.Argument(help="Files; - is standard input.")]
Source = Annotated[str | None, typer.Option(help="Who publishes it, e.g. reuters.com.")]
Url = Annotated[str | None, typer.Option(help="Where it stands.")]
Title = Annotated[str | None, typer.Option(help="Its title.")]
Id = Annotated[str | None, typer.Option("--id", help="The producer's id.")]


REJECTED = 4


class Output(StrEnum):
    """The doors that consumers read."""

    CLEAN = "clean"
    DUPLICATES = "duplicates"
    REJECTED = "rejected"


@app.command()
def worker() -> None:
    """Run the worker: both stages, in the foreground."""
    # Faust takes a second to import, and changes logging.
    from streams.commands.worker import run_worker  # noqa: PLC0415

    run_worker(load_settings())


@app.command()
def broker(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 9092,
    data: Annotated[Path | None, typer.Option(help="Where Kafka keeps its data.")] = None,
) -> None:
    """Run an embedded Apache Kafka in the foreground."""
    where = data or Path(load_settings().data_dir) / "kafka"
    broker_command.run_broker(where, port, err.print)


@app.command()
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


@app.command()
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


@app.command()
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


@app.command("clean")
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


@app.command()
def demo() -> None:
    """Show it all: a Kafka, a worker, a few articles, what comes out and why."""
    from streams.demo.run import run_demo  # noqa: PLC0415  with all that the others need

    run_demo(load_settings(), out if out.is_terminal else Console(width=110))


@app.command()
def config() -> None:
    """Show the effective settings; secrets are masked."""
    for name, value in effective(load_settings()).items():
        out.print(f"{name}={value}", highlight=False, markup=False, soft_wrap=True)


def main() -> None:
    """Run the command; what is wrong with the world becomes a message and an exit status."""
    # Said once, by us, and not for every attempt.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        app()
    except SettingsError as error:
        _fail(ExitStatus.CONFIGURATION, f"{COMPLAINT}\n{error}")
    except DemoError as error:
        _fail(ExitStatus.FAILED, str(error))
    except BrokerError as error:
        _fail(ExitStatus.BROKER_UNREACHABLE, str(error))
    except KafkaConnectionError:
        _fail(
            ExitStatus.BROKER_UNREACHABLE,
            f"Kafka cannot be reached at {load_settings().kafka}. Start one with "
            "`cleanwire broker`, or set CLEANWIRE_KAFKA=host:port.",
        )
    except KafkaError as error:
        _fail(ExitStatus.FAILED, f"Kafka refuses: {error}")
    except (OSError, ValueError) as error:
        _fail(ExitStatus.CONFIGURATION, str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def _fail(status: ExitStatus, message: str) -> NoReturn:
    err.print(f"cleanwire: {message}", markup=False, soft_wrap=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
