"""What a file holds, by its first bytes; its suffix decides where these leave it open."""

import codecs
import json
import re
from collections.abc import Mapping
from enum import StrEnum

# Enough for the prologue of a page or feed and for the first lines of JSON.
HEAD_BYTES = 65_536


class Kind(StrEnum):
    """What a file holds."""

    TEXT = "text"
    HTML = "html"
    JSON = "json"
    JSON_LINES = "jsonl"
    FEED = "feed"


KIND_WORDS: Mapping[Kind, str] = {
    Kind.TEXT: "one text",
    Kind.HTML: "one HTML page",
    Kind.JSON: "JSON",
    Kind.JSON_LINES: "JSON lines",
    Kind.FEED: "a feed, one article an entry",
}


class NoArticleError(ValueError):
    """There is no article in a file; the message says what there is instead."""


SUFFIXES: Mapping[str, Kind] = {
    ".txt": Kind.TEXT,
    ".text": Kind.TEXT,
    ".md": Kind.TEXT,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".json": Kind.JSON,
    ".jsonl": Kind.JSON_LINES,
    ".ndjson": Kind.JSON_LINES,
    ".rss": Kind.FEED,
    ".atom": Kind.FEED,
    ".rdf": Kind.FEED,
}
AS_JSON_LINES = "write JSON lines with a field `content`"
NO_ARTICLES: Mapping[str, str] = {
    ".csv": f"a table (CSV; {AS_JSON_LINES})",
    ".tsv": f"a table (TSV; {AS_JSON_LINES})",
    ".parquet": f"a table (Parquet; {AS_JSON_LINES})",
    ".log": "a log",
    ".py": "a program",
    ".js": "a program",
    ".css": "a style sheet",
}
MAGIC: Mapping[bytes, str] = {
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or office document",
    b"\x89PNG": "an image (PNG)",
    b"\xff\xd8\xff": "an image (JPEG)",
    b"GIF8": "an image (GIF)",
    b"PAR1": f"a table (Parquet; {AS_JSON_LINES})",
    b"SQLite format 3": "a database (SQLite)",
    b"\x7fELF": "a program",
    b"WARC/": "a web archive (WARC); examples/warc.py reads those",
    b"BZh": "packed by bzip2; unpack it first",
    b"\x28\xb5\x2f\xfd": "packed by zstd; unpack it first",
    b"\xfd7zXZ": "packed by xz; unpack it first",
}
_WIDE = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PROLOGUE = re.compile(
    r"(?:\s|<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE(?!\s+html)[^>\[]*(?:\[.*?\]\s*)?>)*",
    re.DOTALL | re.IGNORECASE,
)
_ROOT = re.compile(r"<(?:([\w-]+):)?([\w-]+)")
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_MARKUP = re.compile(r"<(?:p|div|article|section|main|h[1-6]|span|ul|table)[\s>]", re.IGNORECASE)
_FEED_ROOTS = frozenset({"rss", "RDF", "feed", "channel", "item", "entry"})
_OPENS_OBJECT = re.compile(r"\{[^\S\n]*\"")
_OPENS_JSON = re.compile(r"\{\s*[\"}]|\[\s*[\[{\]]")


def recognise(head: bytes, suffix: str) -> Kind:
    """Return what a file holds whose first bytes are `head`.

    Raises:
        NoArticleError: it is something that has no articles as text.
    """
    if suffix in NO_ARTICLES:
        raise NoArticleError(f"{NO_ARTICLES[suffix]}, no article")
    for magic, what in MAGIC.items():
        if head.startswith(magic):
            raise NoArticleError(f"{what}, no article")
    if b"\0" in head and not is_wide(head):
        raise NoArticleError("binary data, no article")
    text = head_text(head).lstrip()
    if _OPENS_JSON.match(text):
        return _json_kind(text, suffix)
    if text.startswith("<"):
        return _markup_kind(text, suffix)
    kind = SUFFIXES.get(suffix, Kind.TEXT)
    # What is broken JSON is said to be broken, not pushed as a text.
    return Kind.TEXT if kind is Kind.FEED else kind


def markup_kind(text: str) -> Kind | None:
    """Return whether what begins with a tag is a page or a feed; nothing for other XML."""
    try:
        return _markup_kind(text.lstrip("\ufeff \t\r\n"), "")
    except NoArticleError:
        return None


def said_by(suffix: str) -> frozenset[Kind]:
    """Return what a suffix says of a file; JSON is often named without its lines."""
    kind = SUFFIXES.get(suffix)
    jsons = frozenset({Kind.JSON, Kind.JSON_LINES})
    return jsons if kind in jsons else frozenset({kind} if kind else ())


def head_text(head: bytes) -> str:
    """Return the beginning of a file as text, as far as recognising needs it."""
    return head.decode(charset_of(head), "replace").removeprefix("\ufeff")


def is_wide(head: bytes) -> bool:
    """Return whether a byte order mark says that each character has two or four bytes."""
    return head.startswith(_WIDE)


def charset_of(head: bytes) -> str:
    """Return the Unicode encoding that a byte order mark tells; UTF-8 without one."""
    if not is_wide(head):
        return "utf-8"
    return "utf-32" if head.startswith(_WIDE[:2]) else "utf-16"


def _json_kind(text: str, suffix: str) -> Kind:
    if suffix in (".jsonl", ".ndjson"):
        return Kind.JSON_LINES
    if not _OPENS_OBJECT.match(text):
        return Kind.JSON
    first, _, rest = text.partition("\n")
    return Kind.JSON_LINES if _is_json(first) or rest.lstrip().startswith("{") else Kind.JSON


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _markup_kind(text: str, suffix: str) -> Kind:
    root = _ROOT.match(text, _PROLOGUE.match(text).end())  # type: ignore[union-attr] # it matches nothing too
    if root and root[2] in _FEED_ROOTS:
        return Kind.FEED
    page = _PAGE.search(text, 0, 4_096)
    if (suffix in SUFFIXES and SUFFIXES[suffix] is Kind.HTML) or page:
        return Kind.HTML
    if text.startswith("<?xml") or suffix in (".xml", ".rss", ".atom", ".rdf"):
        name = f"<{root[2]}>" if root else "no element"
        raise NoArticleError(f"XML with {name} at its root, no feed or page")
    return Kind.HTML if _MARKUP.match(text) else Kind.TEXT
