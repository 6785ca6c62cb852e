"""The window forgets by stream time, and goes on forgetting after restarts and rebalances."""

import asyncio
import json
import time
from pathlib import Path

import pytest

from streams.settings import DedupeSettings, Settings
from tests.support.pipe import Pipe, create_topics, running

HOUR_MS = 3_600_000
STORY = (
    "The old observatory on the hill opens its dome to visitors again after eleven years.\n"
    "Volunteers have polished the mirror, and the first evening is sold out, the club says.\n"
)


def _article(source: str) -> bytes:
    return json.dumps({"content": STORY, "source": source, "id": "1"}).encode()


@pytest.mark.kafka
async def test_a_copy_is_known_inside_the_window_only_also_after_a_restart(
    settings: Settings, tmp_path: Path
) -> None:
    """Window of 2 h; letters are sources that send the same story, bars are restarts.

    hours ago   10    9.5 |  8.5      6.5   | 6       3
                a     b   |  c        d     | e       f
                new   copy|  copy     new   | copy    new
                      of a|  of a           | of d
    """
    settings = settings.model_copy(update={"dedupe": DedupeSettings(window_hours=2)})
    await create_topics(settings, raw={"message.timestamp.type": "CreateTime"})
    pipe = Pipe(settings)
    now_ms = int(time.time() * 1000)
    seen = []
    for part in ([("a", 10), ("b", 9.5)], [("c", 8.5), ("d", 6.5)], [("e", 6), ("f", 3)]):
        with running(settings, tmp_path, app="tests.workers.aged"):
            for source, hours_ago in part:
                pipe.push(_article(source), timestamp_ms=now_ms - int(hours_ago * HOUR_MS))
                seen += await asyncio.to_thread(pipe.take, 1)
    pipe.close()
    assert [(r.header("cleanwire-verdict"), r.header("cleanwire-story")) for r in seen] == [
        ("new", "a/1"),
        ("syndicated", "a/1"),
        ("syndicated", "a/1"),
        ("new", "d/1"),
        ("syndicated", "d/1"),
        ("new", "f/1"),
    ]


@pytest.mark.kafka
async def test_what_a_producer_stamps_on_its_records_is_not_their_arrival(
    settings: Settings, tmp_path: Path
) -> None:
    """A back-fill, or a connector that stamps when the event was: its copies are copies."""
    await create_topics(settings, raw={"message.timestamp.type": "CreateTime"})
    pipe = Pipe(settings)
    days_ago_ms = int(time.time() * 1000) - 5 * 24 * HOUR_MS
    other = json.dumps({"content": "The ferry sails at noon.", "source": "z", "id": "0"}).encode()
    with running(settings, tmp_path):
        pipe.push(other)
        seen = await asyncio.to_thread(pipe.take, 1)
        for source in ("a", "b"):
            pipe.push(_article(source), timestamp_ms=days_ago_ms)
            seen += await asyncio.to_thread(pipe.take, 1)
    pipe.close()
    assert [r.header("cleanwire-verdict") for r in seen] == ["new", "new", "syndicated"]
