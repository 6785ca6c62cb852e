"""The `cleanwire` command: its parts stand in streams/commands; here they are put together."""

import asyncio
import logging
import sys
from typing import NoReturn

import typer
from aiokafka.errors import KafkaError, UnknownTopicOrPartitionError

from streams.commands import asking, feeding, rules, running
from streams.commands.shared import err
from streams.demo.check import DemoError
from streams.exit_status import ExitStatus
from streams.kafka.broker.broker import BrokerError
from streams.kafka.diagnosis import why
from streams.settings.load import COMPLAINT, SettingsError, load_settings

app = typer.Typer(
    name="cleanwire",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Kafka in, each story once out. Settings come from CLEANWIRE_… and .env.",
)
for command in (
    running.demo,
    running.broker,
    running.topics,
    running.worker,
    running.config,
    feeding.push,
    feeding.tail,
    feeding.clean_,
    asking.explain,
    asking.release,
    asking.reset,
):
    app.command(command.__name__.strip("_"))(command)
app.add_typer(rules.app, name="rules")


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
    except UnknownTopicOrPartitionError as error:
        _fail(ExitStatus.TOPICS_MISMATCH, str(error.args[0] if error.args else error))
    except KafkaError as error:
        _fail(*asyncio.run(why(error, load_settings())))
    except (OSError, ValueError) as error:
        _fail(ExitStatus.CONFIGURATION, str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def _fail(status: ExitStatus, message: str) -> NoReturn:
    err.print(f"cleanwire: {message}", markup=False, soft_wrap=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
