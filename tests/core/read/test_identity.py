"""Source, canonical URL and id."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.prepared import Origin
from streams.core.read.identity import article_id, canonical_url, source_of


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://A.example/x#top", "https://a.example/x"),
        ("http://a.example:80/", "http://a.example/"),
        ("https://a.example/x?fbclid=1&id=7&utm_medium=m", "https://a.example/x?id=7"),
        ("https://user:secret@a.example/x", "https://a.example/x"),
        ("https://[::1]:8443/x", "https://[::1]:8443/x"),
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
