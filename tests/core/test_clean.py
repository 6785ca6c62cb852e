"""Stage `clean` as a whole: every message leaves by one door, and nothing is lost unseen."""

import gzip
import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import PreparedArticle, Rejection, RejectionReason
from schemas.prepared import Flag, Origin
from streams.core.clean import clean
from streams.headers import Headers
from streams.settings import CleanSettings
from tests.support.raw import NOW_MS, SETTINGS, article, bare, message

GOLDEN = Path(__file__).parents[1] / "golden"
STORY = (
    "The council of Harrowgate voted on Tuesday to rebuild the old ferry pier.\n"
    "Work will begin in the spring, and the pier should open in time for the regatta.\n"
)
LAST = "Fishermen had asked for a longer pier, and said on Wednesday that they would wait."


def refused(value: bytes | None, headers: Headers = ()) -> RejectionReason:
    """Clean a value that must be rejected, and return the reason."""
    result = clean(message(value, headers), SETTINGS)
    assert isinstance(result, Rejection), result
    assert result.origin.offset == 7
    assert result.timestamp_ms == NOW_MS
    return result.reason


def as_text(prepared: PreparedArticle) -> str:
    """Return an article as `cleanwire clean` prints it."""
    return "\n\n".join([prepared.title or "", *(p.text for p in prepared.paragraphs)])


def test_the_seed_case_is_exact() -> None:
    """Error lines, repeats, disclaimer and comment widget go; title and story stay."""
    raw = (GOLDEN / "seed_raw.txt").read_text("utf-8")
    expected = (GOLDEN / "seed_expected.txt").read_text("utf-8")
    assert as_text(article(raw)) == expected.rstrip("\n")


def test_removed_text_is_restored_from_its_offsets() -> None:
    """Every removal holds the very text of its span, and spans and paragraphs cover the content."""
    raw = (GOLDEN / "seed_raw.txt").read_text("utf-8")
    prepared = article(raw)
    assert all(raw[r.start : r.end] == r.text for r in prepared.removals)
    spans = [(r.start, r.end) for r in prepared.removals]
    spans += [(p.start, p.end) for p in prepared.paragraphs]
    covered = {at for start, end in spans for at in range(start, end)}
    assert all(at in covered or sign.isspace() for at, sign in enumerate(raw))


@given(
    st.text() | st.lists(st.sampled_from([*STORY.splitlines(), "403", "Share", ""])).map("\n".join)
)
def test_any_text_can_be_restored(raw: str) -> None:
    """For any text, paragraphs and removals together hold all that is visible, in its order."""
    result = clean(message(raw.encode("utf-8", "replace"), TEXT), SETTINGS)
    if isinstance(result, Rejection):
        return
    raw = raw.encode("utf-8", "replace").decode().removeprefix("\ufeff")
    parts = sorted(
        [(r.start, r.end) for r in result.removals] + [(p.start, p.end) for p in result.paragraphs]
    )
    assert all(a[1] <= b[0] for a, b in pairwise(parts))
    assert all(raw[r.start : r.end] == r.text for r in result.removals)
    covered = {at for start, end in parts for at in range(start, end)}
    assert all(
        at in covered or not sign.isprintable() or sign.isspace() for at, sign in enumerate(raw)
    )


TEXT: Headers = (("content-type", b"text/plain"),)


@given(
    st.binary(),
    st.sampled_from(
        [
            b"",
            b"application/json",
            b"text/plain",
            b"text/plain; charset=utf-16",
            b"application/feed+json",
            b"application/vnd.iptc.ninjs+json",
            b'text/plain; charset="\xff',
        ]
    ),
)
def test_no_bytes_raise(value: bytes, content_type: bytes) -> None:
    """Whatever the bytes are, there is an article or a rejection."""
    result = clean(message(value, (("content-type", content_type),)), SETTINGS)
    assert isinstance(result, PreparedArticle | Rejection)


MARKUP = st.lists(
    st.sampled_from(
        [
            *("<item>", "</item>", "<entry>", "<title>", "</title>", "<description>", "<link/>"),
            *("<p>", "</p>", "<div>", "</div>", "<a href='x'>", "<!--", "-->", "<![CDATA[", "]]>"),
            *("<table>", "<td>", "<script>", "</script>", "<meta charset='", "&amp;", "&#0;"),
            *("<pubDate>Fri, 99 Foo 2026</pubDate>", "\x00", "é", "中文。", "Share", STORY),
        ]
    )
    | st.text(max_size=5)
).map("".join)


@settings(max_examples=60)
@given(MARKUP, st.sampled_from([b"text/html", b"application/rss+xml", b"application/atom+xml"]))
def test_no_markup_raises(markup: str, content_type: bytes) -> None:
    """Whatever the tags are, there is an article or a rejection."""
    value = markup.encode("utf-8", "replace")
    result = clean(message(value, (("content-type", content_type),)), SETTINGS)
    assert isinstance(result, PreparedArticle | Rejection)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(
            (
                *(
                    "items",
                    "bodies",
                    "headlines",
                    "headline",
                    "authors",
                    "author",
                    "by",
                    "language",
                ),
                *("uri", "url", "version", "pubstatus", "infosources", "subject", "language"),
                *("descriptions", "content_text", "content_html", "body_text", "firstcreated"),
            )
        ),
        JSON_VALUES,
    ),
    st.sampled_from([b"application/feed+json", b"application/vnd.iptc.ninjs+json"]),
)
def test_no_foreign_json_raises(item: dict[str, object], content_type: bytes) -> None:
    """A feed item or ninjs item whose fields hold anything is read or rejected."""
    value = json.dumps(item).encode()
    result = clean(message(value, (("content-type", content_type),)), SETTINGS)
    assert isinstance(result, PreparedArticle | Rejection)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, RejectionReason.NULL_VALUE),
        (b"", RejectionReason.NOT_JSON),
        (b"Shares rose on Monday.", RejectionReason.NOT_JSON),
        (b"[" * 100_000, RejectionReason.TOO_COMPLEX),
        (b'{"a":' * 100_000, RejectionReason.TOO_COMPLEX),
        (b'{"content": "\xff"}', RejectionReason.NOT_UTF8),
        (b"[1, 2]", RejectionReason.INVALID_FIELD),
        (b'{"title": "No content"}', RejectionReason.INVALID_FIELD),
        (b'{"content": 5}', RejectionReason.INVALID_FIELD),
        (b'{"content": null}', RejectionReason.INVALID_FIELD),
        (b'{"content": "x", "content_type": "image/png"}', RejectionReason.UNKNOWN_CONTENT_TYPE),
        (b'{"content": " \\n\\t "}', RejectionReason.NO_TEXT),
        (b'{"content": "\\u0000\\u200b"}', RejectionReason.NO_TEXT),
        (b'{"content": "403\\nForbidden"}', RejectionReason.ERROR_PAGE),
        (b'{"content": "x", "http": {"status": 503}}', RejectionReason.ERROR_PAGE),
        (json.dumps({"content": "word " * 400_000}).encode(), RejectionReason.TOO_LARGE),
    ],
)
def test_bad_input_is_rejected_with_its_reason(
    value: bytes | None, reason: RejectionReason
) -> None:
    """Each kind of bad input has its reason."""
    assert refused(value) == reason


def test_an_unknown_content_type_is_rejected() -> None:
    """A header that names another type is not guessed around."""
    assert refused(b"%PDF", (("content-type", b"application/pdf"),)) == "unknown_content_type"


@pytest.mark.parametrize("type_", ["application/rss+xml", "application/atom+xml"])
def test_xml_that_declares_entities_is_rejected(type_: str) -> None:
    """An entity bomb is refused before a parser sees it."""
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><item>&b;</item>'
    )
    assert refused(bomb, (("content-type", type_.encode()),)) == "unsafe_xml"


def test_lone_surrogates_are_repaired() -> None:
    """JSON escapes that are half a character become U+FFFD, with a flag."""
    prepared = article(STORY + "A lone \ud800 surrogate stands here, said the printer.")
    assert Flag.ENCODING_REPAIRED in prepared.flags
    assert "\ufffd" in prepared.paragraphs[-1].text
    prepared.model_dump_json()


def test_control_characters_are_removed() -> None:
    """NUL and its like do not reach the output, with a flag."""
    prepared = article("Shares\x00 rose \x1b[31msharply in Lisbon on Monday, the exchange said.")
    assert prepared.paragraphs[0].text.startswith("Shares rose [31msharply")
    assert Flag.CONTROL_CHARACTERS_REMOVED in prepared.flags


def test_a_date_in_the_future_is_dropped() -> None:
    """A date more than 24 h after the record's own time is not believed."""
    late = article(STORY, published_at="2203-01-01T00:00:00Z")
    assert late.published_at is None
    assert Flag.FUTURE_DATE in late.flags
    soon = article(STORY, published_at="2026-05-29T10:00:00Z")
    assert soon.published_at is not None
    assert soon.published_at_origin == Origin.PRODUCER


@pytest.mark.parametrize("timestamp_ms", [-1, 0, 7_353_000_000_000, 2**63 - 1, -(2**63)])
def test_an_absurd_record_timestamp_does_no_harm(timestamp_ms: int) -> None:
    """A record of the year 2203, or without a time, is cleaned; sane dates stay, others go."""
    value = json.dumps({"content": STORY, "published_at": "2026-05-01T00:00:00Z"}).encode()
    result = clean(message(value, timestamp_ms=timestamp_ms), SETTINGS)
    assert isinstance(result, PreparedArticle)
    assert result.published_at is not None
    value = json.dumps({"content": STORY, "published_at": "2203-05-01T00:00:00Z"}).encode()
    result = clean(message(value, timestamp_ms=timestamp_ms), SETTINGS)
    assert isinstance(result, PreparedArticle)
    assert result.published_at is None


def test_errors_never_quote_the_article() -> None:
    """A rejection's words hold field names of the contract and nothing of the message."""
    value = json.dumps({"content": 7, "extra": {"secret-key": ["secret-value"]}, "title": ["x"]})
    result = clean(message(value.encode()), SETTINGS)
    assert isinstance(result, Rejection)
    assert "secret" not in result.error
    assert "content" in result.error


def test_headers_fill_the_fields_of_a_bare_text() -> None:
    """Plain text carries its id, source, URL and title in headers."""
    headers = (
        *TEXT,
        ("cleanwire-id", b"a1"),
        ("cleanwire-source", b"wire.example"),
        ("cleanwire-url", b"https://wire.example/a?utm_source=x"),
        ("cleanwire-title", b"Pier to be rebuilt"),
    )
    result = clean(message(STORY.encode(), headers), SETTINGS)
    assert isinstance(result, PreparedArticle)
    assert result.id == "wire.example/a1"
    assert result.canonical_url == "https://wire.example/a"
    assert result.title == "Pier to be rebuilt"


def test_the_same_message_gives_the_same_bytes() -> None:
    """Cleaning asks no clock and no chance: a replay is identical."""
    value = message(json.dumps({"content": STORY}).encode())
    first, second = clean(value, SETTINGS), clean(value, SETTINGS)
    assert first.model_dump_json() == second.model_dump_json()


def test_a_rule_of_the_source_is_applied() -> None:
    """An article is under the rules of its URL's domain, and of no other."""
    line = "MENAFN provides the information “as is” without warranty of any kind, it says."
    text = f"{STORY}{line}\n{LAST}"
    own = article(text, url="https://menafn.com/1")
    assert [gone.rule for gone in own.removals] == ["menafn.com/disclaimer"]
    assert article(text, url="https://wire.example/1").removals == ()


def test_rules_that_take_too_much_are_put_aside() -> None:
    """Above the share that is set, the text stays whole, with a flag."""
    line = "MENAFN provides the information “as is” without warranty of any kind, it says."
    value = json.dumps({"content": f"{STORY}{line}\n{LAST}", "url": "https://menafn.com/1"})
    result = clean(message(value.encode()), CleanSettings(max_removed_share=0.1))
    assert isinstance(result, PreparedArticle)
    assert Flag.RESIDUE_GUARD in result.flags
    assert line in [paragraph.text for paragraph in result.paragraphs]


PAGE = b"<!doctype html><html><body><article><p>" + b"The quay is rebuilt in spring. " * 9
FEED_ENTRY = b"""<?xml version="1.0"?>
<rss version="2.0"><channel><title>Harbour</title><item><title>Quay</title>
<description>The quay is rebuilt in spring, the council said.</description></item></channel></rss>
"""


@pytest.mark.parametrize(
    "value",
    [PAGE, b"\xef\xbb\xbf\n" + PAGE, PAGE.decode().encode("utf-16"), FEED_ENTRY],
    ids=["a page", "with a mark before it", "UTF-16", "a feed of one"],
)
def test_markup_that_nobody_declared_is_read_as_what_it_is(value: bytes) -> None:
    """As kcat sends a file."""
    result = clean(message(value), SETTINGS)
    assert not isinstance(result, Rejection), result
    assert result.paragraphs[0].text.startswith("The quay is rebuilt in spring")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"<svg><path/></svg>", RejectionReason.NOT_JSON),
        (b"Just a text.", RejectionReason.NOT_JSON),
        (b'{"content": "<p>cut', RejectionReason.NOT_JSON),
        (b"%PDF-1.7", RejectionReason.NOT_JSON),
    ],
    ids=str,
)
def test_what_is_neither_json_nor_a_page_is_rejected(value: bytes, reason: RejectionReason) -> None:
    """Broken JSON is said to be broken."""
    assert refused(value) is reason


def test_what_a_producer_has_packed_is_unpacked() -> None:
    """By gzip, as some do whose broker compresses nothing."""
    packed = gzip.compress(b'{"content": "The quay is rebuilt in spring."}')
    result = clean(message(packed), SETTINGS)
    assert not isinstance(result, Rejection), result
    for broken, reason in (
        (packed[:-12], RejectionReason.UNREADABLE_CONTENT),
        (packed[:12] + b"\xff" * 20, RejectionReason.UNREADABLE_CONTENT),
        (gzip.compress(b" " * 50_000_000), RejectionReason.TOO_LARGE),
    ):
        assert refused(broken) is reason


def test_the_byline_of_a_text_names_its_authors() -> None:
    """It goes from the text, and what it says is kept; the producer's word comes first."""
    text = (
        "Ferry sails again after two weeks of storms\n\nBy Liv Sandmo and Per Dahl\n\n"
        "The ferry sails again from Monday, the harbour master said after two weeks of storms.\n\n"
        "Four hundred people live on the islands, and wait for the ferry and for their bread.\n"
    )
    assert bare(text, "text/plain").authors == ("Liv Sandmo", "Per Dahl")


FLASH = "BREAKING: the harbour master of Harrowgate resigns"


@pytest.mark.parametrize("content", [FLASH, f"{FLASH}.\n{FLASH}"])
def test_a_flash_that_repeats_its_title_is_an_article(content: str) -> None:
    """Agencies send it minutes before the story."""
    prepared = article(content, title=FLASH)
    assert prepared.title == FLASH
    assert [p.text.rstrip(".") for p in prepared.paragraphs] == [FLASH]
    assert Flag.HEADLINE_ONLY in prepared.flags


def test_a_title_among_residue_is_none() -> None:
    """Such a page was not read."""
    value = json.dumps({"title": FLASH, "content": f"{FLASH}\nShare\nComments (3)"}).encode()
    assert refused(value) is RejectionReason.NO_TEXT
    page = f"<title>{FLASH}</title><h1>{FLASH}</h1>".encode()
    assert refused(page, (("content-type", b"text/html"),)) is RejectionReason.NO_TEXT
