"""Sources that change, seen by a worker that is killed and started again."""

import asyncio
import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from streams.kafka.topics.source_records import read_source_records
from streams.settings import DedupeSettings, Scope, Settings
from streams.topology import Door, names
from tests.support.command import cleanwire
from tests.support.harness import Worker, environment
from tests.support.layouts import SITE, Story, old_page, scripted, walled
from tests.support.pipe import Pipe, create_topics, running

pytestmark = pytest.mark.kafka

HOUR_MS = 3_600_000
STEADY, CHANGED = 34, 9


def page_of(html: str, number: int) -> bytes:
    """Return the message of a page."""
    fields = {
        "content": html,
        "content_type": "text/html",
        "source": SITE,
        "url": f"https://{SITE}/{number}",
    }
    return json.dumps(fields).encode()


def listed(settings: Settings, folder: Path, *arguments: str) -> list[dict[str, Any]]:
    """Return what `cleanwire sources --json` says."""
    done = cleanwire("sources", "--json", *arguments, cwd=folder, env=environment(settings))
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


async def test_another_layout_is_found_by_a_worker_that_was_killed(
    settings: Settings, tmp_path: Path
) -> None:
    """Each message counts once: what is not on the topic of sources, the window gives back.

    With a scope whose key is not the source, so that the source's own key leads to the other of the
    two partitions.
    """
    dedupe = DedupeSettings(scope=Scope.LANGUAGE, partitions=2)
    settings = settings.model_copy(update={"dedupe": dedupe})
    await create_topics(settings)
    pipe = Pipe(settings)
    worker = Worker(environment(settings), tmp_path)
    try:
        for number in range(STEADY):
            pipe.push(page_of(old_page(Story(number)), number), key=SITE.encode())
        await asyncio.to_thread(pipe.take, STEADY)
        (before,) = listed(settings, tmp_path)
        assert before["states"] == ["steady"]
        assert before["usual"]["messages"] + before["recent"]["messages"] < STEADY
        assert listed(settings, tmp_path, "--flagged") == []
        worker.send(signal.SIGKILL)  # what the record does not know yet is in the window
        # Of some pages nothing is left at all, and they are rejected.
        for number in range(STEADY, STEADY + CHANGED):
            html = (walled if number % 3 == 0 else scripted)(Story(number))
            pipe.push(page_of(html, number), key=SITE.encode())
        taken = await asyncio.to_thread(pipe.take, CHANGED)
        assert {record.door for record in taken} == {Door.REJECTED, Door.CLEAN}
    finally:
        assert worker.end() == 0
    assert worker.exits == [-signal.SIGKILL]
    (after,) = listed(settings, tmp_path, "--flagged", "--source", SITE.upper())
    (change,) = after["changes"]
    assert (change["drift"], "chars" in change["measures"]) == ("layout_changed", True)
    assert change["before"]["messages"] == STEADY + 8 - 10  # it shows with the eighth
    assert change["before"]["chars"] > 3 * change["after"]["chars"]
    assert change["after"]["rejected_share"] > 0
    assert len(change["examples"]) == 2
    said = cleanwire("sources", cwd=tmp_path, env=environment(settings))
    assert f"{SITE} has another layout" in said.stdout
    assert "characters: " in said.stdout
    unknown = cleanwire("sources", "--source", "x.example", cwd=tmp_path, env=environment(settings))
    assert unknown.returncode == 5
    pipe.close()


async def test_a_source_that_falls_silent_is_found_after_a_restart(
    settings: Settings, tmp_path: Path
) -> None:
    """Two weeks of hours, of which the last are another source's alone; one record an hour."""
    await create_topics(settings, raw={"message.timestamp.type": "CreateTime"})
    now_ms = int(time.time() * 1000)
    begin_ms = now_ms - 14 * 24 * HOUR_MS
    hours = 12 * 24
    producer = Producer({"bootstrap.servers": settings.kafka})
    pipe = Pipe(settings)

    def send(source: str, hour: int) -> None:
        article = {"source": source, "content": Story(1_000 * len(source) + hour).paragraphs[0]}
        value = json.dumps(article).encode()
        topic = names(settings).raw[0]
        producer.produce(topic, value, b"k", timestamp=begin_ms + hour * HOUR_MS)
        producer.poll(0)

    with running(settings, tmp_path, app="tests.workers.aged"):
        for hour in range(hours):
            send("still.example", hour)
            send("wire.example", hour)
        producer.flush()
        await asyncio.to_thread(pipe.take, 2 * hours)
    with running(settings, tmp_path, app="tests.workers.aged"):
        for hour in range(hours, hours + 24):
            send("wire.example", hour)
        producer.flush()
        await asyncio.to_thread(pipe.take, 24)
    (read,) = (await read_source_records(settings, [0])).values()
    quiet = {record.source: record for record in read}["still.example"]
    assert quiet.states == ("quiet",)
    (change,) = quiet.changes
    assert change.silent_hours is not None
    assert 9 <= change.silent_hours <= 12
    assert {record.source: record for record in read}["wire.example"].states == ("steady",)
    pipe.close()
