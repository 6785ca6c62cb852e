"""Password and TLS as Faust's own clients take them; all others: connection.py."""

import faust
from faust.types.auth import CredentialsT

from streams.kafka.connection import client_options
from streams.settings import Settings


def faust_credentials(settings: Settings) -> CredentialsT | None:
    """Return what `client_options` says in Faust's terms; None for neither TLS nor password."""
    options = client_options(settings)
    context = options.get("ssl_context")
    if "sasl_mechanism" in options:
        return faust.SASLCredentials(
            username=options["sasl_plain_username"],
            password=options["sasl_plain_password"],
            mechanism=options["sasl_mechanism"],
            ssl_context=context,
        )
    return faust.SSLCredentials(context) if context else None
