"""Whatever is pushed leaves by exactly one door, unchanged where it is rejected."""

import asyncio
import json
from pathlib import Path

import pytest

from streams.settings import Settings
from streams.topology import Door
from tests.support.pipe import Pipe, Record, create_topics, running

TEXT = (
    "The ferry to the outer islands will run twice a day from May, the harbour office said.\n"
    "Tickets stay at nine euros, and children under six travel without paying anything.\n"
)


def _json(**fields: object) -> bytes:
    return json.dumps({"content": TEXT, "source": "example.org", **fields}).encode()


REJECTED: dict[str, tuple[bytes | None, dict[str, bytes], str]] = {
    "not JSON": (b"{content: x", {}, "not_json"),
    "not UTF-8": (b'{"content": "\xff\xfe"}', {}, "not_utf8"),
    "wrong type": (_json(title={"is": "an object"}), {}, "invalid_field"),
    "no content": (b'{"title": "only a title"}', {}, "invalid_field"),
    "no text": (b'{"content": " \\n\\u200b "}', {}, "no_text"),
    "an error page": (
        json.dumps({"content": "404\nNot Found\nThe requested page could not be found."}).encode(),
        {},
        "error_page",
    ),
    "2 MB": (_json(content="A long story. " * 150_000), {}, "too_large"),
    "1 MB that is 6 MB when published": (
        b"\x93" * 990_000,
        {"content-type": b"text/plain; charset=windows-1252"},
        "too_large",
    ),
    "null value": (None, {}, "null_value"),
    "unknown content type": (b"PK", {"content-type": b"application/zip"}, "unknown_content_type"),
    "JSON nested 100,000 deep": (b'{"content": ' + b"[" * 100_000, {}, "too_complex"),
    "an XML bomb": (
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><item>&b;</item></rss>',
        {"content-type": b"application/rss+xml"},
        "unsafe_xml",
    ),
}
ACCEPTED: dict[str, tuple[bytes, int, tuple[str, ...]]] = {
    "lone surrogates": (
        b'{"content": "Half a character, \\ud800, is no text."}',
        0,
        ("encoding_damaged", "encoding_repaired"),
    ),
    "NUL and control characters": (
        _json(content="Nul \0 and bell \7 here.\n" + TEXT),
        0,
        ("control_characters_removed",),
    ),
    "published in 2203": (_json(published_at="2203-01-01T00:00:00Z"), 0, ("future_date",)),
    "record timestamp in 2203": (_json(title="From afar"), 7_353_000_000_000, ()),
}


@pytest.mark.kafka
async def test_each_bad_message_gives_one_rejection_and_harms_no_neighbour(
    settings: Settings, tmp_path: Path
) -> None:
    """Reason and origin are named; key, bytes and headers are as they came; no restart."""
    await create_topics(settings)
    pipe = Pipe(settings)
    pushed: dict[bytes | None, tuple[bytes | None, str]] = {}
    for number, (name, (value, headers, reason)) in enumerate(REJECTED.items()):
        key = name.encode()
        pipe.push(value, key=key, headers={**headers, "mine": b"\x00\xff"})
        pipe.push(_json(id=f"after-{number}", content=f"Story {number}. {TEXT}"), key=key)
        pushed[key] = (value, reason)
    pushed[None] = (None, "null_value")
    pipe.push(None)
    with running(settings, tmp_path):
        records = await asyncio.to_thread(pipe.take, 2 * len(REJECTED) + 1)
        more = await asyncio.to_thread(pipe.take, 1, 3)
    pipe.close()
    rejected = {r.key: r for r in records if r.door is Door.REJECTED}
    neighbours = [r for r in records if r.door is not Door.REJECTED]
    assert not more
    assert len(neighbours) == len(REJECTED)
    assert {key: r.header("cleanwire-reason") for key, r in rejected.items()} == {
        key: reason for key, (_, reason) in pushed.items()
    }
    for sent_key, (as_pushed, _) in pushed.items():
        record = rejected[sent_key]
        assert record.value == as_pushed
        assert ("mine", b"\x00\xff") in record.headers or sent_key is None
        assert record.header("cleanwire-origin").startswith(f"{settings.prefix}.raw/")


@pytest.mark.kafka
async def test_what_can_still_be_read_comes_out_with_a_flag(
    settings: Settings, tmp_path: Path
) -> None:
    """A clean article, once; the flag says what a reader should know."""
    # By default Kafka itself refuses a record an hour ahead of its clock; older brokers do not.
    await create_topics(settings, raw={"message.timestamp.after.max.ms": str(2**63 - 1)})
    pipe = Pipe(settings)
    for name, (value, timestamp_ms, _) in ACCEPTED.items():
        pipe.push(value, headers={"name": name.encode()}, timestamp_ms=timestamp_ms)
    with running(settings, tmp_path):
        records = await asyncio.to_thread(pipe.take, len(ACCEPTED))
        more = await asyncio.to_thread(pipe.take, 1, 3)
    pipe.close()
    assert (len(records), more) == (len(ACCEPTED), [])
    assert all(r.door in {Door.CLEAN, Door.DUPLICATES} for r in records)
    flags = {flag for r in records for flag in json.loads(r.value or b"").get("flags", ())}
    assert flags == {flag for _, _, flags in ACCEPTED.values() for flag in flags}


def _verdict(record: Record) -> str:
    return record.header("cleanwire-verdict")


@pytest.mark.kafka
async def test_trace_headers_travel_through_both_stages(settings: Settings, tmp_path: Path) -> None:
    """Outputs carry the trace context of the raw message, and describe themselves."""
    await create_topics(settings)
    pipe = Pipe(settings)
    pipe.push(_json(id="a"), headers={"traceparent": b"00-0af7-b7ad-01", "other": b"x"})
    with running(settings, tmp_path):
        (record,) = await asyncio.to_thread(pipe.take, 1)
    pipe.close()
    headers = dict(record.headers)
    assert headers["traceparent"] == b"00-0af7-b7ad-01"
    assert "other" not in headers
    assert headers["content-type"] == b"application/json"
    assert headers["cleanwire-schema"] == b"CleanArticle"
    assert headers["cleanwire-schema-version"] == b"1"
    assert _verdict(record) == "new"
    assert record.key == b"example.org/a"
