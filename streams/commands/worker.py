"""`cleanwire worker`: the same worker that `faust -A streams.app worker` runs."""

import logging

import uvloop
from faust.worker import Worker

from streams.factory import create_app
from streams.settings import Settings


def run_worker(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; exit statuses are those of `ExitStatus`."""
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
