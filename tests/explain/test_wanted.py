"""What a person may say to name an article."""

import json

import pytest

from streams.core.messages.message import Message
from streams.explain.wanted import Wanted

URL = "https://www.example.org/Tür/1?utm_source=x&b=2"
RAW = {"content": "Die  Brücke ist zu.", "id": "4711", "url": URL}


def raw(text: str) -> Message:
    """Return a raw message with these bytes."""
    return Message("news.raw", 3, 9, 0, b"k", text.encode())


@pytest.mark.parametrize(
    "said", ["4711", URL, "news.raw/3/9", "Brücke ist zu."], ids=["id", "URL", "place", "line"]
)
@pytest.mark.parametrize("escaped", [True, False])
def test_a_raw_message_is_known(said: str, *, escaped: bool) -> None:
    """By its id, its URL, its place or a line, however its producer writes JSON."""
    written = json.dumps(RAW, ensure_ascii=escaped)
    assert Wanted(said).is_raw(raw(written))
    assert Wanted(said).is_raw(raw(written.replace("/", "\\/")))


@pytest.mark.parametrize("said", ["471", "news.raw/3/99", "https://www.example.org/", "zu ist"])
def test_another_message_is_not(said: str) -> None:
    """A part of an id or URL is no name."""
    assert not Wanted(said).is_raw(raw(json.dumps(RAW)))
