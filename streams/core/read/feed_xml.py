"""The XML of a feed to its entry, made safe for the parser and freed of what it mixes up."""

import html
import io
import re
from html.entities import html5
from typing import Any

from schemas import RejectionReason
from streams.core.text.refused import Refused
from streams.core.text.visible import nesting_depth

_DECLARATION = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# The document type of RSS 0.91 and the like, with nothing declared in it but HTML's own names of
# signs, which need no declaring: feedparser knows them.
_DOCUMENT_TYPE = re.compile(
    r"\A((?:\s|<\?[^<>]*\?>|<!--(?:[^-]|-(?!->)){0,2000}-->)*)<!DOCTYPE\s[^<>\[\]]*(?:\[([^\[\]]*)\]\s*)?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(
    r"""<!ENTITY\s+(?:%\s+\S+\s+(?:PUBLIC|SYSTEM)\s[^<>]*|(\w+)\s+["'](?:[^<>"'&]|&#\w{1,8};){0,12}["']\s*)>"""
    r"|%[\w.-]+;|\s",
    re.IGNORECASE,
)
_MEDIA = re.compile(r"""xmlns:([\w.-]{1,30})\s*=\s*["']http://search\.yahoo\.com/mrss/?["']""")

# Signs at which a parser of XML gives up the element that it is in, with all that stands in it.
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\ufffe\uffff]")
_OLD_BLANKS = str.maketrans("\x0b\x0c", "  ")
_SECTION = re.compile(r"<!\[CDATA\[.*?\]\]>", re.DOTALL)
# `AT&T`, `?a=1&b=2`, and `&nbsp;`, which is HTML's and not XML's.
_LOOSE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)(\w{2,31};)?")

_ENTRY_TAG = re.compile(r"<(/?)(?:[\w.-]{1,30}:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
_ROOT_END = re.compile(r"</(?:rss|feed|rdf:RDF|channel)\s*>", re.IGNORECASE)

_PEOPLE = re.compile(
    r"<((?:[\w.-]{1,30}:)?(?:author|creator|contributor|publisher|managingEditor|webMaster))"
    r"(?:\s[^<>]*)?(?<!/)>",
    re.IGNORECASE,
)
_MAX_NAME_CHARS = 2_000

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
# Blanks are looked at once: a message may be nothing else.
_BARE_ITEM = re.compile(r"(?:<\?xml[^<>]*\?>\s*+)?<item[\s>]", re.IGNORECASE)
_BARE_ENTRY = re.compile(r"(?:<\?xml[^<>]*\?>\s*+)?<entry[\s>]", re.IGNORECASE)
_BLANKS = re.compile(r"\s{100,}")
_XML_HEAD = re.compile(r"<\?xml[^<>]*\?>")
# Feedparser keeps a stack; deeper markup than any feed has is an attack on it.
_MAX_DEPTH = 500
# An entry has some ten tags, a feed of many some thousand; its HTML is escaped or CDATA.
_MAX_TAGS = 60_000


def parse_feed(markup: str) -> tuple[Any, list[str]]:
    """Return feedparser's feed, and the descriptions of pictures and videos in it (Media RSS).

    Those are taken out first, for feedparser reads the last description of an entry as its content.

    Raises:
        Refused: the XML declares a document type or entities, nests or repeats beyond bounds, or
            was cut off.
    """
    markup = _without_document_type(markup)
    xml = _without_cdata(markup)
    if _DECLARATION.search(xml):
        raise Refused(RejectionReason.UNSAFE_XML, "the XML declares a DOCTYPE or an ENTITY")
    if xml.count("<") > _MAX_TAGS:
        raise Refused(RejectionReason.TOO_COMPLEX, f"more than {_MAX_TAGS} tags in the XML")
    if nesting_depth(xml) > _MAX_DEPTH:
        raise Refused(RejectionReason.TOO_COMPLEX, f"the XML nests deeper than {_MAX_DEPTH}")
    if _is_cut_off(xml):
        error = "the XML ends inside of an entry: it was cut off, push it whole"
        raise Refused(RejectionReason.UNREADABLE_CONTENT, error)
    markup, captions = _without_captions(_without_long_names(mended(markup)))
    return _parsed(markup), captions


def mended(xml: str) -> str:
    r"""Return XML without what is none: a parser would leave it out, and text beside it.

    >>> mended("<title>Tom & Jerry&nbsp;go\x02</title><![CDATA[a & b]]>")
    '<title>Tom &amp; Jerry\xa0go</title><![CDATA[a & b]]>'
    """
    xml = _FORBIDDEN.sub("", xml).translate(_OLD_BLANKS)
    parts, at = [], 0
    for section in _SECTION.finditer(xml):
        parts += [_LOOSE.sub(_as_xml, xml[at : section.start()]), section[0]]
        at = section.end()
    return "".join([*parts, _LOOSE.sub(_as_xml, xml[at:])])


def _as_xml(loose: re.Match[str]) -> str:
    known = html.unescape(loose[0]) if loose[1] else loose[0]
    return known if known != loose[0] else f"&amp;{loose[0][1:]}"


def _without_document_type(markup: str) -> str:
    """Return `markup` without a document type that declares nothing of its own."""
    found = _DOCUMENT_TYPE.match(markup)
    if found is None:
        return markup
    declared = found[2] or ""
    names = [entity[1] for entity in _ENTITY.finditer(declared) if entity[1]]
    if _ENTITY.sub("", declared) or not all(f"{name};" in html5 for name in names):
        return markup
    return found[1] + markup[found.end() :]


def _is_cut_off(xml: str) -> bool:
    """Say whether XML ends before its last entry does: a parser would leave out its body."""
    *_, last = [None, *_ENTRY_TAG.finditer(xml)]
    return last is not None and not last[1] and _ROOT_END.search(xml, last.end()) is None


def _without_cdata(markup: str) -> str:
    parts, at = [], 0
    while (start := markup.find("<![CDATA[", at)) >= 0:
        parts.append(markup[at:start])
        end = markup.find("]]>", start)
        if end < 0:
            return "".join(parts)
        at = end + 3
    return "".join([*parts, markup[at:]])


def _without_long_names(markup: str) -> str:
    """Return `markup` without elements of people whose content is no name: it is too long for one.

    feedparser looks for an address in them, from every sign over all that may be part of one.
    """
    parts: list[str] = []
    never_closed: set[str] = set()
    at = 0
    while found := _PEOPLE.search(markup, at):
        name = found[1]
        end = -1 if name in never_closed else markup.find(f"</{name}", found.end())
        if end < 0:
            never_closed.add(name)
        # One that is never closed loses its tag, and is text.
        is_long = end < 0 or end - found.end() > _MAX_NAME_CHARS
        parts.append(markup[at : found.start() if is_long else found.end()])
        at = end if is_long and end >= 0 else found.end()
        if is_long and end >= 0:
            at = max(end, markup.find(">", end)) + 1
    return "".join([*parts, markup[at:]])


def _without_captions(markup: str) -> tuple[str, list[str]]:
    """Return `markup` without its elements `media:description`, and what stood in them."""
    found = _MEDIA.search(markup)
    name = f"{found[1] if found else 'media'}:description"
    parts: list[str] = []
    captions: list[str] = []
    at = 0
    while (start := markup.find(f"<{name}", at)) >= 0:
        opened = markup.find(">", start)
        parts.append(markup[at:start])
        if opened > 0 and markup[opened - 1] == "/":
            at = opened + 1
            continue
        end = markup.find(f"</{name}", opened)
        closed = markup.find(">", end)
        if min(opened, end, closed) < 0:
            return "".join([*parts, markup[start:]]), captions
        captions.append(markup[opened + 1 : end])
        at = closed + 1
    return "".join([*parts, markup[at:]]), captions


def _parsed(markup: str) -> Any:
    import feedparser  # noqa: PLC0415 - 80 ms, paid in the pool's processes only

    # feedparser looks for declarations from the start of every line over all blanks behind it.
    markup = _BLANKS.sub(lambda run: "\n" if "\n" in run[0] else " ", markup.lstrip())
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
    return feedparser.parse(
        io.BytesIO(value),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
