"""Web addresses: the form that links to one page share, and whether a page's own is believed."""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from streams.core.text.detours import behind_detours

if TYPE_CHECKING:
    from tldextract import TLDExtract

# Query parameters that say how a reader came, never what the page is (the lists of ad blockers
# and of the senders' own help pages agree on these).
_TRACKING: Final = re.compile(
    r"utm_\w+|mc_[ce]id|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid"
    r"|_ga|_gl|_hsenc|_hsmi|mkt_tok|oly_(?:anon|enc)_id|vero_id|wickedid|ncid|cmpid|ocid|xtor"
    r"|at_(?:medium|campaign|custom\d|link_\w+|format|bbc_team|ptr_name)|ns_(?:mchannel|source"
    r"|campaign|linkname|fee)|s_cid|smid|wt_mc|wtrid|spm|guccounter|guce_referrer(?:_sig)?|srnd|taid"
    r"|traffic_source",
    re.IGNORECASE,
)
# A fragment tells stories apart when it is a path of its own ("#!/story/101") or counts something
# ("#post-101"); where it counts a place in the page it does not.
_TELLING: Final = re.compile(r"!?/.|!.|(?=.*\d)[\w.:-]+$")
_PLACE: Final = re.compile(
    r"(?:comment|respond|reply|xtor|utm|at_|page|p|section|sec|chapter|h|heading|toc|footnote|fn|"
    r"cite|ref|note|line|l|t|img|image|photo|slide)\W?_?\d|.*=",
    re.IGNORECASE,
)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_MAX_URL: Final = 2_048
_MAX_DOMAIN: Final = 255
_TEMPLATE: Final = re.compile(r"\{|%7b|<|%3c|\[|%5b|\$\(|\bundefined\b|\bnull\b", re.IGNORECASE)
# What a site puts behind the address of a story for another form of the same story.
_OTHER_FORM: Final = re.compile(r"amp|print|mobile|index\.\w+|full|all|single", re.IGNORECASE)
_SLUG_HYPHENS: Final = 2
_OTHER_HOST: Final = re.compile(r"^(?:www|m|mobile|amp)\.(?=[^.]+\.)")
_OTHER_PATH: Final = re.compile(r"/(?:amp|index\.(?:html?|php))/?$", re.IGNORECASE)
_OTHER_QUERY: Final = re.compile(r"amp(?:=1|=true)?|outputType=amp", re.IGNORECASE)
# `www.example.com/news/1`, and no file in a folder: a name of a host has a path behind it.
_HOST_FIRST: Final = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}(?::\d+)?/.", re.IGNORECASE)
# Hex digits in escapes are the same in either case, and browsers show hosts in their own letters.
_ESCAPE: Final = re.compile(r"%[0-9a-fA-F]{2}")


def canonical_url(url: str | None) -> str | None:
    """Return the form of `url` that all links to one page share; nothing for what is no web URL.

    Behind archives and counted links; scheme and host in lower case, no default port, user or
    tracking parameters; the other parameters sorted; a fragment only where it tells stories of one
    page apart. Path and `www.` stay, for this is what is published: `same_address` folds them too.

    >>> canonical_url("HTTPS://News.Example.com:443/a?utm_source=x&b=2&a=1#top")
    'https://news.example.com/a?a=1&b=2'
    >>> canonical_url("https://news.example.com/live#post-101")
    'https://news.example.com/live#post-101'
    """
    parts = _split(url)
    if parts is None or parts.hostname is None or len(url or "") > _MAX_URL:
        return None
    host, port = _in_ascii(parts.hostname), parts.port
    scheme = parts.scheme.lower()
    netloc = f"[{host}]" if ":" in host else host.rstrip(".")
    if port and port != _DEFAULT_PORTS[scheme]:
        netloc = f"{netloc}:{port}"
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode(sorted(p for p in pairs if not _TRACKING.fullmatch(p[0])))
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    path = _ESCAPE.sub(lambda found: found[0].upper(), path)
    fragment = parts.fragment
    if not _TELLING.match(fragment) or _PLACE.match(fragment):
        fragment = ""
    fragment = quote(fragment, safe="/%:@!$&'()*+,;=~-._?")
    canonical = urlunsplit((scheme, netloc, path, query, fragment))
    return canonical if len(canonical) <= _MAX_URL else None


def _in_ascii(host: str) -> str:
    """Return a host as it is asked for: `bücher.example` as `xn--bcher-kva.example`."""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def same_address(canonical: str) -> str:
    """Return what two canonical URLs of one page share.

    That is no scheme, no host for `www` or telephones, no last slash, and no name of a form that
    the same story has.

    >>> same_address("https://www.example.com/a/") == same_address("http://m.example.com/a/amp")
    True
    """
    parts = urlsplit(canonical)
    host = _OTHER_HOST.sub("", parts.netloc)
    path = _OTHER_PATH.sub("", parts.path).rstrip("/")
    query = "&".join(x for x in parts.query.split("&") if not _OTHER_QUERY.fullmatch(x))
    return urlunsplit(("", host, path, query, parts.fragment))


def believed(declared: str | None, url: str | None) -> bool:
    """Return whether the address that a page names for itself can be the page's.

    The front page, a section, a template that was never filled in, or another site are the
    mistakes that make one article of all stories of a site.

    >>> believed("https://a.example/", "https://a.example/news/1")
    False
    >>> believed("https://a.example/news/1-storm", "https://a.example/news/1-storm/amp")
    True
    """
    parts = _split(declared)
    if parts is None or _TEMPLATE.search(declared or ""):
        return False
    path = parts.path.strip("/")
    here = _split(url)
    if here is None or here.hostname is None:
        return bool(path or parts.query or parts.fragment)
    if registrable_domain(declared) != registrable_domain(url):
        return False
    mine = here.path.strip("/")
    if path == mine:
        return True
    return bool(re.search(r"\d", parts.query)) or bool(path and not _is_section(path, mine))


def _is_section(path: str, mine: str) -> bool:
    """Return whether `path` names a list of stories, the page itself being at `mine`."""
    last = path.rpartition("/")[2]
    if re.search(r"\d", last) or last.count("-") >= _SLUG_HYPHENS or "." in last:
        return False
    behind = mine.removeprefix(f"{path}/") if mine.startswith(f"{path}/") else None
    if behind is not None:
        return not _OTHER_FORM.fullmatch(behind)
    return last != mine.rpartition("/")[2]


def joined(base: str, address: str) -> str:
    """Return an address against the one of what it stands in, or itself where that cannot be."""
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def registrable_domain(url: str | None) -> str | None:
    """Return the domain that one owner registered, by the public suffix list that is installed.

    Below a suffix that a company gives to its customers (blogspot.com) each has its own.
    """
    try:
        host = urlsplit(behind_detours(_with_scheme(url or ""))).hostname
    except ValueError:
        return None
    return _registrable(_in_ascii(host)) if host else None


def _with_scheme(url: str) -> str:
    """Return an address with its scheme, which some leave out as browsers show it without."""
    if url.startswith("//"):
        return f"https:{url}"
    return f"https://{url}" if _HOST_FIRST.match(url) else url


def _split(url: str | None) -> SplitResult | None:
    """Return the parts of a web address; nothing for what is none."""
    try:
        parts = urlsplit(behind_detours(_with_scheme((url or "").strip())))
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        return None
    if parts.scheme.lower() not in _DEFAULT_PORTS or not parts.hostname:
        return None
    return parts


@lru_cache(maxsize=4_096)
def _registrable(host: str) -> str | None:
    name = _suffixes()(host).top_domain_under_public_suffix or host.removeprefix("www.")
    return name[:_MAX_DOMAIN].lower()


@cache
def _suffixes() -> "TLDExtract":
    """Return the public suffix list as shipped with tldextract; it never asks the network."""
    from tldextract import TLDExtract  # noqa: PLC0415 - 50 ms

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
