"""What a broker's disk may lose: the end of a log that was not written out when it was lost."""

import shutil
from pathlib import Path

from streams.kafka.broker.broker import EmbeddedBroker


def keep_log(broker: EmbeddedBroker, topic: str, partition: int, copy: Path) -> None:
    """Copy the log of a partition as it is now. The broker is stopped meanwhile."""
    broker.stop()
    shutil.copytree(_folder(broker, topic, partition), copy)
    broker.start()


def lose_end(broker: EmbeddedBroker, topic: str, partition: int, copy: Path) -> None:
    """Put the log back to where it was when it was copied. The broker is stopped meanwhile."""
    broker.stop()
    folder = _folder(broker, topic, partition)
    shutil.rmtree(folder)
    shutil.copytree(copy, folder)
    broker.start()


def _folder(broker: EmbeddedBroker, topic: str, partition: int) -> Path:
    return broker.data_dir / "kafka" / f"{topic}-{partition}"
