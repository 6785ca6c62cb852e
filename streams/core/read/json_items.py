"""A JSON Feed item, or an IPTC ninjs item of any version, to the text of its article."""

from collections.abc import Mapping
from typing import Any, cast

from pydantic_core import from_json

from schemas import ContentType, PubStatus, RejectionReason
from streams.core.read.bodies import fullest, text_of
from streams.core.read.dates import read_date
from streams.core.read.feed import headline_only, the_one
from streams.core.read.found import ReadContent, labels_in, present, words_in
from streams.core.read.names import author_names
from streams.core.text.address import joined
from streams.core.text.refused import Refused
from streams.core.text.repair import repair_value

_Item = Mapping[str, Any]

# Roles of bodies: what is the story itself, and what only speaks of it.
_ROLES = {"main": 0, "teaser": 2, "summary": 2, "caption": 2, "description": 2, "abstract": 2}

# All that an item of JSON Feed has, but for extensions, which begin with an underscore. Another
# program's object with a `content_html` has more, and names of its own for it.
_OF_JSON_FEED = frozenset(
    (
        *("id", "url", "external_url", "title", "content_html", "content_text", "summary", "image"),
        *("banner_image", "date_published", "date_modified", "author", "authors", "tags"),
        *("language", "attachments"),
    )
)
_JSON_FEED = "https://jsonfeed.org/version/"
_BODIES = ("body_text", "body_html", "body_xhtml")


def item_type(fields: _Item) -> ContentType | None:
    """Return what an object of nobody's declaring is: JSON Feed, an item of it, or of ninjs.

    >>> item_type({"id": "1", "content_html": "<p>A quay</p>"}).value
    'application/feed+json'
    >>> item_type({"content": "A quay"})
    """
    if "content" in fields:
        return None
    # Version 1 of JSON Feed had no media type of its own.
    if str(fields.get("version")).startswith(_JSON_FEED):
        return ContentType.JSON_FEED
    if isinstance(fields.get("bodies"), list):
        return ContentType.NINJS
    if "uri" in fields and any(name in fields for name in _BODIES):
        return ContentType.NINJS
    is_item = "content_html" in fields or "content_text" in fields
    own = all(name in _OF_JSON_FEED or name.startswith("_") for name in fields)
    return ContentType.JSON_FEED if is_item and own else None


def items_of(feed: _Item) -> list[Any]:
    """Return the items of a JSON Feed, each with what the feed says for all of them."""
    said = {name: feed[name] for name in ("language", "authors", "author") if name in feed}
    site = _text(feed, "home_page_url") or _text(feed, "feed_url") or ""
    items = [item for item in feed["items"] if isinstance(item, dict)]
    return [
        *({**said, **item, **_whole_addresses(site, item)} for item in items),
        *(item for item in feed["items"] if not isinstance(item, dict)),
    ]


def _whole_addresses(site: str, item: _Item) -> dict[str, str]:
    names = ("url", "external_url")
    return {name: joined(site, address) for name in names if (address := _text(item, name))}


def read_json_feed_item(content: str) -> ReadContent:
    """Return the article of a JSON Feed item (https://jsonfeed.org, 1.1), or of a feed of one.

    Raises:
        Refused: the content is no JSON object, or has no text.
    """
    item = _item(content)
    sites = [item["title"]] if "items" in item and isinstance(item.get("title"), str) else []
    if isinstance(item.get("items"), list):
        item = the_one([one for one in items_of(item) if isinstance(one, dict)], "items")
    summary = text_of(_text(item, "summary") or "")
    body = fullest(
        [_text(item, "content_text") or "", text_of(_text(item, "content_html") or ""), summary]
    )
    title = words_in(item.get("title"), "title")
    fields = present(
        {
            "id": words_in(item.get("id"), "id"),
            "url": words_in(item.get("url") or item.get("external_url"), "url"),
            "title": title,
            "summary": words_in("" if body == summary else summary, "summary"),
            "authors": author_names(item.get("authors") or item.get("author"), sites),
            "published_at": read_date(item.get("date_published")),
            "updated_at": read_date(item.get("date_modified")),
            "language": words_in(item.get("language"), "language"),
            "categories": labels_in(item.get("tags")),
        }
    )
    return ReadContent(body, fields) if body.strip() else headline_only(title, fields)


def read_ninjs(content: str) -> ReadContent:
    """Return the article of a ninjs item, versions 1 to 3 (https://iptc.org/standards/ninjs).

    Raises:
        Refused: the content is no JSON object.
    """
    item = _item(content)
    sources = item.get("infoSources") or item.get("infosources") or ()
    status = str(item.get("pubStatus") or item.get("pubstatus") or "usable").casefold()
    subjects = item.get("subjects") or item.get("subject")
    byline = words_in(item.get("by") or item.get("byline"), "byline")
    fields = present(
        {
            "id": words_in(item.get("uri"), "id"),
            "url": words_in(_first(item, "url", "contentUrl"), "url"),
            "title": words_in(_by_role(item, "headlines", "main") or item.get("headline")),
            "summary": _summary(item),
            "byline": byline,
            "authors": author_names(byline),
            "source": next(iter(labels_in(sources)), None),
            "language": words_in(item.get("language"), "language"),
            "version": words_in(item.get("version"), "version"),
            "published_at": read_date(_first(item, "firstCreated", "firstcreated")),
            "updated_at": read_date(_first(item, "versionCreated", "versioncreated")),
            "pub_status": PubStatus(status) if status in list(PubStatus) else None,
            "categories": labels_in(subjects),
            "copyright_notice": words_in(
                _first(item, "copyrightNotice", "copyrightnotice"), "copyright_notice"
            ),
            "usage_terms": words_in(_first(item, "usageTerms", "usageterms"), "usage_terms"),
        }
    )
    body = _ninjs_body(item)
    if body.strip():
        return ReadContent(body, fields)
    return headline_only(words_in(fields.get("title"), "title"), fields)


def _item(content: str) -> _Item:
    try:
        item = from_json(content)
    except ValueError:
        raise Refused(RejectionReason.UNREADABLE_CONTENT, "the content is not JSON") from None
    if not isinstance(item, dict):
        raise Refused(RejectionReason.UNREADABLE_CONTENT, "the content is not a JSON object")
    return cast("_Item", repair_value(item))


def _text(item: _Item, name: str) -> str | None:
    value = item.get(name)
    return value if isinstance(value, str) and value.strip() else None


def _first(item: _Item, *names: str) -> object:
    return next((item[name] for name in names if item.get(name)), None)


def _rows(item: _Item, name: str) -> list[_Item]:
    """Return the objects in a list; foreign JSON may hold anything in its place."""
    rows = item.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _by_role(item: _Item, name: str, role: str) -> str | None:
    """Return the value of the list's entry with this role, else of its first."""
    rows = [row for row in _rows(item, name) if row.get("value")]
    rows.sort(key=lambda row: row.get("role") != role)
    return str(rows[0]["value"]) if rows else None


def _summary(item: _Item) -> str | None:
    text = _by_role(item, "descriptions", "summary") or _text(item, "description_text")
    return words_in(text_of(text or _text(item, "description_html") or ""), "summary")


def _ninjs_body(item: _Item) -> str:
    """Return the body: of `bodies` (versions 2 and 3) and `body_*` (version 1) the fullest.

    Plain text before markup, and a main body before one of no role before a teaser.
    """
    found = [
        (_ROLES.get(str(body.get("role") or "").casefold(), 1), _is_plain(body), body["value"])
        for body in _rows(item, "bodies")
        if isinstance(body.get("value"), str)
    ]
    found += [
        (1, name == "body_text", value)
        for name in ("body_text", "body_html", "body_xhtml")
        if (value := _text(item, name))
    ]
    found.sort(key=lambda row: (row[0], not row[1]))
    return fullest([value if plain else text_of(value) for _, plain, value in found])


def _is_plain(body: _Item) -> bool:
    return str(body.get("contentType") or body.get("contenttype") or "") == "text/plain"
