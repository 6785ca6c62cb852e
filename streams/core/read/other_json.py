"""Articles in the JSON of other programs: their names for its parts, and what they wrap it in.

Crawlers, extractors, content systems and databases give an article the fields of `RawArticle` under
names of their own, and put objects, lists and envelopes around them. What is known of them stands
in the tables here. A field that has the contract's own name and type is never touched.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from pydantic_core import from_json

from schemas import ContentType, RawArticle
from schemas.prepared import Flag
from streams.core.read.bodies import fullest, text_of
from streams.core.read.dates import ReadDate, read_date
from streams.core.read.feed import the_one
from streams.core.read.found import doubts_of, labels_in, words_in
from streams.core.read.json_parts import (
    INNER_ADDRESS,
    INNER_BODY,
    MAX_PARTS,
    text_within,
    unpacked,
    words_within,
)
from streams.core.read.names import author_names

_Object = Mapping[str, Any]
_NOTHING: Final[_Object] = {}

# Around one article; the names are exact. CloudEvents, Debezium, Kafka Connect and ActivityStreams
# speak of the message outside, as do Logstash and Telegram; the others of the article itself.
_ENVELOPES: Final = (
    *("payload", "after", "data", "object", "message", "Message", "channel_post", "value"),
    "record",
)
_WRAPPINGS: Final = (
    *("_source", "attributes", "fields", "article", "document", "doc", "post", "item", "entry"),
    *("current", "news", "row", "result"),
)
# Around several.
_LISTS: Final = (
    *("@graph", "articles", "objects", "items", "entries", "results", "documents", "docs"),
    *("posts", "records", "hits", "news", "stories", "rows", "data"),
)
_MAX_DEPTH = 5

# Names without case, hyphen, underscore and blank, the surest first.
_TEXTS: Final = (
    *("content", "text", "maintext", "articlebody", "body", "fulltext", "bodytext", "articletext"),
    *("contenttext", "articlecontent", "storytext", "story", "plaintext", "paragraphs", "markdown"),
)
_PAGES: Final = (
    *("contenthtml", "bodyhtml", "html", "rawhtml", "htmlcontent", "pagehtml", "pagesource"),
    "postbody",
)
_TEASERS: Final = ("summary", "description", "excerpt", "abstract", "leadparagraph", "snippet")
_OTHER_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "guid", "uuid", "@id", "articleid", "uri"),
    "url": (
        *("url", "link", "weburl", "articleurl", "pageurl", "sourceurl", "permalink", "href"),
        *("externalurl", "alternate", "mainentityofpage", "source", "guid", "id", "@id"),
    ),
    "canonical_url": ("canonicalurl", "canonicallink", "canonical"),
    "title": ("title", "headline", "webtitle", "articletitle", "heading"),
    "summary": ("summary", "excerpt", "description", "abstract", "standfirst", "trailtext"),
    "byline": ("byline",),
    "authors": (
        *("authors", "author", "creator", "creators", "dc:creator", "writer", "byline"),
        *("embedded", "yoastheadjson"),  # of WordPress, whose author is a number
    ),
    "language": ("language", "lang", "inlanguage", "languagecode"),
    "source": (
        *("source", "sourcename", "sourcedomain", "domain", "hostname", "sitename"),
        *("publisher", "publication", "origin"),
    ),
    "published_at": (
        *("publishedat", "datepublished", "published", "pubdate", "datepublish", "publishdate"),
        *("publicationdate", "publisheddate", "publishedtime", "webpublicationdate", "dateissued"),
        *("firstpublishedat", "publishtime", "publishedon", "publishedutc", "dategmt"),
        *("isodate", "dateunixtime", "datetimepub", "datetime", "date"),
    ),
    "updated_at": (
        *("updatedat", "datemodified", "modifiedat", "datemodify", "updated", "dateupdated"),
        *("modifiedgmt", "modified", "lastmodified", "modifieddate", "updateddate"),
    ),
    "categories": ("categories", "tags", "keywords", "category", "section", "topics"),
    "http": ("httpstatus", "statuscode", "httpstatuscode", "responsestatus"),
}
# What schema.org and ActivityStreams call an article has a `name` for its title. Elsewhere that may
# be the site's or the author's.
_NAMED_TYPES: Final = ("Article", "Posting", "Note", "Report")
_OF_BODY: Final = ("content", "content_type")
_ENCODED: Final = "content:encoded"
# A date under such a name has its zone in it.
_IN_UTC: Final = ("gmt", "utc")
_HTTP_STATUSES: Final = range(100, 600)
_SEPARATORS = str.maketrans("", "", "_- ")


def is_contract(value: _Object) -> bool:
    """Return whether an object has no field but the contract's, and a text in `content`."""
    return isinstance(value.get("content"), str) and value.keys() <= RawArticle.model_fields.keys()


def articles_in(value: object) -> list[object]:
    """Return the values in a list, or in an object that is nothing but the list around them."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and not _has_body(value):
        for name in _LISTS:
            rows = value.get(name)
            if isinstance(rows, dict):  # as Elasticsearch's hits.hits, Event Registry's results
                rows = next((rows[inner] for inner in _LISTS if inner in rows), None)
            if isinstance(rows, list) and (found := [row for row in rows if holds_article(row)]):
                return found
    return [value]


def adapted(value: _Object) -> tuple[dict[str, object], frozenset[Flag]]:
    r"""Return the fields of a raw article in an object of another program, and doubts about them.

    Where there is no text there is no `content` among them.

    Raises:
        Refused: there are several articles, of which one message can be but one.

    >>> adapted({"headline": {"main": "A quay"}, "body": ["One.", "Two."], "lang": "en"})[0]
    {'content': 'One.\n\nTwo.', 'title': 'A quay', 'language': 'en'}
    """
    article = unwrapped(value)
    named = _named(article)
    own = {name: part for name, part in article.items() if name in RawArticle.model_fields}
    text = own.get("content")
    if encoded := text_within(named.get(_ENCODED), INNER_BODY):
        # Beside it stands the teaser, by the name of `content` in rss-parser's items.
        text = own["content"] = fullest([encoded, text if isinstance(text, str) else ""])
    body = {} if isinstance(text, str) and text.strip() else _body(named)
    beside = {name: part for name, part in own.items() if name not in _OF_BODY}
    fields: dict[str, object] = body | beside if body or not isinstance(text, str) else own
    doubts: frozenset[Flag] = frozenset()
    for field, names in _OTHER_NAMES.items():
        if _is_right(field, fields.get(field)):
            continue
        parts = ((name, part) for name in names if (part := named.get(name)) is not None)
        found = ((name, it) for name, part in parts if (it := _READERS[field](part)))
        name, read = next(found, ("", None))
        if isinstance(read, ReadDate):
            read = replace(read, has_zone=True) if name.endswith(_IN_UTC) else read
            doubts |= doubts_of(read) if field == "published_at" else frozenset()
            read = read.moment if field == "published_at" or read.is_exact else None
        elif field == "authors" and isinstance(read, tuple):
            read = author_names(read, _publishers(fields, named))
        if read is not None:
            fields[field] = read
    kind = article.get("@type") or article.get("type")
    if "title" not in fields and isinstance(kind, str) and kind.endswith(_NAMED_TYPES):
        fields["title"] = _line("title")(article.get("name"))
    return fields, doubts


def _publishers(fields: _Object, named: _Object) -> list[str]:
    return [words_within(part) for part in (fields.get("source"), named.get("publisher")) if part]


def _named(value: _Object) -> dict[str, Any]:
    """Return the parts of an object by their names in the tables; of two by one name the first.

    These are without what differs between `publishedAt`, `published_at` and `Published At`.
    """
    named: dict[str, Any] = {}
    for key, part in value.items():
        named.setdefault(key.translate(_SEPARATORS).casefold(), part)
    return named


def unwrapped(value: _Object) -> _Object:
    """Return the article's own object in what is put around it.

    Raises:
        Refused: there are several.
    """
    for _ in range(_MAX_DEPTH):
        if _has_body(value) or isinstance(value.get("content"), str):
            break
        rows = articles_in(value)
        is_list = rows[0] is not value
        inner, around = (the_one(rows, "articles"), _NOTHING) if is_list else _inside(value)
        if not isinstance(inner, dict):
            break
        value = {**around, **inner}
    return value


def _inside(value: _Object) -> tuple[object, _Object]:
    """Return what is wrapped in an object, and what that says of it."""
    if "specversion" in value and (data := _of_cloud_event(value)):
        return {"content": data, "content_type": value.get("datacontenttype")}, _NOTHING
    if isinstance(packed := value.get("data_base64"), str):
        value = {"data": unpacked(packed)}
    for name in (*_ENVELOPES, *_WRAPPINGS):
        inner = value.get(name)
        if isinstance(inner, str) and inner.lstrip().startswith("{"):
            try:
                inner = from_json(inner)
            except ValueError:
                continue
        if isinstance(inner, dict) and inner:
            around = {key: part for key, part in value.items() if key != name}
            return inner, _NOTHING if name in _ENVELOPES else around
    return None, _NOTHING


def _of_cloud_event(value: _Object) -> str | None:
    """Return the page or text that an event carries; JSON is read as what it is."""
    packed = value.get("data_base64")
    data = unpacked(packed) if isinstance(packed, str) else value.get("data")
    is_text = isinstance(data, str) and not data.lstrip().startswith("{")
    return str(data) if is_text else None


def holds_article(row: object) -> bool:
    """Return whether a value is an object that holds an article's text, or is put around one."""
    return isinstance(row, dict) and (_has_body(row) or isinstance(_inside(row)[0], dict))


def _has_body(value: _Object) -> bool:
    return "content" in _body(_named(value))


def _body(named: _Object) -> dict[str, object]:
    """Return the text of an article, or its page, or else what speaks of it."""
    for names in (_TEXTS, _PAGES, _TEASERS):
        for name in names:
            if text := text_within(named.get(name), INNER_BODY):
                is_page = names is _PAGES
                return {"content": text, **({"content_type": ContentType.HTML} if is_page else {})}
    return {}


def _line(field: str) -> Callable[[object], str | None]:
    def read(value: object) -> str | None:
        words = words_within(value)
        return words_in(text_of(words) if field in ("title", "summary") else words, field)

    return read


def _address(value: object) -> str | None:
    """Return the first address in a value; what is no address is somebody's name."""
    for part in value[:MAX_PARTS] if isinstance(value, list) else [value]:
        words = text_within(part, INNER_ADDRESS)
        if words.startswith(("http://", "https://")):
            return words_in(words, "url")
    return None


def _name(value: object) -> str | None:
    """Return a source's name: an address is not one, its domain will be."""
    name = _line("source")(value)
    return None if name is None or "://" in name else name


def _date(value: object) -> ReadDate | None:
    return read_date(words_within(value))


def _authors(value: object) -> tuple[str, ...]:
    for name in ("data", "attributes", "author"):
        if isinstance(value, dict) and name in value:
            value = value[name]
    return (
        () if isinstance(value, int) else author_names(value) or author_names(words_within(value))
    )


def _labels(value: object) -> tuple[str, ...]:
    return labels_in([value] if isinstance(value, str) else value)


def _http(value: object) -> dict[str, int] | None:
    return {"status": value} if isinstance(value, int) and value in _HTTP_STATUSES else None


_READERS: Final[Mapping[str, Callable[[Any], object]]] = {
    **{name: _line(name) for name in ("id", "title", "summary", "byline", "language")},
    "url": _address,
    "canonical_url": _address,
    "source": _name,
    "authors": _authors,
    "published_at": _date,
    "updated_at": _date,
    "categories": _labels,
    "http": _http,
}
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _is_right(field: str, value: object) -> bool:
    """Return whether a value has the type that the contract gives the field."""
    if field in ("authors", "categories"):
        return isinstance(value, list) and all(isinstance(part, str) for part in value)
    if field == "http":
        return isinstance(value, dict)
    if field in ("published_at", "updated_at"):
        is_read = isinstance(value, datetime)
        return is_read or (isinstance(value, str) and _ISO_DATE.match(value) is not None)
    if field == "source":
        return isinstance(value, str) and "://" not in value
    return isinstance(value, str)
