"""`cleanwire worker`: the same worker that `faust -A streams.app worker` runs."""

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

    # On uvloop a TLS connection with a request in flight takes 30 s to close (uvloop #471), in
    # which the worker sends no heartbeat.
    if not settings.kafka_tls:
        uvloop.install()
    # How it logs, whoever starts it, is in the app's own settings; mode asks for a level too.
    worker = Worker(create_app(settings), loglevel=settings.log_level.value, quiet=False)
    worker.execute_from_commandline()
