"""How every client of ours connects to Kafka: address, TLS, password."""

import ssl
from typing import Any

from streams.settings import Settings


def client_options(settings: Settings) -> dict[str, Any]:
    """Return the arguments that every aiokafka client takes.

    Raises:
        OSError: if the file of the certificate authority cannot be read.
    """
    options: dict[str, Any] = {"bootstrap_servers": settings.kafka}
    if settings.kafka_tls:
        options["ssl_context"] = ssl.create_default_context(cafile=settings.kafka_ca_file)
    if settings.kafka_username and settings.kafka_password:
        options["sasl_mechanism"] = settings.kafka_sasl_mechanism.value
        options["sasl_plain_username"] = settings.kafka_username
        options["sasl_plain_password"] = settings.kafka_password.get_secret_value()
        options["security_protocol"] = "SASL_SSL" if settings.kafka_tls else "SASL_PLAINTEXT"
    elif settings.kafka_tls:
        options["security_protocol"] = "SSL"
    return options
