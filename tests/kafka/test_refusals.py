"""What would publish the world again, or never come to an end, is refused with the way out."""

import asyncio
import json
import socket
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from confluent_kafka.admin import AdminClient

from streams.exit_status import ExitStatus
from streams.kafka.mending.reset import reset_window
from streams.settings import DedupeSettings, Scope, Settings
from streams.topology import Door, names
from tests.support.pipe import Pipe, create_topics, run_until_it_ends, running


def _article(number: int) -> bytes:
    line = f"The lock at mile {number} opens at dawn for barges of up to {number + 60} metres."
    return json.dumps({"content": line, "source": "canal.example", "id": str(number)}).encode()


async def _published(settings: Settings, folder: Path, *, then_idle_s: float = 0) -> Pipe:
    """Let a worker publish one article and stop; return the pipe that has taken it."""
    await create_topics(settings)
    pipe = Pipe(settings)
    pipe.push(_article(1))
    with running(settings, folder):
        assert len(await asyncio.to_thread(pipe.take, 1)) == 1
        await asyncio.sleep(then_idle_s)
    return pipe


@pytest.mark.kafka
async def test_another_scope_is_refused(settings: Settings, tmp_path: Path) -> None:
    """Under another scope copies would no longer meet their originals."""
    by_source = settings.model_copy(
        update={"dedupe": DedupeSettings(scope=Scope.SOURCE, partitions=4)}
    )
    (await _published(by_source, tmp_path)).close()
    by_language = settings.model_copy(
        update={"dedupe": DedupeSettings(scope=Scope.LANGUAGE, partitions=4)}
    )
    done = await run_until_it_ends(by_language)
    assert done.returncode == ExitStatus.TOPICS_MISMATCH
    assert "scope=source" in done.stdout
    assert "cleanwire reset window --prepared" in done.stdout


@pytest.mark.kafka
async def test_a_prepared_record_that_cannot_be_read_ends_the_worker(settings: Settings) -> None:
    """Only stage 1 writes there: it is a bug or an upgrade, and going on would lose an article."""
    await create_topics(settings)
    async with AIOKafkaProducer(bootstrap_servers=settings.kafka) as producer:
        await producer.send_and_wait(names(settings).prepared, b"{}", key=b"all")
    done = await run_until_it_ends(settings)
    assert done.returncode == ExitStatus.FAILED
    assert f"cannot go on with TopicPartition(topic='{settings.prefix}.prepared'" in (done.stdout)


@pytest.mark.kafka
async def test_a_record_beyond_every_limit_in_a_compressed_batch_is_rejected(
    settings: Settings, tmp_path: Path
) -> None:
    """Ten million blanks are 10 kB on the way; the rejection says how much it left out."""
    await create_topics(settings)
    async with AIOKafkaProducer(
        bootstrap_servers=settings.kafka, compression_type="gzip", max_request_size=20_000_000
    ) as producer:
        value = json.dumps({"content": " " * 10_000_000}).encode()
        await producer.send_and_wait(names(settings).raw[0], value, partition=0)
        await producer.send_and_wait(names(settings).raw[0], _article(2), partition=0)
    pipe = Pipe(settings)
    with running(settings, tmp_path):
        taken = await asyncio.to_thread(pipe.take, 2)
    pipe.close()
    by_door = {record.door: record for record in taken}
    assert by_door[Door.REJECTED].header("cleanwire-reason") == "too_large"
    assert int(by_door[Door.REJECTED].header("cleanwire-left-out-bytes")) > 10_000_000
    assert by_door[Door.CLEAN].key == b"canal.example/2"


@pytest.mark.kafka
async def test_lost_offsets_are_refused_also_when_the_window_is_empty(
    settings: Settings, tmp_path: Path
) -> None:
    """After a week both are gone; the outputs still say that these articles were published."""
    pipe = await _published(settings, tmp_path)
    await reset_window(settings, prepared=False)
    group = names(settings).app_id
    admin = AdminClient({"bootstrap.servers": settings.kafka})
    await asyncio.to_thread(admin.delete_consumer_groups([group])[group].result)
    done = await run_until_it_ends(settings)
    assert done.returncode == ExitStatus.TOPICS_MISMATCH
    assert "cleanwire reset offsets" in done.stdout
    assert not await asyncio.to_thread(pipe.take, 1, 2)
    pipe.close()


@pytest.mark.kafka
async def test_an_idle_worker_commits_past_the_last_marker(
    settings: Settings, tmp_path: Path
) -> None:
    """Else retention would move the log's start past the committed offset of a quiet partition."""
    prepared = TopicPartition(names(settings).prepared, 0)
    group = AIOKafkaConsumer(bootstrap_servers=settings.kafka, group_id=names(settings).app_id)
    # The watchdog looks every five seconds.
    (await _published(settings, tmp_path, then_idle_s=8)).close()
    async with group:
        end = (await group.end_offsets([prepared]))[prepared]
        assert (await group.committed(prepared), end) == (2, 2)


@pytest.mark.kafka
async def test_a_port_that_is_taken_is_named_with_the_setting(settings: Settings) -> None:
    """As it is by the first worker when a second one is started beside it."""
    await create_topics(settings)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = await run_until_it_ends(settings, CLEANWIRE_WEB_PORT=port)
    assert done.returncode == ExitStatus.CONFIGURATION
    assert f"127.0.0.1:{port}" in done.stdout
    assert "CLEANWIRE_WEB_PORT" in done.stdout


@pytest.mark.kafka
async def test_a_session_that_kafka_does_not_allow_is_named(settings: Settings) -> None:
    """Faust logs that the group refuses it, and would stand by for ever."""
    await create_topics(settings)
    done = await run_until_it_ends(settings, CLEANWIRE_DELIVERY__SESSION_TIMEOUT_S="3")
    assert done.returncode == ExitStatus.CONFIGURATION
    assert "CLEANWIRE_DELIVERY__SESSION_TIMEOUT_S=3 is not between" in done.stdout
