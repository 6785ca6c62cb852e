"""Records of each outcome: door, key, headers; and the scope that decides who meets whom."""

import base64

import pytest

from schemas import ContentType, PreparedArticle, RawRef, Rejection, RejectionReason
from schemas.prepared import Origin, Paragraph
from streams.core.article.fingerprint import FINGERPRINT_VERSION, fingerprint
from streams.core.messages import records
from streams.core.messages.message import Message, Output
from streams.settings import DedupeSettings, Scope
from streams.topology import PREPARED, Door

MESSAGE = Message(
    topic="news.raw",
    partition=2,
    offset=7,
    timestamp_ms=1_700_000_000_000,
    key=b"\xff\x00",
    value=b"raw bytes",
    headers=(("traceparent", b"00-ab-cd-01"), ("scope", b"sport"), ("mine", b"x")),
)


def article(**fields: object) -> PreparedArticle:
    """Return a prepared article of one paragraph."""
    text = "The regatta was called off because of the fog."
    given = {
        "id": "sails.example/1",
        "id_origin": Origin.PRODUCER,
        "source": "sails.example",
        "source_origin": Origin.PRODUCER,
        "raw_ref": MESSAGE.ref,
        "raw_timestamp_ms": MESSAGE.timestamp_ms,
        "content_type": ContentType.TEXT,
        "paragraphs": (Paragraph(text=text, start=0, end=len(text)),),
        "chars_in": len(text),
        "fingerprint_version": FINGERPRINT_VERSION,
        "fingerprints": base64.b64encode(fingerprint([text])),
    }
    return PreparedArticle.model_validate({**given, **fields})


@pytest.mark.parametrize(
    ("scope", "fields", "key"),
    [
        (Scope.ALL, {}, "all"),
        (Scope.SOURCE, {}, "sails.example"),
        (Scope.LANGUAGE, {"language": "en", "language_origin": "producer"}, "en"),
        (Scope.LANGUAGE, {"language": "en", "language_origin": "detected"}, "und"),
        (Scope.LANGUAGE, {}, "und"),
        (Scope.HEADER, {}, "sport"),
    ],
)
def test_the_scope_is_the_key_on_the_prepared_topic(
    scope: Scope, fields: dict[str, object], key: str
) -> None:
    """A detected language parts no copies: two copies may be detected differently."""
    output = records.prepared(article(**fields), MESSAGE, DedupeSettings(scope=scope))
    assert (output.door, output.key) == (PREPARED, key.encode())


def test_without_the_named_header_the_scope_is_none() -> None:
    """Such articles still meet each other."""
    settings = DedupeSettings(scope=Scope.HEADER, scope_header="desk")
    assert records.scope_key(article(), MESSAGE, settings) == "none"


def test_a_prepared_record_reads_back_as_it_was() -> None:
    """What stage 2 reads is what stage 1 had."""
    output = records.prepared(article(language="pt"), MESSAGE, DedupeSettings())
    assert PreparedArticle.model_validate_json(output.value or b"") == article(language="pt")
    assert ("traceparent", b"00-ab-cd-01") in output.headers
    assert all(name != "mine" for name, _ in output.headers)


def test_a_rejected_message_is_the_message_with_headers_added() -> None:
    """Key, value and headers are as they came; reason, stage and origin stand beside them."""
    rejection = Rejection(
        stage="clean",
        reason=RejectionReason.NO_TEXT,
        error="no text in the content",
        origin=RawRef(topic="news.raw", partition=2, offset=7),
        timestamp_ms=MESSAGE.timestamp_ms,
    )
    output = records.rejected(rejection, MESSAGE)
    assert (output.door, output.key, output.value) == (Door.REJECTED, b"\xff\x00", b"raw bytes")
    assert output.headers[:3] == MESSAGE.headers
    added = dict(output.headers[3:])
    assert added["cleanwire-reason"] == b"no_text"
    assert added["cleanwire-stage"] == b"clean"
    assert added["cleanwire-origin"] == b"news.raw/2/7"
    assert output.outcome == "no_text"


def test_what_fits_no_topic_is_rejected_without_its_value() -> None:
    """A record of 5 MB can come out of a compressed batch of some kilobytes."""
    huge = MESSAGE._replace(value=bytes(5_000_000))
    rejection = Rejection(
        stage="clean",
        reason=RejectionReason.TOO_LARGE,
        error="too large",
        origin=huge.ref,
        timestamp_ms=huge.timestamp_ms,
    )
    output = records.rejected(rejection, huge)
    assert (output.key, output.value) == (None, b"")
    headers = dict(output.headers)
    assert int(headers["cleanwire-left-out-bytes"] or b"") > 5_000_000
    assert headers["cleanwire-origin"] == b"news.raw/2/7"


@pytest.mark.parametrize(("chars", "fits"), [(1_000_000, True), (2_100_000, False)])
def test_a_prepared_record_leaves_room_for_what_stage_2_adds(chars: int, *, fits: bool) -> None:
    """Published, the text stands there twice, and no topic takes more than 4 MB."""
    text = "x" * chars
    large = article(paragraphs=(Paragraph(text=text, start=0, end=chars),), chars_in=chars)
    output = records.prepared(large, MESSAGE, DedupeSettings())
    assert (records.excess(output) == "") is fits


def test_headers_that_travel_along_count_too() -> None:
    """Trace headers are the producer's, and of any size."""
    traced = MESSAGE._replace(headers=(("baggage", bytes(2_500_000)),))
    assert "prepared" in records.excess(records.prepared(article(), traced, DedupeSettings()))


def test_what_stage_2_made_larger_than_a_topic_takes_is_known_before_it_is_sent() -> None:
    """Ten thousand paragraphs that each name where they were first seen can do that."""
    assert not records.excess(Output(Door.CLEAN, b"id", bytes(4_000_000)))
    assert "clean" in records.excess(Output(Door.CLEAN, b"id", bytes(4_100_000)))
