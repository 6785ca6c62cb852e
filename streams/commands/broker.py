"""`cleanwire broker`: the embedded Kafka in the foreground."""

import signal
import time
from pathlib import Path
from typing import Annotated

import typer

from streams.commands.shared import err
from streams.kafka.broker.broker import BrokerError, EmbeddedBroker
from streams.kafka.broker.jars import DownloadProgress
from streams.settings.load import load_settings


def broker_command(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 9092,
    data: Annotated[Path | None, typer.Option(help="Where Kafka keeps its data.")] = None,
) -> None:
    """Run an embedded Apache Kafka in the foreground."""
    where = data or Path(load_settings().data_dir) / "kafka"
    run_broker(where, port, err.print)


def run_broker(data_dir: Path, port: int, say: DownloadProgress) -> None:
    """Run Kafka until SIGINT or SIGTERM, then stop it in order.

    Raises:
        BrokerError: if it cannot be started, or ends by itself.
    """
    # Both, because a shell starts background jobs with SIGINT ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    broker = EmbeddedBroker(data_dir, port, say)
    try:
        with broker:
            say(f"CLEANWIRE_KAFKA={broker.bootstrap} is ready; Ctrl-C stops it")
            while broker.running:
                time.sleep(0.2)
        raise BrokerError(f"Kafka has ended by itself; see {broker.log_file}")
    except KeyboardInterrupt:
        say("Kafka has stopped")
