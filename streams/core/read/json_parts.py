"""The texts in values that are objects and lists, as JSON of other programs has them."""

import re
from base64 import b64decode
from collections.abc import Sequence
from typing import Final

from streams.core.text.charset import decode_bytes

# Where an object stands for a text: WordPress, feedparser, Feedly, MongoDB, NewsAPI, schema.org,
# XML that was turned into JSON, editors that keep blocks (Editor.js, ProseMirror).
INNER_BODY: Final = (
    *("rendered", "value", "content", "html", "text", "blocks", "root", "children", "data", "$t"),
    *("#text", "_", "string", "array"),
)
_INNER_WORDS: Final = (
    *("rendered", "main", "original", "name", "title", "value", "href", "domain", "uri", "id"),
    *("$oid", "$date", "$numberLong", "$t", "#text", "_", "content", "text", "attributes", "data"),
    *("string", "long", "int", "array"),  # as Avro writes values that may be null
)
INNER_ADDRESS: Final = ("href", "url", "@id", *_INNER_WORDS)
# Pieces of one paragraph in ProseMirror, Slate and Strapi, Sanity, Contentful, Telegram.
_INLINE: Final = frozenset(
    (
        *("text", "span", "link", "hyperlink", "bold", "italic", "underline", "strikethrough"),
        *("text_link", "mention", "hashtag", "cashtag", "custom_emoji", "code", "spoiler", "plain"),
    )
)
_KINDS: Final = ("type", "_type", "nodeType")
_LOCALE: Final = re.compile(r"[a-z]{2}[-_][A-Z]{2}")
# Lists within lists of an editor stand some twenty objects deep.
_MAX_DEPTH: Final = 30
# Paragraphs of a list; more are no article, or hostile.
MAX_PARTS: Final = 5_000


def text_within(value: object, inner: Sequence[str], depth: int = _MAX_DEPTH) -> str:
    """Return the text somewhere in a value; paragraphs of a list one below the other."""
    if isinstance(value, str):
        return value if value.strip() else ""
    if isinstance(value, list) and depth:
        parts = (text_within(part, inner, depth - 1) for part in value[:MAX_PARTS])
        return ("" if _is_one_line(value) else "\n\n").join(filter(None, parts))
    if isinstance(value, dict) and depth:
        names = value if all(map(_LOCALE.fullmatch, value)) else inner
        parts = (text_within(value[name], inner, depth - 1) for name in names if name in value)
        return next(filter(None, parts), "")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number and inner is _INNER_WORDS else ""


def _is_one_line(parts: Sequence[object]) -> bool:
    """Return whether these are the pieces of one paragraph; texts alone are paragraphs."""
    kinds = [
        next((part[name] for name in _KINDS if name in part), None)
        for part in parts
        if isinstance(part, dict)
    ]
    others = sum(not isinstance(part, dict | str) for part in parts)
    return bool(kinds) and not others and all(kind in _INLINE for kind in kinds)


def words_within(value: object) -> str:
    """Return the words in a value; of a list only when it holds one thing, as Scrapy has them."""
    one = value[0] if isinstance(value, list) and len(value) == 1 else value
    return "" if isinstance(one, list) else text_within(one, _INNER_WORDS)


def unpacked(packed: str) -> str:
    """Return the text that is packed in base64; none where there is no such."""
    try:
        return decode_bytes(b64decode(packed))[0]
    except ValueError:
        return ""
