"""What gives nothing to send is counted as what it is."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from streams.agents.dedupe import DedupeStage, Held
from streams.core.dedupe import Deduper
from streams.core.messages.message import Message, TableRecord
from streams.headers import SCHEMA
from streams.metrics import Metrics
from streams.settings import DedupeSettings

RECORDS = Path(__file__).parents[1] / "golden" / "releases" / "0.1.0"


def remember(*_: Any) -> TableRecord:
    """Stand for a table: return what is to be written."""
    return TableRecord(b"", b"")


@pytest.fixture
def stage() -> DedupeStage:
    """A stage that holds an empty window for partition 0."""
    table: Any = SimpleNamespace(remember=remember)
    made = DedupeStage(DedupeSettings(), table, Metrics())
    files: Any = None
    made._held = {0: Held(Deduper(DedupeSettings()), files, base=0, next_position=0)}
    return made


def outcomes(stage: DedupeStage, name: str) -> list[str]:
    """Return what a record of the prepared topic is counted as, twice."""
    value = json.dumps(json.loads((RECORDS / f"{name}.json").read_text("utf-8"))).encode()
    found = []
    for offset in range(2):
        message = Message(
            "news.prepared", 0, offset, 1_780_000_000_000, b"all", value, ((SCHEMA, name.encode()),)
        )
        (decide,) = stage.begin([message])
        found.append(decide().outcome)
    return found


def test_a_message_that_comes_again(stage: DedupeStage) -> None:
    """It was decided before."""
    assert outcomes(stage, "PreparedArticle") == ["new", "redelivered"]


def test_a_second_request_for_an_article(stage: DedupeStage) -> None:
    """Nothing was delivered twice: somebody asked twice."""
    assert outcomes(stage, "ReleaseRequest") == ["released", "released_before"]
