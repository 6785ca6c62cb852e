"""Headers of ours beside those of others."""

import pytest

from schemas import RawRef
from streams.headers import ORIGIN, text_in


def test_a_producers_header_of_our_name_does_not_count() -> None:
    """A rejected message keeps its headers, and ours stand behind them."""
    assert text_in(((ORIGIN, b"news.raw/0/1"), (ORIGIN, b"news.raw/0/7")), ORIGIN) == "news.raw/0/7"


@pytest.mark.parametrize("headers", [(), ((ORIGIN, None),)])
def test_no_value_is_no_text(headers: tuple[tuple[str, bytes | None], ...]) -> None:
    """Whether the header is missing or empty."""
    assert text_in(headers, ORIGIN) == ""


@pytest.mark.parametrize("text", ["", "wire.example/7", "news.raw/0", "news.raw/0/x", "a/b/c"])
def test_what_names_no_record_is_no_reference(text: str) -> None:
    """An article's id has slashes too."""
    with pytest.raises(ValueError, match=r"."):
        RawRef.parse(text)


def test_a_reference_reads_as_it_is_written() -> None:
    """Topics have no slash in their names."""
    ref = RawRef(topic="news.raw", partition=3, offset=12)
    assert RawRef.parse(str(ref)) == ref
