"""The table is restored while a dead worker's session lasts; recovery reads what came after."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from faust.types import TP

from streams.factory import create_app
from streams.kafka.connection import open_admin
from streams.kafka.on_faust.recovery import ReadingAhead, restore
from streams.kafka.on_faust.table import PartitionedStore, RecentParagraphs
from streams.kafka.topics.topics import ensure
from streams.settings import DedupeSettings, Settings
from streams.topology import names

HOUR = [1_796_000_400.0, 1_796_003_999.9]


@pytest.fixture
async def changelog(settings: Settings) -> AsyncIterator[AIOKafkaProducer]:
    """What writes to the changelog, as another worker does."""
    await ensure(settings, create=True)
    async with AIOKafkaProducer(bootstrap_servers=settings.kafka) as producer:
        yield producer


@pytest.fixture
def table(settings: Settings, tmp_path: Path) -> Iterator[RecentParagraphs]:
    """The table of a worker that has not started."""
    made: RecentParagraphs = create_app(
        settings.model_copy(update={"data_dir": str(tmp_path)})
    ).table
    yield made
    made.records.of(0).close()


async def _write(producer: AIOKafkaProducer, settings: Settings, positions: Iterable[int]) -> None:
    for position in positions:
        key = json.dumps([str(position), HOUR]).encode()
        await producer.send_and_wait(names(settings).changelog, b"record", key, partition=0)


@pytest.mark.kafka
async def test_recovery_goes_on_where_reading_ahead_got(
    settings: Settings,
    changelog: AIOKafkaProducer,
    table: RecentParagraphs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each record is read once, the later ones as well."""
    read = list[int]()
    load = PartitionedStore.load

    def counting(store: PartitionedStore, partition: int, records: Iterable[Any]) -> None:
        records = list(records)
        read.extend(record.offset for record in records)
        load(store, partition, records)

    monkeypatch.setattr(PartitionedStore, "load", counting)
    await _write(changelog, settings, range(20))
    ahead = ReadingAhead(table, settings, open_admin)
    ahead.begin()
    async with asyncio.timeout(30):
        while len(read) < 20:  # noqa: ASYNC110 - looked at from outside
            await asyncio.sleep(0.02)
    await ahead.end()
    await _write(changelog, settings, range(20, 25))
    tp = TP(names(settings).changelog, 0)
    assert await restore(table, [tp], settings) == {tp: 24}
    assert table.records.of(0).positions(before=100) == list(range(25))
    assert sorted(set(read)) == list(range(25))
    assert read[-5:] == list(range(20, 25))


@pytest.mark.kafka
async def test_its_connection_is_closed_whenever_it_ends(
    settings: Settings,
    changelog: AIOKafkaProducer,
    table: RecentParagraphs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also when partitions are given out while it closes its consumer, having read all."""
    closing, closed = asyncio.Event(), asyncio.Event()
    stop = AIOKafkaConsumer.stop

    async def slowly(consumer: AIOKafkaConsumer) -> None:
        closing.set()
        await asyncio.sleep(0.1)
        await stop(consumer)
        closed.set()

    monkeypatch.setattr(AIOKafkaConsumer, "stop", slowly)
    await _write(changelog, settings, range(3))
    ahead = ReadingAhead(table, settings, open_admin)
    ahead.begin()
    async with asyncio.timeout(30):
        await closing.wait()
    await ahead.end()
    assert closed.is_set()


async def test_nothing_is_read_ahead_of_many_partitions() -> None:
    """Nobody knows which of them will be this worker's."""
    settings = Settings(dedupe=DedupeSettings(scope="source", partitions=4))
    ahead = ReadingAhead(create_app(settings).table, settings, open_admin)
    ahead.begin()
    assert ahead._task is None
