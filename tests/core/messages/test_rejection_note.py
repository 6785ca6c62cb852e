"""What stage 2 is told of a rejection."""

import json

import pytest

from schemas import RejectionNote
from streams.agents.clean import outputs_of
from streams.core.messages.message import Message, Output
from streams.settings import CleanSettings, DedupeSettings, Scope
from streams.topology import PREPARED, Door


def outputs(fields: dict[str, object], scope: Scope = Scope.ALL) -> tuple[Output, ...]:
    """Return what stage 1 sends for a message."""
    message = Message("news.raw", 2, 7, 0, b"k", json.dumps(fields).encode())
    return outputs_of(message, CleanSettings(), DedupeSettings(scope=scope))


def test_a_rejection_of_a_known_source_is_noted() -> None:
    """After the rejection itself, under the key of the source's articles."""
    rejected, note = outputs({"content": " ", "url": "https://www.example.com/a"})
    assert (rejected.door, rejected.outcome) == (Door.REJECTED, "no_text")
    assert (note.door, note.key, note.outcome) == (PREPARED, b"all", "")
    read = RejectionNote.model_validate_json(note.value or b"")
    assert (read.source, read.reason, read.origin) == ("example.com", "no_text", "news.raw/2/7")


@pytest.mark.parametrize(
    ("scope", "key"), [(Scope.SOURCE, b"wire.example"), (Scope.LANGUAGE, b"fr")]
)
def test_it_goes_where_the_articles_of_its_source_go(scope: Scope, key: bytes) -> None:
    """So that one memory has both."""
    fields: dict[str, object] = {"content": "", "source": "wire.example", "language": "fr"}
    assert outputs(fields, scope)[1].key == key


def test_what_nobody_sent_is_not_noted() -> None:
    """Neither a message without source, nor one that cannot be read."""
    assert len(outputs({"content": ""})) == 1
    assert len(outputs({"source": "wire.example"})) == 1
