"""The edge of stage 1: whatever a message holds, it has one outcome."""

import pytest

from streams.agents.clean import clean_one
from streams.core.messages.message import Message
from streams.headers import Headers, text_in
from streams.settings import CleanSettings, DedupeSettings
from streams.topology import PREPARED, Door

ARTICLE = b'{"content": "The ferry pier of Harrowgate is rebuilt, the mayor said on Tuesday."}'


def outcome_of(value: bytes | None, headers: Headers = ()) -> tuple[str, str]:
    """Return the door and the outcome of a message."""
    message = Message("news.raw", 0, 7, 1_780_000_000_000, b"k", value, headers)
    output = clean_one(message, CleanSettings(), DedupeSettings())
    return output.door, output.outcome


@pytest.mark.parametrize("name", ["x", "content-type", "traceparent", "cleanwire-title"])
def test_a_header_without_value_is_a_header(name: str) -> None:
    """Kafka allows it; kcat and Java send it."""
    assert outcome_of(ARTICLE, ((name, None),)) == (PREPARED, "prepared")
    assert outcome_of(b"{", ((name, None),)) == (Door.REJECTED, "not_json")


def test_a_rejected_message_keeps_its_header_without_value() -> None:
    """It leaves as it came."""
    message = Message("news.raw", 0, 7, 1_780_000_000_000, b"k", b"{", (("x", None),))
    output = clean_one(message, CleanSettings(), DedupeSettings())
    assert output.headers[0] == ("x", None)


def test_what_cannot_be_carried_along_is_rejected_by_its_origin_alone() -> None:
    """The last resort: a header's name that is no text in any encoding."""
    message = Message("news.raw", 0, 7, 1_780_000_000_000, b"k", b"{", (("\ud800", b"v"),))
    output = clean_one(message, CleanSettings(), DedupeSettings())
    assert (output.door, output.outcome) == (Door.REJECTED, "not_json")
    assert (output.key, output.value) == (None, b"")
    assert text_in(output.headers, "cleanwire-origin") == "news.raw/0/7"
    assert text_in(output.headers, "cleanwire-left-out-bytes") == "unknown"
