"""Addresses that lead to a page of somebody else: copies in archives and caches, counted links.

An alert's or archive's address says who found or keeps a page, not who published it: all that one
search engine's feed leads to would be one source.
"""

import re
from typing import Final
from urllib.parse import parse_qs, urlsplit

_MAYBE: Final = re.compile(
    r"//(?:[\w-]+\.)*(?:archive|ampproject|google|bing|facebook)\.", re.IGNORECASE
)
# The address of the page stands at the end of the copy's own.
_COPIES: Final = (
    re.compile(r"https?://web\.archive\.org/web/\d{4,14}(?:[a-z]{2}_)?/(?P<whole>https?:/.+)"),
    re.compile(
        r"https?://archive\.(?:ph|is|today|li|vn|fo|md)/\d[\d.-]{7,20}/(?P<whole>https?:/.+)"
    ),
    re.compile(r"https?://[\w-]+\.cdn\.ampproject\.org/[cv]/s/(?P<rest>[\w-]+\..+)"),
    re.compile(r"https?://(?:www\.)?google\.[a-z.]{2,6}/amp/s/(?P<rest>[\w-]+\..+)"),
)
# It is a parameter: alerts of Google, feeds of Bing News, links out of Facebook.
_COUNTED: Final = re.compile(
    r"https?://(?:www\.google\.[a-z.]{2,6}/url|(?:www\.)?bing\.com/news/apiclick\.aspx"
    r"|lm?\.facebook\.com/l\.php)\?",
    re.IGNORECASE,
)
_PARAMETERS: Final = ("url", "q", "u")
# Browsers and servers fold two slashes to one.
_ONE_SLASH: Final = re.compile(r"^(https?):/(?=[^/])")


def behind_detours(url: str) -> str:
    """Return the address of the page that a copy or a counted link leads to, or `url` itself.

    >>> behind_detours("https://web.archive.org/web/20261124091522/https://a.example/news/1")
    'https://a.example/news/1'
    >>> behind_detours("https://www.google.com/url?rct=j&url=https://a.example/news/1&ct=ga")
    'https://a.example/news/1'
    """
    if not _MAYBE.search(url[:300]):
        return url
    for copy in _COPIES:
        found = copy.match(url)
        if found:
            parts = found.groupdict()
            whole = parts.get("whole") or f"https://{parts['rest']}"
            return _ONE_SLASH.sub(r"\1://", whole)
    return _in_parameters(url) if _COUNTED.match(url) else url


def _in_parameters(url: str) -> str:
    try:
        given = parse_qs(urlsplit(url).query)
    except ValueError:
        return url
    values = (given[name][0] for name in _PARAMETERS if name in given)
    return next((x for x in values if x.startswith(("http://", "https://"))), url)
