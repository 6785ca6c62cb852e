"""Probes and metrics over HTTP: /livez, /readyz, /metrics. Loopback unless set otherwise."""

from collections.abc import Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from streams.exit_status import ExitStatus, end_process
from streams.kafka.health.progress import Progress
from streams.metrics import Metrics


class ProbeServer:
    """Serves from the worker's own event loop: an answer means that the loop turns."""

    def __init__(
        self,
        progress: Progress,
        metrics: Metrics,
        host: str,
        port: int,
        *,
        reaches_kafka: Callable[[], bool],
    ) -> None:
        self._progress = progress
        self._metrics = metrics
        self._host, self._port = host, port
        self._reaches_kafka = reaches_kafka
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen before the table recovers, which may take longer than a liveness probe waits."""
        server = web.Application()
        server.add_routes(
            [
                web.get("/livez", self._livez),
                web.get("/readyz", self._readyz),
                web.get("/metrics", self._serve_metrics),
            ]
        )
        self._runner = web.AppRunner(server, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        try:
            await site.start()
        except OSError as error:
            end_process(
                ExitStatus.CONFIGURATION,
                f"probes cannot listen on {self._host}:{self._port} "
                f"({error.strerror}). CLEANWIRE_WEB_HOST must be an address of this machine, and "
                "CLEANWIRE_WEB_PORT a port that nobody listens on, as for a second worker on this "
                "machine; 0 takes one that is free",
            )

    async def stop(self) -> None:
        """Close the listening socket."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _livez(self, request: web.Request) -> web.Response:  # noqa: ARG002
        return web.json_response({"alive": True})

    async def _readyz(self, request: web.Request) -> web.Response:  # noqa: ARG002
        reaches_kafka = self._reaches_kafka()
        ready = self._progress.ready and reaches_kafka
        body = {
            "ready": ready,
            "reaches_kafka": reaches_kafka,
            "recovering": self._progress.rebalancing,
            "partitions": sorted(f"{tp.topic}[{tp.partition}]" for tp in self._progress.lanes),
        }
        return web.json_response(body, status=200 if ready else 503)

    async def _serve_metrics(self, request: web.Request) -> web.Response:  # noqa: ARG002
        return web.Response(
            body=generate_latest(self._metrics.registry),
            headers={"Content-Type": CONTENT_TYPE_LATEST},
        )
