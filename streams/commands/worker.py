"""`cleanwire worker`: the same worker that `faust -A streams.app worker` runs."""

import logging

from streams.settings import Settings
from streams.settings.load import load_settings


def worker_command() -> None:
    """Run the worker: both stages, in the foreground."""
    run_worker(load_settings())


def run_worker(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; exit statuses are those of `ExitStatus`."""
    # They take a second to import, which no other command should wait for.
    import uvloop  # noqa: PLC0415
    from faust.worker import Worker  # noqa: PLC0415

    from streams.factory import create_app  # noqa: PLC0415

    level = settings.log_level.value
    # Their debug records cost a third of the speed when they are made and thrown away.
    for name in ("aiokafka", "faust", "mode"):
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelName(level)))
    # On uvloop a TLS connection with a request in flight takes 30 s to close (uvloop #471), in
    # which the worker sends no heartbeat.
    if not settings.kafka_tls:
        uvloop.install()
    worker = Worker(create_app(settings), loglevel=level, quiet=False)
    worker.execute_from_commandline()
