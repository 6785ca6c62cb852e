"""A rejected message is read from its headers, and tried again as it came."""

import json

from schemas import RawRef, Rejection, RejectionReason
from streams.core.messages.message import Message
from streams.core.messages.records import rejected
from streams.core.messages.rejected import (
    RejectedMessage,
    attempt,
    read_rejected,
    selects,
)
from streams.headers import ATTEMPTS, REPLAY_OF

RAW = Message(
    "news.raw",
    3,
    17,
    1_000,
    b"key",
    b'{"source": "a.example"',
    (("mine", b"\x00"), ("x", None), ("cleanwire-source", b"y")),
)


def rejection(raw: Message = RAW, stage: str = "clean") -> RejectedMessage:
    """Return what is read of a message that was rejected."""
    output = rejected(
        Rejection(
            stage=stage,
            reason=RejectionReason.NOT_JSON,
            error="unexpected end",
            origin=raw.ref,
            timestamp_ms=raw.timestamp_ms,
        ),
        raw,
    )
    return read_rejected(
        Message("news.rejected", 1, 5, 9_000, output.key, output.value, output.headers)
    )


def test_says_what_the_rejection_said() -> None:
    """Why, where the raw message stands, and that it was not tried again."""
    found = rejection()
    assert (found.stage, found.reason, found.error) == ("clean", "not_json", "unexpected end")
    assert (found.origin, found.first_origin) == ("news.raw/3/17", "news.raw/3/17")
    assert found.raw_ref == RawRef(topic="news.raw", partition=3, offset=17)
    assert (found.attempts, found.place, found.is_whole) == (0, (1, 5), True)


def test_tries_the_message_as_it_came() -> None:
    """Same partition, key, bytes and headers; ours say where it stood and which attempt it is."""
    found = rejection()
    again = attempt(found, found.message)
    assert (again.topic, again.partition) == ("news.raw", 3)
    assert (again.key, again.value) == (RAW.key, RAW.value)
    assert again.headers == (
        *RAW.headers,
        (REPLAY_OF, b"news.raw/3/17"),
        (ATTEMPTS, b"1"),
    )


def test_a_second_attempt_keeps_the_first_origin() -> None:
    """And counts."""
    found = rejection()
    first = attempt(found, found.message)
    second = rejection(RAW._replace(offset=40, headers=first.headers))
    assert (second.origin, second.first_origin) == ("news.raw/3/40", "news.raw/3/17")
    again = attempt(second, second.message)
    assert dict(again.headers)[REPLAY_OF] == b"news.raw/3/17"
    assert dict(again.headers)[ATTEMPTS] == b"2"


def test_what_stage_2_rejects_is_not_the_raw_message() -> None:
    """It is the prepared article: the raw one must be fetched from where it stands."""
    assert not rejection(stage="dedupe").is_whole


def test_nobody_counts_for_us() -> None:
    """A header that is no number stops the attempts."""
    odd = RAW._replace(headers=((ATTEMPTS, b"many"),))
    assert rejection(odd).attempts == 2


def test_selects_by_reason_source_and_time() -> None:
    """An empty choice takes all."""
    whole = RAW._replace(value=json.dumps({"source": "a.example"}).encode())
    found = rejection(whole)
    anything = (frozenset[str](), frozenset[str]())
    assert selects(*anything, 0, 9_001)(found)
    assert not selects(*anything, 9_001, 10_000)(found)
    assert selects(frozenset({"not_json"}), frozenset({"a.example"}), 0, 9_001)(found)
    assert not selects(frozenset({"not_utf8"}), frozenset(), 0, 9_001)(found)
    assert not selects(frozenset(), frozenset({"b.example"}), 0, 9_001)(found)


def test_a_message_that_cannot_be_read_has_no_source() -> None:
    """Neither does one that is another kind of JSON."""
    assert rejection().source == "unknown"
    assert rejection(RAW._replace(value=b"[1]")).source == "unknown"
