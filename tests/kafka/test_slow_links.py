"""A cluster on another continent: slower, and nothing else."""

import asyncio
import json
import time
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from streams.settings import Settings
from tests.support.cluster import ProxiedBroker
from tests.support.pipe import Pipe, create_topics, running

pytestmark = [pytest.mark.kafka, pytest.mark.trust]


def _article(number: int) -> bytes:
    line = f"Lock {number} opens at dawn for barges of up to {number + 60} metres."
    return json.dumps({"content": line, "source": "a", "id": str(number)}).encode()


SLOW = [
    pytest.param(0.1, 10.0, id="200 ms of round trip, within 10 s"),
    pytest.param(0.3, 120.0, id="600 ms of round trip"),
]


@pytest.mark.parametrize(("each_way_s", "limit_s"), SLOW)
async def test_the_first_outcome_comes(
    prefix: str, tmp_path: Path, each_way_s: float, limit_s: float
) -> None:
    """From the worker's start; and it stays a member of its group.

    The cluster is in use: a broker's first producer waits for the controller to give out ids.
    """
    with ProxiedBroker(tmp_path / "kafka") as broker:
        near = Settings(kafka=broker.bootstrap, prefix=prefix, data_dir=str(tmp_path), web_port=0)
        far = near.model_copy(update={"kafka": broker.proxy.bootstrap})
        await create_topics(near)
        async with AIOKafkaProducer(bootstrap_servers=near.kafka, enable_idempotence=True):
            pass
        broker.proxy.network.latency_s = each_way_s
        pipe = Pipe(near)
        pipe.push(_article(0))
        started = time.monotonic()
        # Only then does Kafka's client say each step of its group.
        with running(far, tmp_path, CLEANWIRE_LOG_LEVEL="DEBUG") as worker:
            assert len(await asyncio.to_thread(pipe.take, 1, 120)) == 1
            took_s = time.monotonic() - started
            for number in range(1, 20):
                pipe.push(_article(number))
            assert len(await asyncio.to_thread(pipe.take, 19)) == 19
        pipe.close()
    assert took_s < limit_s, worker.log[-6_000:]
    assert worker.log.count("Setting newly assigned partitions") == 1
