"""Probes and metrics of a running worker."""

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest

from streams.kafka.broker.listening import free_port
from streams.settings import Settings
from tests.support.pipe import Pipe, create_topics, running


async def _get(port: int, path: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}{path}") as response,
    ):
        return response.status, await response.text()


async def _wait_for(port: int, path: str) -> tuple[int, str]:
    """Return the first answer with status 200, within a minute."""
    async with asyncio.timeout(60):
        while True:
            try:
                status, text = await _get(port, path)
            except aiohttp.ClientConnectionError:
                status, text = 0, ""
            if status == 200:
                return status, text
            await asyncio.sleep(0.1)


@pytest.mark.kafka
async def test_a_worker_tells_that_it_is_alive_ready_and_what_it_did(
    settings: Settings, tmp_path: Path
) -> None:
    """Alive before it is ready; counters by stage and outcome; nothing else is served."""
    await create_topics(settings)
    pipe = Pipe(settings)
    port = free_port()
    article = {"content": "The mill wheel turns again after the flood.", "source": "a", "id": "1"}
    for value in (json.dumps(article), json.dumps({**article, "source": "b"}), "no JSON"):
        pipe.push(value.encode())
    with running(settings, tmp_path, CLEANWIRE_WEB_PORT=str(port)):
        await _wait_for(port, "/livez")
        assert (await _get(port, "/readyz"))[0] == 503
        _, ready = await _wait_for(port, "/readyz")
        assert len(await asyncio.to_thread(pipe.take, 3)) == 3
        await asyncio.sleep(1.5)  # the watchdog's tick sets the lag
        _, metrics = await _get(port, "/metrics")
        assert (await _get(port, "/"))[0] == 404
        assert (await _get(port, "/table/"))[0] == 404
    pipe.close()
    assert len(json.loads(ready)["partitions"]) == 5
    for line in (
        'cleanwire_messages_total{outcome="prepared",stage="clean"} 2.0',
        'cleanwire_messages_total{outcome="not_json",stage="clean"} 1.0',
        'cleanwire_messages_total{outcome="new",stage="dedupe"} 1.0',
        'cleanwire_messages_total{outcome="syndicated",stage="dedupe"} 1.0',
        f'cleanwire_lag_messages{{partition="0",topic="{settings.prefix}.prepared"}} 0.0',
        'cleanwire_latency_seconds_count{stage="dedupe"} 2.0',
    ):
        assert line in metrics.splitlines(), metrics
