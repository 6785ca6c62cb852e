"""The articles in a page's JSON-LD (https://schema.org), which sites write for search engines."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic_core import from_json

LinkedItem = Mapping[str, Any]

# A hostile page has any amount; the richest development page has 73 objects in 35 KB.
_MAX_CHARS, _MAX_ITEMS, _MAX_DEPTH = 1_000_000, 5_000, 12
# An article's own kind ends so, from NewsArticle to LiveBlogPosting.
_ARTICLE = re.compile(r"(?:Article|Posting|Report)$")
# Objects in these are other articles, or parts of this one.
_BESIDE_NAMES = """itemListElement hasPart isPartOf mentions citation comment liveBlogUpdate
    relatedLink significantLink review mainEntityOfPage video image publisher subjectOf about"""
_BESIDE = frozenset(_BESIDE_NAMES.split())
# Wrappers that careless templates leave around the JSON.
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$"
)


def read_json_ld(scripts: Sequence[str]) -> tuple[LinkedItem, ...]:
    """Return the objects of a page's scripts, outer ones first, without articles beside its own.

    An author or publisher that is only a reference (`@id`) is replaced by what it refers to.
    """
    if sum(map(len, scripts)) > _MAX_CHARS:
        return ()
    roots = [value for text in scripts if (value := _parsed(text)) is not None]
    every = [item for root in roots for item in _items(root, beside=True)][:_MAX_ITEMS]
    by_id = {str(item["@id"]): item for item in every if item.get("@id") and item.get("name")}
    own = [item for root in roots for item in _items(root, beside=False)][:_MAX_ITEMS]
    return tuple(_resolved(item, by_id) for item in own)


def is_article(item: LinkedItem) -> bool:
    """Say whether an object is an article of some kind."""
    return any(_ARTICLE.search(kind) for kind in kinds_of_item(item))


def kinds_of_item(item: LinkedItem) -> list[str]:
    """Return the types of an object."""
    kinds = item.get("@type")
    every = kinds if isinstance(kinds, list) else [kinds]
    return [kind for kind in every if isinstance(kind, str)]


def _parsed(text: str) -> Any:
    text = _WRAPPING.sub("", text.strip()).strip().rstrip(";")
    try:
        return from_json(text)
    except ValueError:
        try:
            # Line ends inside of texts are the commonest fault, and no danger.
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            return None


def _items(value: Any, *, beside: bool, depth: int = 0) -> Iterator[LinkedItem]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for one in value:
            yield from _items(one, beside=beside, depth=depth + 1)
    elif isinstance(value, dict):
        yield value
        for name, one in value.items():
            if beside or name not in _BESIDE:
                yield from _items(one, beside=beside, depth=depth + 1)


def _resolved(item: LinkedItem, by_id: Mapping[str, LinkedItem]) -> LinkedItem:
    people = {
        name: _referred(item[name], by_id)
        for name in ("author", "creator", "publisher")
        if item.get(name)
    }
    return {**item, **people}


def _referred(value: Any, by_id: Mapping[str, LinkedItem]) -> Any:
    if isinstance(value, list):
        return [_referred(one, by_id) for one in value]
    if isinstance(value, dict) and not value.get("name"):
        return by_id.get(str(value.get("@id")), value)
    return value
