"""How every client of ours connects to Kafka: address, TLS, password."""

import ssl
from pathlib import Path
from typing import Any

from streams.settings import Settings
from streams.settings.load import SettingsError

# How long a client goes on with what it knows of topics and partitions: a topic that has grown is
# read from this much later on.
METADATA_MAX_AGE_S = 20.0


def client_options(settings: Settings) -> dict[str, Any]:
    """Return the arguments that every aiokafka client takes.

    Raises:
        SettingsError: a file that the settings name cannot be used.
    """
    return {
        "bootstrap_servers": settings.kafka,
        "metadata_max_age_ms": int(METADATA_MAX_AGE_S * 1000),
        **security_options(settings),
    }


def security_options(settings: Settings) -> dict[str, Any]:
    """Return the arguments of a connection that say how it is encrypted and who we are.

    Raises:
        SettingsError: a file that the settings name cannot be used.
    """
    options: dict[str, Any] = {}
    if settings.kafka_tls:
        options["ssl_context"] = tls_context(settings)
    if settings.kafka_username and settings.kafka_password:
        options["sasl_mechanism"] = settings.kafka_sasl_mechanism.value
        options["sasl_plain_username"] = settings.kafka_username
        options["sasl_plain_password"] = settings.kafka_password.get_secret_value()
        options["security_protocol"] = "SASL_SSL" if settings.kafka_tls else "SASL_PLAINTEXT"
    elif settings.kafka_tls:
        options["security_protocol"] = "SSL"
    return options


def tls_context(settings: Settings) -> ssl.SSLContext:
    """Return whom we trust, and who we are when there is a certificate of our own.

    Raises:
        SettingsError: one of the files cannot be used.
    """
    ca_file, cert_file = settings.kafka_ca_file, settings.kafka_cert_file
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # an SSLError, too: a file that holds no certificate
        raise SettingsError(
            f"CLEANWIRE_KAFKA_CA_FILE={ca_file}: {_why(error)}. Allowed: a readable PEM file of "
            "the authority that signed Kafka's certificate"
        ) from error
    if cert_file:
        key_file = settings.kafka_key_file
        password = settings.kafka_key_password
        try:
            context.load_cert_chain(
                cert_file,
                key_file,
                # Without a password OpenSSL would ask for one on the terminal.
                password=password.get_secret_value() if password else "",
            )
        except OSError as error:
            wrong = next((f for f in (cert_file, key_file) if f and not _is_there(f)), cert_file)
            name = "KEY" if wrong == key_file else "CERT"
            raise SettingsError(
                f"CLEANWIRE_KAFKA_{name}_FILE={wrong}: {_why(error)}. Allowed: readable PEM files "
                "of a certificate and the key that belongs to it (CLEANWIRE_KAFKA_KEY_PASSWORD if "
                "it has a password)"
            ) from error
    return context


def _is_there(file: str) -> bool:
    return Path(file).is_file()


def _why(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return f"OpenSSL does not take it ({error.reason or error.args[-1]})"
    return error.strerror or type(error).__name__
