"""Nobody sends in the name of a source that is tied to another place."""

import json

import pytest

from streams.agents.clean import clean_one
from streams.core.messages.message import Message, Output
from streams.headers import ERROR, text_in
from streams.settings import CleanSettings, DedupeSettings
from streams.topology import Door

TIED = CleanSettings(tied_sources={"example.org": "topic:news.ap", "dpa.example": "key:dpa-"})


def outcome(topic: str, key: bytes | None, **fields: str) -> Output:
    """Return what becomes of an article that says who it is from."""
    text = "The ferry to the outer islands will run twice a day from May, the office said."
    value = json.dumps({"content": text, **fields}).encode()
    return clean_one(Message(topic, 0, 0, 0, key, value), TIED, DedupeSettings())


@pytest.mark.parametrize(
    ("topic", "key", "source"),
    [
        ("news.ap", None, "example.org"),
        ("news.raw", b"dpa-17", "dpa.example"),
        ("news.raw", None, "other.example"),
    ],
)
def test_a_source_is_accepted_from_its_place(topic: str, key: bytes | None, source: str) -> None:
    """And one that is not tied from anywhere."""
    assert outcome(topic, key, source=source).door == "prepared"


@pytest.mark.parametrize(
    ("topic", "key", "fields"),
    [
        ("news.raw", b"ap-1", {"source": "example.org"}),
        ("news.raw", b"x-dpa-", {"source": "dpa.example"}),
        ("news.raw", None, {"source": "dpa.example"}),
        ("news.raw", None, {"url": "https://www.example.org/story"}),
    ],
)
def test_a_source_is_rejected_from_elsewhere(
    topic: str, key: bytes | None, fields: dict[str, str]
) -> None:
    """Declared, or by the domain of its URL; the rejection says where it comes from."""
    found = outcome(topic, key, **fields)
    assert (found.door, found.outcome) == (Door.REJECTED, "foreign_source")
    assert " alone" in text_in(found.headers, ERROR)
