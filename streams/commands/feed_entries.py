"""The entries of an XML feed, each as a document of its own."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from schemas import ContentType
from streams.core.read.feed_xml import mended
from streams.core.read.recognise import NoArticleError
from streams.core.text.address import joined

_XML = "{http://www.w3.org/XML/1998/namespace}"
_LANGUAGE, _BASE = f"{_XML}lang", f"{_XML}base"


def feed_entries(markup: str) -> Iterator[tuple[ContentType, str, str | None]]:
    """Yield type, XML and link of each entry of an RSS or Atom feed (or of a bare entry).

    Raises:
        NoArticleError: there is no entry in it.
    """
    # What others send may be broken: it is read as far as it goes, and nothing is fetched.
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, strip_cdata=False, encoding="utf-8"
    )
    try:
        root = etree.fromstring(_without_declared_charset(markup), parser)
    except etree.XMLSyntaxError as error:
        raise NoArticleError(f"no XML: {error.msg}") from None
    entries = [] if root is None else list(root.iter("{*}item", "{*}entry"))
    if not entries:
        raise NoArticleError("a feed without entries")
    for entry in entries:
        _inherit(entry)
        atom = etree.QName(entry).localname == "entry"
        text = etree.tostring(entry, encoding="unicode", with_tail=False)
        yield ContentType.ATOM if atom else ContentType.RSS, text, _address(entry)


def _without_declared_charset(markup: str) -> bytes:
    """Return it in UTF-8; the text is decoded already, so a charset in its head would mislead."""
    text = markup.lstrip("\ufeff \t\r\n")
    if text.startswith("<?xml"):
        text = text.partition("?>")[2]
    return mended(text).encode("utf-8", "replace")


def _inherit(entry: Any) -> None:
    """Give an entry the language and base address that its feed declares for all.

    Where an entry has no whole address, the address of its site is a base too. Others keep theirs,
    for a reader resolves identifiers against it as well.
    """
    for ancestor in entry.iterancestors():
        language, base = ancestor.get(_LANGUAGE), ancestor.get(_BASE)
        if language and _LANGUAGE not in entry.attrib:
            entry.set(_LANGUAGE, language)
        if base:
            # The nearer one may be relative to it.
            entry.set(_BASE, joined(base, entry.get(_BASE, "")))
    site = _site(entry)
    if site and not urlsplit(_address(entry) or "").netloc:
        entry.set(_BASE, joined(site, entry.get(_BASE, "")))


def _site(entry: Any) -> str | None:
    """Return the address of the site that a feed belongs to; in RSS 1.0 it stands beside items."""
    feed = entry.getparent()
    if feed is None:
        return None
    channel = feed.find("{*}channel")
    return _link(feed if channel is None else channel)


def _link(entry: Any) -> str | None:
    for link in entry.iterchildren("{*}link"):
        address = link.get("href") or (link.text or "").strip()
        if address and link.get("rel", "alternate") == "alternate":
            return str(address)
    return None


def _address(entry: Any) -> str | None:
    """Return the address of an entry's page, or else of its site."""
    return joined(entry.get(_BASE, ""), _link(entry) or "") or None
