"""A source that is quiet for longer than Kafka remembers transactional ids."""

import asyncio
import json
from pathlib import Path

import pytest

from streams.settings import Settings
from tests.support.limited import LimitedBroker
from tests.support.pipe import Pipe, create_topics, running


def _article(number: int) -> bytes:
    line = f"Lock {number} opens at dawn for barges of up to {number + 60} metres."
    return json.dumps({"content": line, "source": "a", "id": str(number)}).encode()


@pytest.mark.kafka
@pytest.mark.trust
async def test_a_worker_goes_on_after_its_ids_have_expired(prefix: str, tmp_path: Path) -> None:
    """It introduces itself anew, and nothing comes twice."""
    broker = LimitedBroker(
        tmp_path / "kafka",
        "transactional.id.expiration.ms=5000",
        "transaction.remove.expired.transaction.cleanup.interval.ms=500",
    )
    with broker:
        settings = Settings(
            kafka=broker.bootstrap, prefix=prefix, data_dir=str(tmp_path), web_port=0
        )
        await create_topics(settings)
        pipe = Pipe(settings)
        with running(settings, tmp_path, app="tests.workers.forgotten"):
            taken = []
            for number in range(2):
                pipe.push(_article(number), key=b"one partition")
                taken += await asyncio.to_thread(pipe.take, 1)
                await asyncio.sleep(9 * (number == 0))  # forgotten after five seconds
            more = await asyncio.to_thread(pipe.take, 1, 1)
        pipe.close()
    assert [record.key for record in taken] == [b"a/0", b"a/1"]
    assert not more
