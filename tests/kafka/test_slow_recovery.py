"""A recovery that takes long ends well, and one that is overtaken by a rebalance does no harm."""

import asyncio
import json
import time
from collections import Counter
from pathlib import Path

import pytest

from streams.settings import DedupeSettings, Scope, Settings
from streams.topology import Door
from tests.support.harness import Worker, environment
from tests.support.pipe import Pipe, Record, create_topics, running

STORIES = 32
SOURCES = 8


def _article(story: int, copy: int) -> bytes:
    text = (
        f"The lock at mile {story} opens at dawn for barges of up to {story + 60} metres, the "
        f"canal board said in its notice number {story * 7 + 1000}.\n"
        f"Skippers who wait there longer than {story + 3} hours are asked to call bridge {story}."
    )
    source = f"canal{story % SOURCES}.example"
    return json.dumps({"content": text, "source": source, "id": f"{story}-{copy}"}).encode()


async def _first_copies(settings: Settings, pipe: Pipe, folder: Path) -> None:
    """Let a worker publish the first copy of every story and stop."""
    await create_topics(settings)
    with running(settings, folder):
        for story in range(STORIES):
            pipe.queue(_article(story, 0))
        pipe.flush()
        assert _verdicts(await asyncio.to_thread(pipe.take, STORIES)) == {"new": STORIES}


async def _until_rebuilding(worker: Worker) -> None:
    async with asyncio.timeout(60):
        while "rebuild begins" not in worker.log:  # noqa: ASYNC110 - a file
            await asyncio.sleep(0.05)


def _verdicts(records: list[Record]) -> Counter[str]:
    return Counter(record.header("cleanwire-verdict") for record in records)


@pytest.mark.kafka
@pytest.mark.trust
async def test_a_restore_may_take_longer_than_every_limit_as_long_as_it_moves(
    settings: Settings, tmp_path: Path
) -> None:
    """16 s: longer than Faust waits (8 s here), and than the watchdog does (12 s)."""
    pipe = Pipe(settings)
    await _first_copies(settings, pipe, tmp_path)
    slow = {
        "SLOW_RESTORE_S": "1",
        "CLEANWIRE_CLEAN__TIME_LIMIT_S": "1",
        "CLEANWIRE_DELIVERY__STALL_TIMEOUT_S": "12",
    }
    for story in range(STORIES):
        pipe.queue(_article(story, 1))
    pipe.flush()
    started = time.monotonic()
    with running(settings, tmp_path, app="tests.workers.slow", **slow):
        taken = await asyncio.to_thread(pipe.take, STORIES)
        lasted_s = time.monotonic() - started
        more = await asyncio.to_thread(pipe.take, 1, 3)
    pipe.close()
    assert lasted_s > STORIES / 2
    assert _verdicts(taken) == {"duplicate": STORIES}
    assert not more


@pytest.mark.kafka
@pytest.mark.trust
async def test_a_worker_that_joins_during_a_rebuild_loses_and_repeats_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    """The first worker has to let go of what it is rebuilding, and begin anew with less.

    It cannot end a rebuild before the second has its share of the partitions.
    """
    settings = settings.model_copy(
        update={"dedupe": DedupeSettings(scope=Scope.SOURCE, partitions=4)}
    )
    pipe = Pipe(settings)
    await _first_copies(settings, pipe, tmp_path)
    for story in range(2 * STORIES):
        pipe.queue(_article(story, 1))
    pipe.flush()
    joined = tmp_path / "joined"
    slowly = {**environment(settings), "SLOW_REBUILD_UNTIL": str(joined)}
    first = Worker(slowly, tmp_path, app="tests.workers.slow")
    await _until_rebuilding(first)
    second = Worker(slowly, tmp_path, app="tests.workers.slow")
    await _until_rebuilding(second)
    joined.touch()
    taken = await asyncio.to_thread(pipe.take, 2 * STORIES, 90)
    more = await asyncio.to_thread(pipe.take, 1, 3)
    ends = [worker.end() for worker in (first, second)]
    pipe.close()
    assert (first.exits, second.exits, ends) == ([], [], [0, 0]), first.log[-4_000:]
    overtaken = first.log.count("rebuild begins") + second.log.count("rebuild begins")
    assert overtaken > settings.dedupe.partitions, "nobody had to begin anew"
    assert _verdicts(taken) == {"new": STORIES, "duplicate": STORIES}
    assert {record.door for record in taken} == {Door.CLEAN, Door.DUPLICATES}
    assert len({record.key for record in taken}) == 2 * STORIES
    assert not more
