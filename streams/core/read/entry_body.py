"""The body of a feed's entry to its story, and what its markup shows not to be the story."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from schemas import Reason, Removal
from streams.core.read.bodies import text_of
from streams.core.read.found import ReadContent
from streams.core.text.address import canonical_url

# "Read more" at the end of a body: a short link, and nothing but ends of elements behind it.
_LAST_LINK = re.compile(
    r"""<a\b[^<>]*?\bhref\s*=\s*["']?([^"'\s<>]+)[^<>]*>([^<>]{1,60})</a>"""
    r"(?:\s|</?(?:p|div|br|span|em|strong|b|i)\b[^<>]*>)*$",
    re.IGNORECASE,
)
_LAST_LINK_WITHIN = 1_000
_CAPTION_START = re.compile(
    r"""<(figcaption)\b[^<>]*>|<(p|dd)\s[^<>]*class=["']wp-caption[^<>]*>""",
    re.IGNORECASE,
)
# Drupal puts title, account and date before the body, as fields of the page.
_FIELDS_FIRST, _FIELDS_LAST = "field--name-title", "field--name-created"
_FIELDS_FROM, _FIELDS_WITHIN = 200, 3_000
# Where captions have more of the text than this, they tell the story: pictures of the week.
_MAX_CAPTIONS = 0.5


class _Kind(NamedTuple):
    """Why a piece of a body is not the story."""

    reason: Reason
    rule: str
    why: str


_OWN_LINK = _Kind(
    Reason.RELATED, "feed/own_link", "A link to the entry's own page, at the end of its text."
)
_CAPTION = _Kind(Reason.CAPTION, "feed/caption", "The caption of a picture, by its element.")
_FIELDS = _Kind(Reason.BYLINE, "feed/fields", "Title, author and date, as the site marks them up.")
_Piece = tuple[str, _Kind | None]


@dataclass(frozen=True, slots=True)
class Story:
    """The text of a body, and all its pieces in their order, each with why it is no story."""

    text: str
    pieces: Sequence[_Piece] = ()

    def content(self, fields: dict[str, object]) -> ReadContent:
        """Return the text, with what is not the story as removals."""
        if not self.pieces:
            return ReadContent(self.text, fields)
        removals, at = [], 0
        for text, kind in self.pieces:
            end = at + len(text)
            if kind is not None:
                gone = Removal(
                    start=at, end=end, reason=kind.reason, rule=kind.rule, text=text, why=kind.why
                )
                removals.append(gone)
            at = end + 1
        whole = "\n".join(text for text, _ in self.pieces)
        return ReadContent(whole, fields, removals=tuple(removals))


def read_body(body: str, address: str | None = None) -> Story:
    """Return the story in a body; `address` is that of the entry's page.

    A last link that leads there, captions of pictures, and fields of the page stand apart, if
    there is a story beside them.
    """
    parts = list(_parts(body, address))
    if all(kind is None for _, kind in parts):
        return Story(text_of(body))  # as most bodies
    pieces = [(text, kind) for part, kind in parts if (text := _text(part, kind))]
    told = "\n".join(text for text, kind in pieces if kind is None)
    captions = sum(len(text) for text, kind in pieces if kind is _CAPTION)
    if captions > _MAX_CAPTIONS * (captions + len(told)) or not told.strip():
        return Story(text_of(body))
    has_others = any(kind is not None for _, kind in pieces)
    return Story(told, pieces) if has_others else Story(text_of(body))


def _text(part: str, kind: _Kind | None) -> str:
    text = text_of(part)
    return text.strip() if kind is None else " ".join(text.split())


def _parts(body: str, address: str | None) -> Iterator[tuple[str, _Kind | None]]:
    start = _end_of_fields(body)
    if start:
        yield body[:start], _FIELDS
    link = _LAST_LINK.search(body, max(len(body) - _LAST_LINK_WITHIN, start)) if address else None
    if link is not None and canonical_url(html.unescape(link[1])) != canonical_url(address):
        link = None
    end = link.start() if link else len(body)
    yield from _around_captions(body[start:end])
    if link is not None:
        yield link[2], _OWN_LINK


def _end_of_fields(body: str) -> int:
    """Return where the fields of a page end at which a body begins, or 0."""
    if _FIELDS_FIRST not in body[:_FIELDS_FROM]:
        return 0
    last = body.find(_FIELDS_LAST, 0, _FIELDS_WITHIN)
    end = body.find("</span>", last) if last > 0 else -1
    return end + len("</span>") if end > 0 else 0


def _around_captions(body: str) -> Iterator[tuple[str, _Kind | None]]:
    at = 0
    while found := _CAPTION_START.search(body, at):
        end = body.find(f"</{found[1] or found[2]}", found.end())
        if end < 0:
            break
        yield body[at : found.start()], None
        yield body[found.end() : end], _CAPTION
        at = max(body.find(">", end) + 1, end)
    yield body[at:], None
