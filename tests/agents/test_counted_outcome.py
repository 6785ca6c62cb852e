"""What gives nothing to send is counted as what it is."""

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from streams.agents.dedupe import DedupeStage, Held
from streams.core.dedupe import Deduper
from streams.core.messages.message import Message
from streams.headers import SCHEMA
from streams.metrics import Metrics
from streams.settings import DedupeSettings

RECORDS = Path(__file__).parents[1] / "golden" / "releases" / "0.1.0"


async def remember(*_: Any) -> Any:
    """Stand for a table: return the write to wait for."""
    return asyncio.sleep(0)


@pytest.fixture
def stage() -> DedupeStage:
    """A stage that holds an empty window for partition 0."""
    table: Any = SimpleNamespace(remember=remember)
    made = DedupeStage(DedupeSettings(), table, Metrics())
    files: Any = None
    made._held = {0: Held(Deduper(DedupeSettings()), files, base=0, next_position=0)}
    return made


async def outcomes(stage: DedupeStage, name: str) -> list[str]:
    """Return what a record of the prepared topic is counted as, twice."""
    value = json.dumps(json.loads((RECORDS / f"{name}.json").read_text("utf-8"))).encode()
    found = []
    for offset in range(2):
        message = Message(
            "news.prepared", 0, offset, 1_780_000_000_000, b"all", value, ((SCHEMA, name.encode()),)
        )
        handled = await stage.begin(message)
        found.append(handled.outcome)
        for write in handled.writes:
            await write
    return found


async def test_a_message_that_comes_again(stage: DedupeStage) -> None:
    """It was decided before."""
    assert await outcomes(stage, "PreparedArticle") == ["new", "redelivered"]


async def test_a_second_request_for_an_article(stage: DedupeStage) -> None:
    """Nothing was delivered twice: somebody asked twice."""
    assert await outcomes(stage, "ReleaseRequest") == ["released", "released_before"]
