"""The content of a raw article to text, by its content type, or by what it is."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from schemas import ContentType, RawArticle
from schemas.prepared import Flag
from streams.core.page.extract import read_page
from streams.core.read.bodies import text_of
from streams.core.read.feed import read_feed_entry
from streams.core.read.found import ReadContent
from streams.core.read.json_items import read_json_feed_item, read_ninjs
from streams.core.read.mail import read_mail
from streams.core.read.recognise import Kind, markup_kind
from streams.core.read.subtitles import read_subtitles
from streams.core.read.text_head import read_head
from streams.core.text.repair import repair_markup

# A text that begins and ends so is markup that was sent under the wrong name.
_DOCUMENT = re.compile(
    r"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_FRAGMENT = re.compile(
    r"\s*<(p|div|article|section|h[1-6]|ul|ol|table|blockquote|figure|span|a|b|strong|em|i|img|br)\b",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"</[a-z][a-z0-9]{0,14}>\s*$|<(?:br|hr|img)\b[^<>]*>\s*$", re.IGNORECASE)
_TAG = re.compile(r"</(?:p|div|a|span|strong|em|b|i|li|ul|h[1-6])>|<br ?/?>", re.IGNORECASE)
_MIXED_UP = (ContentType.TEXT, ContentType.HTML, ContentType.RSS, ContentType.ATOM)
_HEAD_CHARS = 10_000
# So many tags in a text are a mistake, unless it is a text about tags.
_MANY_TAGS = 3


def read_content(raw: RawArticle) -> ReadContent:
    """Return the text of an article and what it says of itself.

    Raises:
        Refused: the content is not what its type says, or must not be parsed.
    """
    _, read = READERS[_type_of(raw)]
    return read(raw.content)


def _type_of(raw: RawArticle) -> str:
    """Return the media type of what begins like a feed or a page, whatever it was declared as.

    Servers send feeds as pages, and pages and other documents of text as any XML.
    """
    if raw.content_type not in _MIXED_UP or not raw.content.lstrip().startswith("<"):
        return raw.content_type
    is_xml = raw.content_type not in (ContentType.TEXT, ContentType.HTML)
    kind = markup_kind(raw.content[:_HEAD_CHARS])
    if kind is Kind.FEED and not is_xml:
        return ContentType.RSS
    return ContentType.HTML if kind is Kind.HTML and is_xml else raw.content_type


def read_text(content: str) -> ReadContent:
    """Return a text as it is; one that is HTML from its first sign to its last is read as HTML.

    What only has tags in it may be about them: it stays as it is, and is flagged. The head of a
    mail or of a Markdown file becomes fields, and of subtitles what is spoken is the text.
    """
    if _DOCUMENT.match(content):
        found = _repaired(read_page)(content)
        return replace(found, flags=found.flags | {Flag.READ_AS_HTML})
    if _FRAGMENT.match(content) and _CLOSED.search(content[-200:]):
        return ReadContent(text_of(repair_markup(content)), {}, frozenset({Flag.READ_AS_HTML}))
    spoken = read_subtitles(content)
    if spoken is not None:
        return ReadContent(spoken)
    found = read_mail(content) or read_head(content) or ReadContent(content)
    if len(_TAG.findall(content[:20_000])) >= _MANY_TAGS:
        return replace(found, flags=frozenset({Flag.MARKUP_IN_TEXT}))
    return found


def _repaired(reader: Callable[[str], ReadContent]) -> Callable[[str], ReadContent]:
    """Return a reader of markup that has its encoding repaired, while damaged signs are whole."""

    def read(markup: str) -> ReadContent:
        better = repair_markup(markup)
        found = reader(better)
        if better == markup:
            return found
        return replace(found, flags=found.flags | {Flag.ENCODING_REPAIRED})

    return read


# By media type, as a bare message's header names it; anything else is refused.
READERS: Final[Mapping[str, tuple[ContentType, Callable[[str], ReadContent]]]] = {
    "text/plain": (ContentType.TEXT, read_text),
    "text/html": (ContentType.HTML, _repaired(read_page)),
    "application/xhtml+xml": (ContentType.HTML, _repaired(read_page)),
    "application/rss+xml": (ContentType.RSS, _repaired(read_feed_entry)),
    "application/atom+xml": (ContentType.ATOM, _repaired(read_feed_entry)),
    "application/feed+json": (ContentType.JSON_FEED, read_json_feed_item),
    "application/vnd.iptc.ninjs+json": (ContentType.NINJS, read_ninjs),
}
# A header may name a feed's form only; what is another XML is refused as no feed.
_ANY_XML: Final = dict.fromkeys(("application/xml", "text/xml"), ContentType.RSS)
_ANY_TEXT: Final = dict.fromkeys(
    ("text/markdown", "text/x-markdown", "message/rfc822", "text/vtt", "application/x-subrip"),
    ContentType.TEXT,
)
CONTENT_TYPES: Final = (
    {media_type: type_ for media_type, (type_, _) in READERS.items()} | _ANY_XML | _ANY_TEXT
)
