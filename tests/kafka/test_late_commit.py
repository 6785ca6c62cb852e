"""A request that ends a transaction and arrives late must not end the next one (KAFKA-17754)."""

import asyncio
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from streams.core.messages.message import Handled, Message, Output
from streams.exit_status import ExitStatus
from streams.kafka.connection import FirstAdmin
from streams.kafka.delivery.lane import Lane, Terms
from streams.kafka.delivery.outbox import Outbox
from streams.kafka.delivery.sequence import Link
from streams.kafka.delivery.starts import starts
from streams.kafka.on_faust.app import new_producer
from streams.kafka.topics.topics import ensure
from streams.settings import DeliverySettings, Settings
from streams.topology import names
from tests.support.cluster import ProxiedBroker
from tests.support.proxy import END_TXN

ADD_PARTITIONS, ADD_OFFSETS, TXN_OFFSET_COMMIT = 24, 25, 28
# Of the stress: how often each kind of request is late, and what else the machine has to do.
TIMES, BUSY_PROCESSES = 15, 4


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProxiedBroker]:
    """A broker behind a proxy."""
    with ProxiedBroker(tmp_path_factory.mktemp("kafka")) as started:
        yield started


@pytest.fixture
async def lane(
    broker: ProxiedBroker, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Lane]:
    """The lane of a raw partition, whose producer goes through the proxy."""

    def end(_: ExitStatus, message: str, *, cause: BaseException | None = None) -> None:
        raise AssertionError(message) from cause

    for module in ("lane", "outbox", "starts"):
        monkeypatch.setattr(f"streams.kafka.delivery.{module}.end_process", end)
    near = Settings(kafka=broker.bootstrap, prefix=prefix)
    await ensure(near, create=True)
    async with AIOKafkaProducer(bootstrap_servers=near.kafka) as feed:
        for _ in range(4 * 2 * TIMES):
            sent = await feed.send(names(near).raw[0], b"raw", partition=0)
        await sent
    far = near.model_copy(update={"kafka": broker.proxy.bootstrap})
    named = names(far)
    raw = TopicPartition(named.raw[0], 0)
    outbox = Outbox(
        new_producer=lambda tp: new_producer(far, named, FirstAdmin(), tp),
        starts=lambda tps: starts(near, named, tps),
        terms={
            raw.topic: Terms(
                group_id=named.app_id,
                topics={"clean": f"{prefix}.clean"},
                limits=DeliverySettings(transaction_max_ms=10_000),
                on_commit=lambda _handled: None,
            )
        },
    )
    await outbox.open([raw], generation=1)
    yield outbox.lanes[raw]
    await outbox.close(within_s=5)


def put(lane: Lane, offset: int, outcome: bytes) -> None:
    """Hand the lane a message whose outcome is known."""
    work: asyncio.Future[Handled] = asyncio.get_running_loop().create_future()
    work.set_result(Handled(outputs=(Output("clean", None, outcome),)))
    assert lane.accept(offset, Link(generation=1, follows_from=offset), 0)
    lane.put([Message(lane.partition.topic, 0, offset, 0, None, b"raw")], [work])


async def published(broker: ProxiedBroker, topic: str, timeout_ms: int = 1_500) -> list[bytes]:
    """Return all that readers of committed records see."""
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=broker.bootstrap,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
    )
    async with consumer:
        found = await consumer.getmany(timeout_ms=timeout_ms)
        return sorted(record.value for records in found.values() for record in records)


async def until_committed(lane: Lane, offset: int) -> None:
    """Return when the lane has committed so far."""
    async with asyncio.timeout(30):
        while lane.committed < offset:  # noqa: ASYNC110 - looked at from outside
            await asyncio.sleep(0.02)


async def until_in_transaction(lane: Lane) -> None:
    """Return when the lane has a transaction open."""
    async with asyncio.timeout(30):
        while not lane._in_transaction:  # noqa: ASYNC110 - looked at from outside
            await asyncio.sleep(0.002)


@pytest.mark.kafka
@pytest.mark.trust
@pytest.mark.parametrize("request_kind", [END_TXN, TXN_OFFSET_COMMIT])
async def test_a_late_request_does_not_touch_the_next_transaction(
    broker: ProxiedBroker, lane: Lane, prefix: str, request_kind: int
) -> None:
    """Nothing of an open transaction can be read, and nothing that was committed goes back.

    The transaction of the second message takes six round trips of a second; the first three bring
    its record to the broker. Then the network gets slower, so that there is time to look.
    """
    broker.proxy.hold(request_kind)
    put(lane, 0, b"first")
    await until_committed(lane, 1)
    assert broker.proxy.held == 1
    broker.proxy.network.latency_s = 0.5
    put(lane, 1, b"second")
    await until_in_transaction(lane)
    await asyncio.sleep(3.2)
    broker.proxy.network.latency_s = 3
    assert await asyncio.to_thread(broker.proxy.deliver) == 1
    assert await published(broker, f"{prefix}.clean", timeout_ms=500) == [b"first"]
    assert lane.committed == 1
    broker.proxy.network.latency_s = 0
    await until_committed(lane, 2)
    await lane.close(within_s=5)
    assert await published(broker, f"{prefix}.clean") == [b"first", b"second"]


@pytest.fixture
def busy_machine() -> Iterator[None]:
    """Let other processes take the time that things happen in the expected order."""
    others = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(BUSY_PROCESSES)
    ]
    yield
    for other in others:
        other.kill()
        other.wait()


@pytest.mark.kafka
@pytest.mark.trust
@pytest.mark.usefixtures("busy_machine")
async def test_nothing_is_published_twice_however_often_requests_are_late(
    broker: ProxiedBroker, lane: Lane, prefix: str
) -> None:
    """Every kind that changes a transaction, at any moment of the one that follows."""
    chance = random.Random(5)  # noqa: S311 - repeatable, no secret
    count = 0
    for kind in [END_TXN, TXN_OFFSET_COMMIT, ADD_PARTITIONS, ADD_OFFSETS] * TIMES:
        broker.proxy.hold(kind)
        put(lane, count, b"%d" % count)
        await until_committed(lane, count + 1)
        assert broker.proxy.held == 1
        broker.proxy.network.latency_s = 0.03  # then a transaction takes a quarter of a second
        put(lane, count + 1, b"%d" % (count + 1))
        await until_in_transaction(lane)
        await asyncio.sleep(chance.uniform(0, 0.3))
        assert await asyncio.to_thread(broker.proxy.deliver) == 1
        await until_committed(lane, count + 2)
        broker.proxy.network.latency_s = 0
        count += 2
    await lane.close(within_s=5)
    outputs = await published(broker, f"{prefix}.clean")
    assert outputs == sorted(b"%d" % number for number in range(count))
