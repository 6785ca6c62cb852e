"""What a peer is told: where Kafka is, what to read and write, where to keep its state."""

import os
from typing import NamedTuple, Self

_PREFIX = "PEER_"


class Told(NamedTuple):
    """Broker, topics, and a name of its own for group and state."""

    kafka: str
    raw: str
    out: str
    name: str
    folder: str

    def environment(self) -> dict[str, str]:
        """Return it as variables of an environment."""
        return {_PREFIX + field.upper(): value for field, value in self._asdict().items()}

    @classmethod
    def here(cls) -> Self:
        """Return what this process was told."""
        return cls(*(os.environ[_PREFIX + field.upper()] for field in cls._fields))
