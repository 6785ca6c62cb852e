"""How every client connects: one place for servers and credentials."""

from typing import Any

from streams.settings import Settings


def client_options(settings: Settings) -> dict[str, Any]:
    """Return the connection arguments that aiokafka's consumer, producer and admin share."""
    return {"bootstrap_servers": settings.kafka}
