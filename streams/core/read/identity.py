"""Who an article is: its source, canonical URL and id (design.md, "Identity")."""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit
from uuid import NAMESPACE_URL, UUID, uuid5

from schemas.prepared import UNKNOWN_SOURCE, Origin

if TYPE_CHECKING:
    from tldextract import TLDExtract

# Namespace of ids made from content. Changing it changes every such id.
_CONTENT_NAMESPACE = UUID("6f2f0c5e-4f0a-5d0e-9a51-2d9f6f3f7b11")

# Query parameters that say how a reader came, never what the page is (the lists of ad blockers
# and of the senders' own help pages agree on these).
_TRACKING = re.compile(
    r"utm_\w+|mc_[ce]id|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid"
    r"|_ga|_gl|_hsenc|_hsmi|mkt_tok|oly_(?:anon|enc)_id|vero_id|wickedid|ncid|cmpid|ocid|xtor"
    r"|at_(?:medium|campaign|custom\d|link_\w+|format|bbc_team|ptr_name)|ns_(?:mchannel|source"
    r"|campaign|linkname|fee)|s_cid|smid|wt_mc|wtrid|spm",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_MAX_ID = 512
_MAX_URL = 2_048
_MAX_SOURCE = 255


def canonical_url(url: str | None) -> str | None:
    """Return the form of `url` that all links to one page share; nothing for what is no web URL.

    Scheme and host in lower case, no default port, fragment, user or tracking parameters; the
    other parameters sorted. Path and `www.` stay: some sites tell pages apart by them.

    >>> canonical_url("HTTPS://News.Example.com:443/a?utm_source=x&b=2&a=1#top")
    'https://news.example.com/a?a=1&b=2'
    """
    if not url or len(url) > _MAX_URL:
        return None
    try:
        parts = urlsplit(url.strip())
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        return None
    if scheme not in _DEFAULT_PORTS or not host:
        return None
    netloc = f"[{host}]" if ":" in host else host.rstrip(".")
    if port and port != _DEFAULT_PORTS[scheme]:
        netloc = f"{netloc}:{port}"
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode(sorted(p for p in pairs if not _TRACKING.fullmatch(p[0])))
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    canonical = urlunsplit((scheme, netloc, path, query, ""))
    return canonical if len(canonical) <= _MAX_URL else None


def source_of(declared: str | None, url: str | None) -> tuple[str, Origin]:
    """Return the source: as declared, else the registrable domain of the URL, else `unknown`.

    >>> source_of(None, "https://www.news.example.co.uk/a")
    ('example.co.uk', <Origin.URL: 'url'>)
    """
    if declared and declared.strip():
        return declared.strip(), Origin.PRODUCER
    domain = registrable_domain(url)
    return (domain, Origin.URL) if domain else (UNKNOWN_SOURCE, Origin.UNKNOWN)


def registrable_domain(url: str | None) -> str | None:
    """Return the domain that one owner registered, by the public suffix list that is installed."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return _registrable(host) if host else None


@lru_cache(maxsize=4_096)
def _registrable(host: str) -> str | None:
    name = _suffixes()(host).top_domain_under_public_suffix or host
    return name[:_MAX_SOURCE].lower()


@cache
def _suffixes() -> "TLDExtract":
    """Return the public suffix list as shipped with tldextract; it never asks the network."""
    from tldextract import TLDExtract  # noqa: PLC0415 - 50 ms

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def article_id(
    source: str, declared: str | None, url: str | None, comparison_text: str
) -> tuple[str, Origin]:
    """Return the id: `source/` and the producer's id, the URL's hash, or the text's hash.

    A `/` or `%` inside the source is escaped, so that ids of two sources never collide; an id that
    would be too long is replaced by its hash.

    >>> article_id("wire", "a/1", None, "")
    ('wire/a/1', <Origin.PRODUCER: 'producer'>)
    """
    prefix = source.replace("%", "%25").replace("/", "%2F")
    if len(prefix) > _MAX_SOURCE:
        prefix = str(uuid5(_CONTENT_NAMESPACE, source))
    if declared:
        name = f"{prefix}/{declared}"
        if len(name) > _MAX_ID:
            name = f"{prefix}/{uuid5(_CONTENT_NAMESPACE, declared)}"
        return name, Origin.PRODUCER
    if url:
        return f"{prefix}/{uuid5(NAMESPACE_URL, url)}", Origin.URL
    return f"{prefix}/{uuid5(_CONTENT_NAMESPACE, comparison_text)}", Origin.CONTENT
