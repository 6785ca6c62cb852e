"""A request that ends a transaction and arrives late must not end the next one (KAFKA-17754)."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from streams.core.messages.message import Handled, Message, Output
from streams.exit_status import ExitStatus
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

# Commits what was offered to a transaction; nothing else here does.
TXN_OFFSET_COMMIT = 28


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
        for _ in range(4):
            await feed.send_and_wait(names(near).raw[0], b"raw", partition=0)
    far = near.model_copy(update={"kafka": broker.proxy.bootstrap})
    named = names(far)
    raw = TopicPartition(named.raw[0], 0)
    outbox = Outbox(
        new_producer=lambda tp: new_producer(far, named, tp),
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


def put(lane: Lane, offset: int, outcome: bytes | None) -> "asyncio.Future[Handled]":
    """Hand the lane a message whose outcome is known, or is still being worked on."""
    work: asyncio.Future[Handled] = asyncio.get_running_loop().create_future()
    if outcome is not None:
        work.set_result(Handled(outputs=(Output("clean", None, outcome),)))
    assert lane.accept(offset, Link(generation=1, follows_from=offset))
    lane.put([Message(lane.partition.topic, 0, offset, 0, None, b"raw")], [work])
    return work


async def published(broker: ProxiedBroker, topic: str) -> list[bytes]:
    """Return all that readers of committed records see."""
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=broker.bootstrap,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
    )
    async with consumer:
        found = await consumer.getmany(timeout_ms=1_500)
        return sorted(record.value for records in found.values() for record in records)


async def until_committed(lane: Lane, offset: int) -> None:
    """Return when the lane has committed so far."""
    async with asyncio.timeout(30):
        while lane.committed < offset:  # noqa: ASYNC110 - looked at from outside
            await asyncio.sleep(0.02)


@pytest.mark.kafka
@pytest.mark.trust
@pytest.mark.parametrize("request_kind", [END_TXN, TXN_OFFSET_COMMIT])
async def test_a_late_request_does_not_touch_the_next_transaction(
    broker: ProxiedBroker, lane: Lane, prefix: str, request_kind: int
) -> None:
    """Nothing of an open transaction can be read, and nothing that was committed goes back."""
    broker.proxy.hold(request_kind)
    put(lane, 0, b"first")
    await until_committed(lane, 1)
    assert broker.proxy.held == 1
    put(lane, 1, b"second")
    slow = put(lane, 2, None)  # the transaction of the second waits for it
    await asyncio.sleep(1)
    assert await asyncio.to_thread(broker.proxy.deliver) == 1
    assert await published(broker, f"{prefix}.clean") == [b"first"]
    slow.set_result(Handled(outputs=(Output("clean", None, b"third"),)))
    put(lane, 3, b"fourth")
    await until_committed(lane, 4)
    await lane.close(within_s=5)
    assert await published(broker, f"{prefix}.clean") == [b"first", b"fourth", b"second", b"third"]
