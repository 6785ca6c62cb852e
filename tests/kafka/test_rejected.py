"""`cleanwire rejected`: lists, shows, and tries again each message once."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient

from streams.core.messages.rejected import MAX_ATTEMPTS
from streams.settings import Settings
from streams.topology import Door, names
from tests.support.pipe import Pipe, create_topics, running
from tests.support.program import environment

pytestmark = pytest.mark.kafka


async def rejected(settings: Settings, *arguments: str) -> tuple[int, str]:
    """Run the command; return status and output."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "streams.cli", "rejected", *arguments],
        env={**os.environ, **environment(settings)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


async def raw_messages(settings: Settings) -> int:
    """Return how many records are on the raw topic for readers of committed ones."""
    consumer = AIOKafkaConsumer(
        names(settings).raw[0],
        bootstrap_servers=settings.kafka,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
    )
    async with consumer:
        return sum(map(len, (await consumer.getmany(timeout_ms=2_000)).values()))


async def test_tries_each_rejection_once_and_each_message_twice(
    settings: Settings, tmp_path: Path
) -> None:
    """What fails again says which attempt it was; then it is left."""
    await create_topics(settings)
    pipe = Pipe(settings)
    broken = json.dumps({"title": "no content", "source": "a.example"}).encode()
    pipe.push(broken, key=b"k", headers={"mine": b"1"})
    pipe.push(b"{", key=b"k")
    with running(settings, tmp_path):
        (first, _) = await asyncio.to_thread(pipe.take, 2)
        origin = first.header("cleanwire-origin")
        status, listed = await rejected(settings, "list", "--source", "a.example")
        assert (status, listed.count(origin), "not_json" in listed) == (0, 1, False)
        assert json.loads((await rejected(settings, "show", origin))[1])["origin"] == origin
        assert (await rejected(settings, "show", "news.raw/0/99999"))[0] == 5

        by_source = ("replay", "--source", "a.example")
        assert "1 would be pushed again" in (await rejected(settings, *by_source, "--dry-run"))[1]
        assert await raw_messages(settings) == 2
        for again in range(1, MAX_ATTEMPTS + 1):
            status, said = await rejected(settings, *by_source)
            assert (status, "1 pushed again" in said) == (0, True), said
            (record,) = await asyncio.to_thread(pipe.take, 1)
            assert record.door is Door.REJECTED
            assert record.header("cleanwire-attempts") == str(again)
            assert record.header("cleanwire-replay-of") == origin
            assert (record.key, record.value) == (b"k", broken)
            assert record.header("mine") == "1"
        status, said = await rejected(settings, *by_source)
        assert "0 pushed again" in said
        assert "1 were tried twice and are left" in said
        assert "2 were pushed again before" in said
    assert await raw_messages(settings) == 4
    pipe.close()


async def test_a_dry_run_changes_nothing(settings: Settings) -> None:
    """No topic is there that was not there before, and the raw topic is as it was."""
    await create_topics(settings)
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    before = await admin.list_topics()
    status, said = await rejected(settings, "replay", "--dry-run")
    assert (status, "0 would be pushed again" in said) == (0, True), said
    assert await admin.list_topics() == before
    await admin.close()
