"""A Kafka that is away for a while: seen from outside, said in a few lines, over without harm."""

import asyncio
import json
import time
from pathlib import Path

import aiohttp
import pytest

from streams.kafka.broker.listening import free_port
from streams.settings import Settings
from tests.support.cluster import ProxiedBroker
from tests.support.pipe import Pipe, create_topics, running

OUTAGE_S = 20.0
# Some twenty places speak up, each a few times a minute; one of them shows a table.
LINES = 400


def _article(number: int) -> bytes:
    line = f"Lock {number} opens at dawn for barges of up to {number + 60} metres."
    return json.dumps({"content": line, "source": "a", "id": str(number)}).encode()


async def _ready(port: int) -> int:
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}/readyz") as response,
        ):
            return response.status
    except aiohttp.ClientConnectionError:
        return 0


async def _until(port: int, status: int, limit_s: float) -> None:
    async with asyncio.timeout(limit_s):
        while await _ready(port) != status:  # noqa: ASYNC110 - over HTTP
            await asyncio.sleep(0.2)


@pytest.mark.kafka
@pytest.mark.trust
async def test_an_outage_is_seen_and_ends(prefix: str, tmp_path: Path) -> None:
    """Not ready while it lasts, a few log lines, ready again after it; no worker is restarted."""
    port = free_port()
    with ProxiedBroker(tmp_path / "kafka") as broker:
        near = Settings(kafka=broker.bootstrap, prefix=prefix, data_dir=str(tmp_path), web_port=0)
        far = near.model_copy(update={"kafka": broker.proxy.bootstrap})
        await create_topics(near)
        pipe = Pipe(near)
        pipe.push(_article(0))
        with running(far, tmp_path, CLEANWIRE_WEB_PORT=str(port)) as worker:
            assert len(await asyncio.to_thread(pipe.take, 1)) == 1
            await _until(port, 200, 30)
            lines = worker.log.count("\n")
            broker.proxy.network.refusing = True
            broker.proxy.cut()
            gone_at = time.monotonic()
            await _until(port, 503, OUTAGE_S)
            await asyncio.sleep(max(0.0, gone_at + OUTAGE_S - time.monotonic()))
            said = worker.log.count("\n") - lines
            broker.proxy.network.refusing = False
            pipe.push(_article(1))
            assert len(await asyncio.to_thread(pipe.take, 1)) == 1
            await _until(port, 200, 30)
        pipe.close()
    assert said < LINES
