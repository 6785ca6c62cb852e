"""A raw topic that gets more partitions while workers run."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import confluent_kafka.admin
import pytest
from confluent_kafka import Producer

from streams.settings import Settings
from streams.topology import names
from tests.support.pipe import Pipe, create_topics, running

pytestmark = [pytest.mark.kafka, pytest.mark.trust]

# Its stubs export nothing that it takes from its own private modules.
admin: Any = confluent_kafka.admin


def _delivered(error: object, _message: object) -> None:
    assert error is None


async def test_new_partitions_are_read_within_a_minute(settings: Settings, tmp_path: Path) -> None:
    """From their beginning: what was pushed before the worker knew of them, too."""
    await create_topics(settings)
    raw = names(settings).raw[0]
    pipe = Pipe(settings)
    article = {"content": "The ferry sails again.", "source": "a", "id": "before"}
    pipe.push(json.dumps(article).encode())
    with running(settings, tmp_path):
        assert len(await asyncio.to_thread(pipe.take, 1)) == 1
        client = admin.AdminClient({"bootstrap.servers": settings.kafka})
        for done in client.create_partitions([admin.NewPartitions(raw, 8)]).values():
            await asyncio.to_thread(done.result)
        grown_at = time.monotonic()
        # A client that asks before the broker knows would take the new partitions for none.
        while len(client.list_topics(raw).topics[raw].partitions) < 8:  # noqa: ASYNC110 - far away
            await asyncio.sleep(0.1)
        producer = Producer({"bootstrap.servers": settings.kafka})
        for partition in range(4, 8):
            line = f"Lock {partition} opens at dawn for barges of up to {partition + 60} metres."
            value = json.dumps({"content": line, "source": "a", "id": str(partition)})
            producer.produce(raw, value.encode(), partition=partition, on_delivery=_delivered)
        await asyncio.to_thread(producer.flush)
        taken = await asyncio.to_thread(pipe.take, 4, 60)
        took_s = time.monotonic() - grown_at
    pipe.close()
    assert {record.key for record in taken} == {
        f"a/{partition}".encode() for partition in range(4, 8)
    }
    assert took_s < 60
