"""`cleanwire broker`: the embedded Kafka in the foreground."""

import signal
import time
from pathlib import Path

from streams.kafka.broker.broker import BrokerError, EmbeddedBroker
from streams.kafka.broker.jars import Progress


def run_broker(data_dir: Path, port: int, say: Progress) -> None:
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
