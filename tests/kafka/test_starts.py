"""Where a worker goes on: a coordinator that is not ready is not a group without offsets."""

import asyncio
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    KafkaConnectionError,
    KafkaError,
    NotCoordinatorForGroupError,
)
from aiokafka.protocol.commit import (
    OffsetFetchResponse_v1,
    OffsetFetchResponse_v2,
    OffsetFetchResponse_v3,
)
from aiokafka.structs import OffsetAndMetadata

from streams.kafka.broker.broker import EmbeddedBroker
from streams.kafka.delivery import starts
from streams.kafka.delivery.starts import committed_offsets
from streams.kafka.topics.group import NOT_READY
from streams.kafka.topics.topics import ensure
from streams.settings import Settings
from streams.topology import names

FIRST, SECOND = TopicPartition("news.raw", 0), TopicPartition("news.raw", 1)
Rows = list[tuple[int, int, str, int]]


def answer(version: type[Any], rows: Rows, error_code: int = 0) -> Any:
    """Return a coordinator's answer as it is read off the wire."""
    topics = [("news.raw", rows)] if rows else []
    fields: tuple[Any, ...] = {
        OffsetFetchResponse_v1: (topics,),
        OffsetFetchResponse_v2: (topics, error_code),
        OffsetFetchResponse_v3: (0, topics, error_code),
    }[version]
    return version.decode(BytesIO(version(*fields).encode()))


VERSIONS = [OffsetFetchResponse_v1, OffsetFetchResponse_v2, OffsetFetchResponse_v3]
WITH_ERROR_AT_TOP = VERSIONS[1:]


@pytest.mark.parametrize("version", VERSIONS)
def test_offsets_and_their_notes_are_read(version: type[Any]) -> None:
    """-1 is what a coordinator that is ready says of a partition without an offset."""
    response = answer(version, [(0, 12, "scope=all", 0), (1, -1, "", 0)])
    assert committed_offsets(response, [FIRST, SECOND]) == {
        FIRST: OffsetAndMetadata(12, "scope=all"),
        SECOND: OffsetAndMetadata(-1, ""),
    }


ERRORS = [
    (14, GroupLoadInProgressError),
    (15, GroupCoordinatorNotAvailableError),
    (16, NotCoordinatorForGroupError),
]


@pytest.mark.parametrize(("code", "error"), ERRORS)
@pytest.mark.parametrize("version", WITH_ERROR_AT_TOP)
def test_a_coordinator_that_is_not_ready_is_asked_again(
    version: type[Any], code: int, error: type[Exception]
) -> None:
    """It answers without a single row, which must not be taken for an empty group."""
    with pytest.raises(error) as raised:
        committed_offsets(answer(version, [], code), [FIRST, SECOND])
    assert isinstance(raised.value, NOT_READY)


@pytest.mark.parametrize("version", VERSIONS)
def test_so_it_is_when_it_says_so_by_partition(version: type[Any]) -> None:
    """Older ones do, and give -1 beside it."""
    response = answer(version, [(0, 12, "", 0), (1, -1, "", 14)])
    with pytest.raises(GroupLoadInProgressError):
        committed_offsets(response, [FIRST, SECOND])


def test_a_refusal_is_no_reason_to_ask_again() -> None:
    """Without the right to read the group the worker must end and say so, not wait for ever."""
    with pytest.raises(GroupAuthorizationFailedError) as raised:
        committed_offsets(answer(OffsetFetchResponse_v3, [], 30), [FIRST])
    assert not isinstance(raised.value, NOT_READY)


def test_a_partition_that_was_left_out_is_an_error() -> None:
    """Whatever the reason: nothing was said about it."""
    with pytest.raises(KafkaError, match="partition=1"):
        committed_offsets(answer(OffsetFetchResponse_v3, [(0, 3, "", 0)]), [FIRST, SECOND])


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[EmbeddedBroker]:
    """A broker of our own, to be killed."""
    with EmbeddedBroker(tmp_path / "kafka") as started:
        yield started


@pytest.mark.kafka
async def test_offsets_are_right_from_the_first_moment_of_a_broker_on(
    broker: EmbeddedBroker, caplog: pytest.LogCaptureFixture
) -> None:
    """Asked while it starts after a crash: first it is not there, then it is not ready."""
    settings = Settings(kafka=broker.bootstrap)
    raw = TopicPartition(names(settings).raw[0], 0)
    await ensure(settings, create=True)
    group = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka,
        group_id=names(settings).app_id,
        enable_auto_commit=False,
    )
    async with group:
        group.assign([raw])
        await group.commit({raw: OffsetAndMetadata(7, "scope=all")})
    for _ in range(5):  # mostly once: it is a moment of some milliseconds
        broker.kill()
        starting = asyncio.create_task(asyncio.to_thread(broker.start))
        found = None
        while found is None:
            admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
            try:
                await admin.start()
                named = names(settings)
                coordinator = await starts._coordinator(admin, named)
                found = await starts._committed(admin, named, coordinator, [raw])
            except KafkaConnectionError:
                await asyncio.sleep(0.01)
            finally:
                await admin.close()
        await starting
        assert found == {raw: OffsetAndMetadata(7, "scope=all")}
        if "asking again" in caplog.text:
            return
    raise AssertionError("its coordinator was never met before it was ready")
