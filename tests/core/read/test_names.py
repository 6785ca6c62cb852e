"""Names of authors come without what stands around them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.read.names import author_names, names_in_byline


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("By Liv Sandmo", ["Liv Sandmo"]),
        ("Von: Liv Sandmo", ["Liv Sandmo"]),
        ("Liv Sandmo, Per Dahl", ["Liv Sandmo", "Per Dahl"]),
        ("Liv Sandmo und Per Dahl, dpa", ["Liv Sandmo", "Per Dahl", "dpa"]),
        ("Liv Sandmo; Per Dahl in Stor; and Kim Berg", ["Liv Sandmo", "Per Dahl", "Kim Berg"]),
        ("Interview by Liv Sandmo, photographer", ["Liv Sandmo"]),
        ("Sandmo, Liv", ["Liv Sandmo"]),
        ("Sandmo, Liv; Dahl, Per", ["Liv Sandmo", "Per Dahl"]),
        ("Reuters, AP", ["Reuters", "AP"]),
        ("José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("Di Maria", ["Di Maria"]),
        ("Liv Sandmo (lsa)", ["Liv Sandmo"]),
        ("desk@harrow.media (Liv Sandmo)", ["Liv Sandmo"]),
        ("Liv Sandmo <liv@harrow.media>", ["Liv Sandmo"]),
        ("<a href='x'>Liv Sandmo</a>", ["Liv Sandmo"]),
        ("J.D. Sandmo", ["J.D. Sandmo"]),
        ("harrowcourier.com", []),
        ("https://www.facebook.example/harrow", []),
        ("Harrow Courier (www.harrowcourier.com)", []),
        ("desk@harrow.media", []),
        ("@harrow", []),
        ("admin", []),
        ("105092", []),
        (
            [{"name": "Liv Sandmo"}, {"name": "Harrow Courier"}, "Per Dahl"],
            ["Liv Sandmo", "Per Dahl"],
        ),
        ([[{"name": "Liv Sandmo"}]], ["Liv Sandmo"]),
        (None, []),
        (7, []),
    ],
)
def test_names(value: object, names: list[str]) -> None:
    """Addresses, domains, accounts, "by" and the publisher's own name are no names of authors."""
    assert list(author_names(value, ["Harrow Courier"])) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Liv Sandmo, AP", ["Liv Sandmo"]),
        ("Von Liv Sandmo und Per Dahl", ["Liv Sandmo", "Per Dahl"]),
        ("박서연 기자 park@harrow.example", ["박서연"]),
        ("Tuesday, 24 November 2026", []),
        ("Liv Sandmo", []),
        ("By the harbour", []),
        ("By Liv SandmoPublished: Jan 5, 2026 9:15 am", ["Liv Sandmo"]),
        ("By Liv Sandmo December 5, 2026", ["Liv Sandmo"]),
        ("By Theresa May", ["Theresa May"]),
        ("By Liv Sandmo—10 min read", ["Liv Sandmo"]),
        ("By Company Type", []),
        ("Por Inés de la Cruz", ["Inés de la Cruz"]),
    ],
)
def test_a_byline_says_that_it_is_one(line: str, names: list[str]) -> None:
    """A name alone may be anybody's, and one word anything."""
    assert list(names_in_byline(line)) == names


@given(st.text(max_size=200))
def test_any_text_gives_short_names(text: str) -> None:
    """Nothing raises, and nothing outgrows the contract."""
    assert all(0 < len(name) <= 255 for name in author_names(text))
