"""A JSON Feed item, or an IPTC ninjs item of any version, to the text of its article."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import from_json

from schemas import PubStatus, RejectionReason
from streams.core.read.feed import text_of
from streams.core.read.found import ReadContent, date_in, labels_in, present, words_in
from streams.core.text.refused import Refused

Item = Mapping[str, Any]


def read_json_feed_item(content: str) -> ReadContent:
    """Return the article of a JSON Feed item (https://jsonfeed.org, 1.1), or of a feed of one.

    Raises:
        Refused: the content is no JSON object, or has no text.
    """
    item = _item(content)
    items = item.get("items")
    if isinstance(items, list) and items and isinstance(items[0], dict):
        item = items[0]
    body = _text(item, "content_text") or text_of(_text(item, "content_html") or "")
    authors = item.get("authors") or ([item["author"]] if item.get("author") else [])
    return ReadContent(
        body or text_of(_text(item, "summary") or ""),
        present(
            {
                "id": words_in(item.get("id"), "id"),
                "url": words_in(item.get("url") or item.get("external_url"), "url"),
                "title": words_in(item.get("title"), "title"),
                "summary": words_in(item.get("summary"), "summary"),
                "authors": labels_in(authors),
                "published_at": date_in(item.get("date_published")),
                "updated_at": date_in(item.get("date_modified")),
                "language": words_in(item.get("language"), "language"),
                "categories": labels_in(item.get("tags")),
            }
        ),
    )


def read_ninjs(content: str) -> ReadContent:
    """Return the article of a ninjs item, versions 1 to 3 (https://iptc.org/standards/ninjs).

    Raises:
        Refused: the content is no JSON object.
    """
    item = _item(content)
    sources = item.get("infoSources") or item.get("infosources") or ()
    status = str(item.get("pubStatus") or item.get("pubstatus") or "usable").casefold()
    subjects = item.get("subjects") or item.get("subject")
    return ReadContent(
        _ninjs_body(item),
        present(
            {
                "id": words_in(item.get("uri"), "id"),
                "url": words_in(_first(item, "url", "contentUrl"), "url"),
                "title": words_in(_by_role(item, "headlines", "main") or item.get("headline")),
                "summary": _summary(item),
                "byline": words_in(item.get("by") or item.get("byline"), "byline"),
                "source": next(iter(labels_in(sources)), None),
                "language": words_in(item.get("language"), "language"),
                "version": words_in(item.get("version"), "version"),
                "published_at": date_in(_first(item, "firstCreated", "firstcreated")),
                "updated_at": date_in(_first(item, "versionCreated", "versioncreated")),
                "pub_status": PubStatus(status) if status in list(PubStatus) else None,
                "categories": labels_in(subjects),
                "copyright_notice": words_in(
                    _first(item, "copyrightNotice", "copyrightnotice"), "copyright_notice"
                ),
                "usage_terms": words_in(_first(item, "usageTerms", "usageterms"), "usage_terms"),
            }
        ),
    )


def _item(content: str) -> Item:
    try:
        item = from_json(content)
    except ValueError:
        raise Refused(RejectionReason.UNREADABLE_CONTENT, "the content is not JSON") from None
    if not isinstance(item, dict):
        raise Refused(RejectionReason.UNREADABLE_CONTENT, "the content is not a JSON object")
    return item


def _text(item: Item, name: str) -> str | None:
    value = item.get(name)
    return value if isinstance(value, str) and value.strip() else None


def _first(item: Item, *names: str) -> object:
    return next((item[name] for name in names if item.get(name)), None)


def _rows(item: Item, name: str) -> list[Item]:
    """Return the objects in a list; foreign JSON may hold anything in its place."""
    rows = item.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _by_role(item: Item, name: str, role: str) -> str | None:
    """Return the value of the list's entry with this role, else of its first."""
    rows = [row for row in _rows(item, name) if row.get("value")]
    rows.sort(key=lambda row: row.get("role") != role)
    return str(rows[0]["value"]) if rows else None


def _summary(item: Item) -> str | None:
    text = _by_role(item, "descriptions", "summary") or _text(item, "description_text")
    return words_in(text_of(text or _text(item, "description_html") or ""), "summary")


def _ninjs_body(item: Item) -> str:
    """Return the body: `bodies` of versions 2 and 3, `body_*` of version 1; plain text first."""
    found: list[tuple[bool, str]] = []
    for body in _rows(item, "bodies"):
        if isinstance(body.get("value"), str):
            kind = str(body.get("contentType") or body.get("contenttype") or "")
            found.append((kind == "text/plain", body["value"]))
    found.extend(
        (name == "body_text", value)
        for name in ("body_text", "body_html", "body_xhtml")
        if (value := _text(item, name))
    )
    found.sort(key=lambda row: not row[0])
    read: Callable[[str], str] = str if found and found[0][0] else text_of
    return read(found[0][1]) if found else ""
