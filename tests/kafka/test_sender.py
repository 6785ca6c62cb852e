"""How soon a lane's sender asks again, by what Kafka has refused."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.client import CoordinationType
from aiokafka.errors import (
    ConcurrentTransactions,
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
)
from aiokafka.structs import OffsetAndMetadata

from streams.kafka.delivery.sender import (
    SOON_S,
    LaneSender,
    _AddPartitions,
    _CommitOffsets,
    _Produce,
)

LATER_S = 0.1
RAW = TopicPartition("news.raw", 0)


@pytest.fixture
def sender() -> Any:
    """A sender that sends nothing, and knows its coordinator."""
    made = LaneSender(
        None,
        acks=-1,
        txn_manager=SimpleNamespace(txn_partitions=set(), transactional_id="lane"),
        message_accumulator=None,
        retry_backoff_ms=LATER_S * 1000,
        request_timeout_ms=1_000,
    )
    made._coordinators[CoordinationType.GROUP] = 1
    return made


def refused(error: Any) -> Any:
    """Return an answer that refuses the one partition."""
    return SimpleNamespace(errors=[(RAW.topic, [(RAW.partition, error.errno)])])


def test_a_transaction_that_follows_directly_is_asked_for_again_soon(sender: Any) -> None:
    """The broker marks the end of the one before in some milliseconds."""
    handler = _AddPartitions(sender, {RAW})
    assert handler.handle_response(refused(ConcurrentTransactions)) == SOON_S


async def test_a_broker_that_needs_longer_is_asked_less_often(sender: Any) -> None:
    """Twice as late each time, until it agrees."""
    waited: list[float | None] = []

    async def answer(handler: Any, *_: Any) -> bool:
        waited.append(handler.handle_response(refused(ConcurrentTransactions)))
        return len(waited) % 7 == 0

    sender._coordinators[CoordinationType.TRANSACTION] = 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_AddPartitions, "do", answer)
        for _ in range(8):
            await sender._do_add_partitions_to_txn({RAW})
    assert waited[:3] == [SOON_S, 2 * SOON_S, 4 * SOON_S]
    assert waited[6:] == [LATER_S, SOON_S]


def test_a_coordinator_that_loads_gets_time(sender: Any) -> None:
    """That may take seconds."""
    handler = _AddPartitions(sender, {RAW})
    assert handler.handle_response(refused(CoordinatorLoadInProgressError)) == LATER_S


def test_offsets_that_are_refused_once_go_to_the_same_coordinator_soon(sender: Any) -> None:
    """It was about the transaction. The second time it may be the coordinator."""
    handler = _CommitOffsets(sender, {RAW: OffsetAndMetadata(1, "")}, "group")
    assert handler.handle_response(refused(CoordinatorNotAvailableError)) == SOON_S
    assert CoordinationType.GROUP in sender._coordinators
    handler.is_first = False
    assert handler.handle_response(refused(CoordinatorNotAvailableError)) == LATER_S
    assert CoordinationType.GROUP not in sender._coordinators


def test_records_that_are_refused_once_are_sent_again_soon(sender: Any) -> None:
    """Whoever refuses them twice may lack replicas."""
    first, second = SimpleNamespace(retry_count=1), SimpleNamespace(retry_count=2)
    assert _Produce(sender, {RAW: first})._default_backoff == SOON_S
    assert _Produce(sender, {RAW: second})._default_backoff == LATER_S
