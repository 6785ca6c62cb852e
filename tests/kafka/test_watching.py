"""What an operator sees of a worker: its log and its metrics."""

import asyncio
import json
import re
from pathlib import Path

import aiohttp
import pytest
from aiokafka import AIOKafkaProducer

from streams.demo.worker_process import WorkerProcess
from streams.kafka.broker.listening import free_port
from streams.kafka.topics.reading import open_reader
from streams.kafka.topics.topics import ensure
from streams.settings import LogFormat, Settings
from streams.topology import names

pytestmark = pytest.mark.kafka

TEXT = "The heron nests by the weir again.\nShare this article\nIts young left in June."


async def idle_metrics(port: int) -> str:
    """Return the metrics once it is ready and no message waits; both are shown every second."""
    async with asyncio.timeout(20), aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"http://127.0.0.1:{port}/metrics") as response:
                shown = await response.text()
            lags = re.findall(r"^cleanwire_lag_messages{.*} (.*)$", shown, re.MULTILINE)
            if "cleanwire_ready 1.0" in shown and lags and not any(map(float, lags)):
                return shown
            await asyncio.sleep(0.2)


async def test_a_healthy_worker_says_little_and_shows_all(
    settings: Settings, tmp_path: Path
) -> None:
    """At most 15 lines, none an error, all JSON; every message in the metrics, none waiting."""
    settings = settings.model_copy(update={"web_port": free_port(), "log_format": LogFormat.JSON})
    await ensure(settings, create=True)
    log = tmp_path / "worker.log"
    async with WorkerProcess(settings, log) as worker:
        await worker.ready()
        async with AIOKafkaProducer(bootstrap_servers=settings.kafka) as producer:
            for value in (json.dumps({"content": TEXT}).encode(), b"no JSON"):
                await producer.send_and_wait(names(settings).raw[0], value)
        async with open_reader(settings, names(settings).outputs) as reader:
            await reader.to_beginning()
            found = reader.follow()
            _ = [await anext(found) for _ in range(2)]
        shown = await idle_metrics(settings.web_port)
        await worker.stop()
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert len(lines) <= 15, lines
    assert {line["level"] for line in lines} <= {"INFO", "WARNING"}, lines
    messages = [line["message"] for line in lines]
    assert "starts: Kafka at" in messages[0]
    assert any(message.startswith("ready after") for message in messages)
    (done,) = [line for line in lines if "in" in line]
    assert (done["in"], done["clean"], done["rejected"], done["lag"]) == (2, 1, 1, 0)
    assert "heron" not in log.read_text(encoding="utf-8")
    for sample in (
        "cleanwire_ready 1.0",
        'cleanwire_messages_total{outcome="new",stage="dedupe"} 1.0',
        'cleanwire_rejections_total{reason="not_json",stage="clean"} 1.0',
        'cleanwire_removals_total{reason="share"} 1.0',
        f'cleanwire_oldest_waiting_seconds{{partition="0",topic="{names(settings).prepared}"}} 0.0',
        "process_open_fds",
    ):
        assert sample in shown, sample
