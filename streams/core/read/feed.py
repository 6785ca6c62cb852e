"""One RSS or Atom entry, alone or in its feed, to the text of its article."""

import io
import re
from calendar import timegm
from datetime import UTC, datetime
from typing import Any

from schemas import RejectionReason
from streams.core.read.found import ReadContent, in_utc, labels_in, present, words_in
from streams.core.text.refused import Refused
from streams.core.text.visible import nesting_depth, visible_text

_DECLARATION = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MARKUP = re.compile(r"<[a-zA-Z/!]|&(?:#\d|#x|[a-z]+;)")

# Prefixes that entries use; a bare entry has lost the feed that declared them.
_NAMESPACES = (
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
    ' xmlns:wfw="http://wellformedweb.org/CommentAPI/"'
    ' xmlns:atom="http://www.w3.org/2005/Atom"'
)
_BARE_ITEM = re.compile(r"\s*(?:<\?xml[^<>]*\?>)?\s*<item[\s>]", re.IGNORECASE)
_BARE_ENTRY = re.compile(r"\s*(?:<\?xml[^<>]*\?>)?\s*<entry[\s>]", re.IGNORECASE)
_XML_HEAD = re.compile(r"\s*<\?xml[^<>]*\?>")
# Feedparser keeps a stack; deeper markup than any feed has is an attack on it.
_MAX_DEPTH = 500
# An entry has some ten tags, a feed of many some thousand; its HTML is escaped or CDATA.
_MAX_TAGS = 60_000


def read_feed_entry(markup: str) -> ReadContent:
    """Return the article of an entry: its content, else its summary.

    Raises:
        Refused: the XML declares a document type or entities, or there is no entry in it.
    """
    xml = _without_cdata(markup)
    if _DECLARATION.search(xml):
        raise Refused(RejectionReason.UNSAFE_XML, "the XML declares a DOCTYPE or an ENTITY")
    if xml.count("<") > _MAX_TAGS:
        raise Refused(RejectionReason.UNSAFE_XML, f"more than {_MAX_TAGS} tags in the XML")
    if nesting_depth(xml) > _MAX_DEPTH:
        raise Refused(RejectionReason.UNSAFE_XML, f"the XML nests deeper than {_MAX_DEPTH}")
    entry = _first_entry(markup)
    contents = [part.get("value") or "" for part in entry.get("content") or ()]
    summary = entry.get("summary") or ""
    body = max(contents, key=len, default="") or summary
    return ReadContent(text_of(body), _fields(entry, summary if contents else ""))


def text_of(body: str) -> str:
    """Return the text of a body that may or may not be HTML."""
    return visible_text(body) if _MARKUP.search(body) else body


def _without_cdata(markup: str) -> str:
    parts, at = [], 0
    while (start := markup.find("<![CDATA[", at)) >= 0:
        parts.append(markup[at:start])
        end = markup.find("]]>", start)
        if end < 0:
            return "".join(parts)
        at = end + 3
    return "".join([*parts, markup[at:]])


def _first_entry(markup: str) -> Any:
    import feedparser  # noqa: PLC0415 - 80 ms, paid in the pool's processes only

    if _BARE_ITEM.match(markup):
        item = _XML_HEAD.sub("", markup, count=1)
        markup = f'<rss version="2.0"{_NAMESPACES}><channel>{item}</channel></rss>'
    elif _BARE_ENTRY.match(markup):
        entry = _XML_HEAD.sub("", markup, count=1)
        markup = f'<feed xmlns="http://www.w3.org/2005/Atom"{_NAMESPACES}>{entry}</feed>'
    # The text is decoded already, so a charset in its head would mislead.
    head = '<?xml version="1.0" encoding="utf-8"?>'
    value = (head + _XML_HEAD.sub("", markup, count=1)).encode("utf-8", "replace")
    # A stream, for a text would be taken for an address and fetched.
    feed = feedparser.parse(
        io.BytesIO(value),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not feed.entries:
        raise Refused(RejectionReason.UNREADABLE_CONTENT, "no entry in the feed")
    return feed.entries[0]


def _fields(entry: Any, summary: str) -> dict[str, object]:
    authors = labels_in([author.get("name") for author in entry.get("authors") or ()])
    return present(
        {
            "id": words_in(entry.get("id"), "id"),
            "url": words_in(entry.get("link"), "url"),
            "title": words_in(text_of(entry.get("title") or ""), "title"),
            "summary": words_in(text_of(summary), "summary"),
            "authors": authors,
            "published_at": _date(entry.get("published_parsed")),
            "updated_at": _date(dict.get(entry, "updated_parsed")),
            "language": words_in((entry.get("title_detail") or {}).get("language"), "language"),
            "categories": labels_in([tag.get("term") for tag in entry.get("tags") or ()]),
            "copyright_notice": words_in(entry.get("rights"), "copyright_notice"),
        }
    )


def _date(parsed: Any) -> datetime | None:
    """Return the moment of a `struct_time` in UTC."""
    try:
        return in_utc(datetime.fromtimestamp(timegm(parsed), UTC)) if parsed else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None
