"""A page is its publisher's, wherever a copy of it is kept or a link to it is counted."""

import pytest

from streams.core.text.address import believed, canonical_url, registrable_domain
from streams.core.text.detours import behind_detours

PAGE = "https://www.vell.example/news/1?a=b"


@pytest.mark.parametrize(
    "url",
    [
        f"https://web.archive.org/web/20261124091522/{PAGE}",
        f"http://web.archive.org/web/20261124091522id_/{PAGE}",
        f"https://web.archive.org/web/2026/{PAGE.replace('//', '/')}",
        f"https://archive.ph/2026.11.24-091522/{PAGE}",
        f"https://www-vell-example.cdn.ampproject.org/c/s/{PAGE.removeprefix('https://')}",
        f"https://www.google.com/amp/s/{PAGE.removeprefix('https://')}",
        "https://www.google.com/url?rct=j&sa=t&url=https://www.vell.example/news/1%3Fa%3Db&ct=ga",
        "http://www.bing.com/news/apiclick.aspx?url=https%3a%2f%2fwww.vell.example%2fnews%2f1%3fa%3db",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.vell.example%2Fnews%2F1%3Fa%3Db&h=x",
        PAGE,
    ],
)
def test_the_page_behind_is_the_page(url: str) -> None:
    """Its address and its source are the publisher's."""
    assert canonical_url(url) == PAGE
    assert registrable_domain(url) == "vell.example"
    assert believed(PAGE, url)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.google.com/url?sa=t",
        "https://www.google.com/search?q=https://www.vell.example/",
        "https://archive.org/details/vell",
        "https://blog.google.example/url?url=https://www.vell.example/",
        "https://www.google.com/url?url=javascript:alert(1)",
        "https://news.vell.example/web/20261124091522/https://a.example/",
    ],
)
def test_other_addresses_stay(url: str) -> None:
    """What only looks like one of these, and what has no page behind it."""
    assert behind_detours(url) == url
