"""The line of a page that names its authors, where meta tags and JSON-LD do not."""

import re
from collections.abc import Iterator
from typing import Any

from streams.core.page.declared import text_of_element

# Elements that say what they are: by relation, by schema.org's property, by the names of classes.
_MARKED = (
    "//*[@rel='author' or @itemprop='author' or contains(@class, 'byline')"
    " or contains(@class, 'author') or contains(@class, 'Author')]"
)
_NAMED = re.compile(
    r"^(?!.*comment).*(?<![a-z])(?:byline|(?:article|post|entry|story)?[-_]*author(?:s|[-_]*name)?)(?![a-z])",
    re.IGNORECASE | re.DOTALL,
)
_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:es|en|in|i|zy)?|auteurs?|autore|journalists?|reporters?|penulis|yazar(?:lar)?)/."
)
# A longer text is a biography, a shorter list than this many people has no byline of its own.
_MAX_CHARS, _MAX_LINES, _MAX_LOOKED_AT = 90, 5, 200


def read_bylines(root: Any) -> tuple[str, ...]:
    """Return the texts that are marked as the authors' names; else the link to an author's page."""
    found = tuple(dict.fromkeys(_bylines(root)))[:_MAX_LINES]
    return found or tuple(_author_links(root))


def _bylines(root: Any) -> Iterator[str]:
    for element in root.xpath(_MARKED)[:_MAX_LOOKED_AT]:
        is_marked = element.get("rel") == "author" or element.get("itemprop") == "author"
        if is_marked or _NAMED.match(element.get("class") or ""):
            text = element.get("content") or text_of_element(element, _MAX_CHARS + 1)
            if text and len(text) <= _MAX_CHARS:
                yield text


def _author_links(root: Any) -> Iterator[str]:
    """Yield the first link to an author's page, and those beside it."""
    first = None
    for link in root.iter("a"):
        if _AUTHOR_PAGE.search(link.get("href") or ""):
            text = text_of_element(link, _MAX_CHARS + 1)
            first = link if first is None and text else first
            if first is not None and link.getparent() is first.getparent() and text:
                yield text
