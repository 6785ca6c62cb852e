"""What gives nothing to send is counted as what it is."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import pytest

from schemas import RejectionNote
from streams.agents.dedupe import DedupeStage, Held
from streams.agents.sources import WatchedSources
from streams.core.dedupe import Deduper
from streams.core.drift.memory import SourcesMemory
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
    metrics, nobody = Metrics(), AsyncMock()
    made = DedupeStage(DedupeSettings(), table, metrics, nobody)
    files: Any = None
    sources = WatchedSources(0, SourcesMemory(10), metrics)
    made._held = {0: Held(Deduper(DedupeSettings()), sources, files, base=0, next_position=0)}
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


def test_a_note_of_a_rejection(stage: DedupeStage) -> None:
    """Its message has left by the rejected topic; the record of its source is no outcome."""
    note = RejectionNote(source="wire.example", reason="no_text", origin="news.raw/0/1")
    header = (SCHEMA, b"RejectionNote")
    value = note.model_dump_json().encode()
    (count,) = stage.begin([Message("news.prepared", 0, 0, 0, b"all", value, (header,))])
    handled = count()
    assert handled.outcome == "noted"
    assert [output.door for output in handled.outputs] == ["sources"]


def test_a_second_request_for_an_article(stage: DedupeStage) -> None:
    """Nothing was delivered twice: somebody asked twice."""
    assert outcomes(stage, "ReleaseRequest") == ["released", "released_before"]
