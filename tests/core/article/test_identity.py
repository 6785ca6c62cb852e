"""Source, canonical URL and id."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.prepared import Origin
from streams.core.article.identity import article_id, item_key, source_key, source_of
from streams.core.text.address import believed, canonical_url, registrable_domain, same_address


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://A.example/x#top", "https://a.example/x"),
        ("http://a.example:80/", "http://a.example/"),
        ("https://a.example/x?fbclid=1&id=7&utm_medium=m", "https://a.example/x?id=7"),
        ("https://user:secret@a.example/x", "https://a.example/x"),
        ("https://[::1]:8443/x", "https://[::1]:8443/x"),
        ("https://a.example/live#post-101", "https://a.example/live#post-101"),
        ("https://a.example/#!/story/101", "https://a.example/#!/story/101"),
        ("https://a.example/x#comment-55", "https://a.example/x"),
        ("https://a.example/x#:~:text=1999", "https://a.example/x"),
        ("https://a.example/x#xtor=RSS-3", "https://a.example/x"),
        ("https://a.example/x#page2", "https://a.example/x"),
        ("//a.example/x", "https://a.example/x"),
        ("www.a.example/x?utm_source=m", "https://www.a.example/x"),
        ("/x/1", None),
        ("javascript:alert(1)", None),
        ("https://", None),
        ("https://[", None),
        ("", None),
        (None, None),
    ],
)
def test_canonical_url(url: str | None, canonical: str | None) -> None:
    """Tracking, fragment, user and default port go; what is no web address is none."""
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    "other",
    ["http://a.example/x", "https://www.a.example/x", "https://a.example/x/"],
)
def test_scheme_www_and_slash_are_one_address(other: str) -> None:
    """A site that moves to https, or drops its `www.`, keeps its articles."""
    assert same_address(other) == same_address("https://a.example/x")


@pytest.mark.parametrize(
    ("declared", "url", "is_believed"),
    [
        ("https://example.com/", "https://example.com/news/1", False),
        ("https://www.example.com", "https://example.com/news/1", False),
        ("https://example.com/news/", "https://example.com/news/1", False),
        ("https://example.com/politics", "https://example.com/2026/11/29/vote-is-late", False),
        ("https://example.com/{{slug}}", "https://example.com/news/1", False),
        ("https://example.com/news/%7Bid%7D", "https://example.com/news/1", False),
        ("https://example.org/news/1", "https://example.com/news/1", False),
        ("https://example.com/news/1", "https://example.com/news/1?from=rss", True),
        ("https://example.com/news/1", "https://m.example.com/news/1", True),
        ("https://example.com/the-long-strike", "https://example.com/the-long-strike/amp/", True),
        ("https://example.com/article-7", "https://example.com/news?id=7", True),
        ("https://example.com/?p=7", "https://example.com/2026/late", True),
        ("https://example.com/news/1", None, True),
        ("https://example.com/", None, False),
    ],
)
def test_the_address_a_page_names_for_itself(
    declared: str, url: str | None, *, is_believed: bool
) -> None:
    """Front pages, sections, templates and other sites are no address of a story."""
    assert believed(declared, url) is is_believed


def test_customers_of_one_host_are_sources_of_their_own() -> None:
    """Two blogs of one blog host have nothing in common but the host."""
    assert registrable_domain("https://one.blogspot.com/x") == "one.blogspot.com"
    assert registrable_domain("https://news.a.co.uk/x") == "a.co.uk"


def test_sources_are_compared_without_case_and_blanks() -> None:
    """One agency spells its own name in two ways."""
    assert source_key("Wire ") == source_key("WIRE")
    assert item_key("Wire/A1") == item_key("WIRE/A1") != item_key("wire/a1")


@given(st.text())
def test_no_url_raises(text: str) -> None:
    """Any text is read or refused, and what is read is a fixed point."""
    once = canonical_url(f"https://a.example/{text}")
    assert once is None or canonical_url(once) == once
    canonical_url(text)


def test_the_source_is_declared_or_the_domain_or_unknown() -> None:
    """The producer's word comes first."""
    assert source_of("Wire", "https://a.example") == ("Wire", Origin.PRODUCER)
    assert source_of(" ", "https://news.a.co.uk/x")[0] == "a.co.uk"
    assert source_of(None, None) == ("unknown", Origin.UNKNOWN)


@given(st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=512))
def test_an_id_fits_and_names_its_source(source: str, declared: str) -> None:
    """Whatever producer and source are called, the id keeps to the contract's length."""
    name, origin = article_id(source, declared, None, "")
    assert 1 <= len(name) <= 512
    assert origin is Origin.PRODUCER


def test_ids_of_two_sources_never_collide() -> None:
    """A slash inside a source is not the one behind it."""
    assert article_id("a/b", "c", None, "")[0] != article_id("a", "b/c", None, "")[0]
