"""The `cleanwire` command: one file of streams/commands for each; here they are put together."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated, Any, NoReturn

import typer
from aiokafka.errors import KafkaError, UnknownTopicOrPartitionError

from streams.commands.backfill import backfill_command
from streams.commands.broker import broker_command
from streams.commands.clean import clean_command
from streams.commands.config import config_command
from streams.commands.demo import demo_command
from streams.commands.doctor import doctor_command
from streams.commands.dry_run import dry_run_command
from streams.commands.explain import explain_command
from streams.commands.push import push_command
from streams.commands.rejected import rejected_app
from streams.commands.release import release_command
from streams.commands.reset import reset_command
from streams.commands.rules import rules_app
from streams.commands.shared import err, out
from streams.commands.sources import sources_command
from streams.commands.stats import stats_command
from streams.commands.tail import tail_command
from streams.commands.topics import topics_command
from streams.commands.worker import worker_command
from streams.demo.check import DemoError
from streams.exit_status import ExitStatus
from streams.kafka.broker.broker import BrokerError
from streams.kafka.diagnosis import why
from streams.kafka.header_names import read_any_header_name
from streams.settings.load import COMPLAINT, SettingsError, load_settings


def say_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    """Print the version and end, when it is asked for."""
    if wanted:
        out.print(f"cleanwire {version('cleanwire')}", highlight=False)
        raise typer.Exit


COMMANDS: dict[str, Callable[..., None]] = {
    "demo": demo_command,
    "broker": broker_command,
    "topics": topics_command,
    "worker": worker_command,
    "config": config_command,
    "push": push_command,
    "backfill": backfill_command,
    "tail": tail_command,
    "stats": stats_command,
    "sources": sources_command,
    "clean": clean_command,
    "dry-run": dry_run_command,
    "explain": explain_command,
    "release": release_command,
    "reset": reset_command,
    "doctor": doctor_command,
}


class _UntilTheReaderLeaves(typer.core.TyperGroup):
    """Ends as a program does that writes to `head`: silently, by the status of SIGPIPE."""

    def invoke(self, ctx: Any) -> object:
        """Run the command and hand on what it wrote."""
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # Nothing more can be said there, not even what Python has kept back.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(128 + signal.SIGPIPE)
        return done


cli = typer.Typer(
    name="cleanwire",
    cls=_UntilTheReaderLeaves,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


@cli.callback()
def options(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", help="Say which, and end.", callback=say_version, is_eager=True),
    ] = False,
) -> None:
    """Clean and deduplicate news feeds: Kafka in, each story once out.

    Settings come from CLEANWIRE_… and .env (docs/settings.md).

    Exit statuses: 0 done, 1 a check found something, 2 a wrong setting, option or file,
    4 something was no article, 5 not found, 70 to 77 what ended a worker
    (docs/operations.md), 74 topics missing or wrong, 75 Kafka cannot be reached,
    77 Kafka refuses, 130 Ctrl-C.
    """


for name, command in COMMANDS.items():
    cli.command(name)(command)
cli.add_typer(rules_app, name="rules")
cli.add_typer(rejected_app, name="rejected")


def main() -> None:
    """Run the command; what is wrong with the world becomes a message and an exit status."""
    read_any_header_name()
    # Said once, by us, and not for every attempt.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        cli()
    except SettingsError as error:
        _fail(ExitStatus.CONFIGURATION, f"{COMPLAINT}\n{error}")
    except DemoError as error:
        _fail(ExitStatus.FAILED, str(error))
    except BrokerError as error:
        _fail(ExitStatus.BROKER_UNREACHABLE, str(error))
    except UnknownTopicOrPartitionError as error:
        _fail(ExitStatus.TOPICS_MISMATCH, str(error.args[0] if error.args else error))
    except KafkaError as error:
        _fail(*asyncio.run(why(error, load_settings())))
    except OSError as error:
        where = error.filename or "reading or writing"
        what = f"{where}: {error.strerror}" if error.strerror else str(error)
        _fail(ExitStatus.CONFIGURATION, what)
    except ValueError as error:
        _fail(ExitStatus.CONFIGURATION, str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def _fail(status: ExitStatus, message: str) -> NoReturn:
    err.print(f"cleanwire: {message}", markup=False, soft_wrap=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
