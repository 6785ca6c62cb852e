"""Explain, release and reset, on what a real worker has put on the topics."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from streams.core.messages.message import Message, Output
from streams.demo.worker_process import WorkerProcess
from streams.kafka.broker.listening import free_port
from streams.kafka.mending.reset import ResetRefusedError, reset_offsets, reset_window
from streams.kafka.topics.reading import open_reader
from streams.kafka.topics.topics import ensure
from streams.settings import DedupeSettings, Scope, Settings
from streams.topology import Door, names
from tests.support.program import environment

pytestmark = pytest.mark.kafka

STORY = (
    "The reservoir above Tarn Hill is full again for the first time in six years, the water "
    "company said on Friday.\n"
    "Engineers opened the spillway for two hours to test its gates, which had been replaced "
    "after the flood of the year before last.\n"
    "Farmers downstream had been told to move their sheep, and none were lost, a spokeswoman said."
)
COPY = STORY.replace("on Friday", "late on Friday")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With a port for the worker's probes that a test knows."""
    return settings.model_copy(update={"web_port": free_port()})


@pytest.fixture
async def worker(settings: Settings, tmp_path: Path) -> AsyncIterator[WorkerProcess]:
    """A worker that is ready."""
    await ensure(settings, create=True)
    async with WorkerProcess(settings, tmp_path / "worker.log") as process:
        await process.ready()
        yield process


async def push(settings: Settings, source: str, article_id: str, text: str) -> None:
    """Send an article."""
    value = json.dumps({"content": text, "source": source, "id": article_id, "title": "Tarn Hill"})
    async with AIOKafkaProducer(bootstrap_servers=settings.kafka) as producer:
        await producer.send_and_wait(names(settings).raw[0], value.encode(), partition=0)


async def outcomes(settings: Settings, count: int) -> list[tuple[str, str]]:
    """Wait for `count` published or held-back articles; return door and id of each."""
    found: list[tuple[str, str]] = []
    topics = [names(settings).topic(door) for door in (Door.CLEAN, Door.DUPLICATES)]
    async with asyncio.timeout(60), open_reader(settings, topics) as reader:
        await reader.to_beginning()
        async for message in reader.follow():
            found.append((message.topic.rpartition(".")[2], (message.key or b"").decode()))
            if len(found) == count:
                break
    return found


async def cleanwire(settings: Settings, *arguments: str) -> tuple[int, str, str]:
    """Run the command; return exit status and both outputs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "streams.cli",
        *arguments,
        env=environment(settings),
        cwd=settings.data_dir,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_a_copy_is_explained_and_released(settings: Settings, worker: WorkerProcess) -> None:
    """The copy's explanation has figures and paragraphs; released, it is published exactly once."""
    await push(settings, "tarn-times.example", "1", STORY)
    await outcomes(settings, 1)
    await push(settings, "hill-herald.example", "9", COPY)
    assert await outcomes(settings, 2) == [
        ("clean", "tarn-times.example/1"),
        ("duplicates", "hill-herald.example/9"),
    ]

    status, out, _ = await cleanwire(settings, "explain", "hill-herald.example/9", "--json")
    explained = json.loads(out)
    assert (status, explained["article"]["verdict"]) == (0, "syndicated")
    assert explained["duplicate_of"]["id"] == "tarn-times.example/1"
    (comparison,) = explained["comparisons"]
    assert comparison["roles"] == ["duplicate_of"]
    assert comparison["scores"]["containment"] > 0.65
    assert [pair["exact"] for pair in comparison["pairs"]] == [False, True, True]
    status, out, _ = await cleanwire(settings, "explain", "hill-herald.example/9")
    assert "[late]" in out

    assert (await cleanwire(settings, "release", "hill-herald.example/9"))[0] == 0
    assert ("clean", "hill-herald.example/9") in await outcomes(settings, 3)
    status, _, err = await cleanwire(settings, "release", "hill-herald.example/9")
    assert (status, "not held back" in err) == (5, True)
    status, out, _ = await cleanwire(settings, "explain", "hill-herald.example/9", "--json")
    assert [json.loads(line)["article"]["decision"]["rule"] for line in out.splitlines()] == [
        "other_source_copy",
        "released",
    ]
    assert worker.running


async def test_what_is_not_there_cannot_be_explained_or_released(settings: Settings) -> None:
    """Both end with status 5 and say so."""
    await ensure(settings, create=True)
    for command in ("explain", "release"):
        status, _, err = await cleanwire(settings, command, "nobody/1")
        assert (status, "not on the topics" in err) == (5, True)


def no_need(message: Message) -> Output:
    """Stand in for stage 1, where no prepared article is gone."""
    raise AssertionError(message.ref)


async def test_reset_is_refused_while_a_worker_runs(
    settings: Settings, worker: WorkerProcess
) -> None:
    """Its offsets and its window are its own."""
    assert worker.running
    with pytest.raises(ResetRefusedError, match="stop them first"):
        await reset_offsets(settings, no_need)
    with pytest.raises(ResetRefusedError, match="stop them first"):
        await reset_window(settings, prepared=False)


async def test_lost_offsets_are_found_again(settings: Settings, worker: WorkerProcess) -> None:
    """With another group's (no) offsets, the outcomes tell where to go on, to the message."""
    await push(settings, "tarn-times.example", "1", STORY)
    await push(settings, "hill-herald.example", "9", COPY)
    await push(settings, "x.example", "bad", "")
    await push(settings, "dale-daily.example", "3", "A dog that ran off in May is home again.")
    await outcomes(settings, 3)
    await worker.stop()
    raw = TopicPartition(names(settings).raw[0], 0)
    prepared = TopicPartition(names(settings).prepared, 0)
    before = await committed(settings, [raw, prepared])
    await forget(settings)

    found = await reset_offsets(settings, no_need)
    # The marker at the end of a transaction is no message: it may be read once more.
    assert found[raw] == before[raw]
    assert before[prepared] - 1 <= found[prepared] <= before[prepared]
    assert await reset_offsets(settings, no_need) == {}


async def committed(settings: Settings, of: list[TopicPartition]) -> dict[TopicPartition, int]:
    """Return the group's offsets."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka, group_id=names(settings).app_id, enable_auto_commit=False
    )
    async with consumer:
        return {tp: await consumer.committed(tp) for tp in of}


async def forget(settings: Settings) -> None:
    """Let the group's offsets be gone, as after a week away."""
    from confluent_kafka.admin import AdminClient  # noqa: PLC0415  aiokafka cannot

    admin = AdminClient({"bootstrap.servers": settings.kafka})
    group = names(settings).app_id
    await asyncio.to_thread(admin.delete_consumer_groups([group])[group].result)


async def test_an_emptied_window_forgets(settings: Settings, tmp_path: Path) -> None:
    """After a reset of the window with other partitions, a copy of the first story is new."""
    await ensure(settings, create=True)
    async with WorkerProcess(settings, tmp_path / "worker.log") as worker:
        await worker.ready()
        await push(settings, "tarn-times.example", "1", STORY)
        await outcomes(settings, 1)
        await worker.stop()
    by_source = settings.model_copy(
        update={"dedupe": DedupeSettings(scope=Scope.SOURCE, partitions=2)}
    )
    assert len((await ensure(by_source, create=False)).problems) == 3
    made = await reset_window(by_source, prepared=True)
    named = names(settings)
    assert set(made) == {named.changelog, named.prepared, named.source_records}
    assert (await ensure(by_source, create=False)).problems == ()
    async with WorkerProcess(by_source, tmp_path / "second.log") as worker:
        await worker.ready()
        await push(settings, "tarn-times.example", "1", STORY)
        assert await outcomes(settings, 2) == [("clean", "tarn-times.example/1")] * 2


async def test_a_window_is_not_reset_over_unread_articles(settings: Settings) -> None:
    """What stage 1 has handed over and stage 2 has not read would be lost: refused."""
    await ensure(settings, create=True)
    async with AIOKafkaProducer(bootstrap_servers=settings.kafka) as producer:
        await producer.send_and_wait(names(settings).prepared, b"{}", partition=0)
    with pytest.raises(ResetRefusedError, match=r"1 articles .* would be lost"):
        await reset_window(settings, prepared=True)
