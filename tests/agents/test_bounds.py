"""Each bound that an article reaches is counted, and said by a rejection or a flag."""

import json
from pathlib import Path

import pytest

from streams.agents.clean import clean_one
from streams.core.messages.message import Handled, Message
from streams.headers import Headers
from streams.metrics import BOUNDS, LANE_FULL, WATCHED, Metrics
from streams.settings import CleanSettings, DedupeSettings
from streams.topology import CLEAN
from tests.support.stories import body

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


def lines(count: int) -> bytes:
    """Return an article of so many lines, each unlike the others."""
    told = "\n\n".join(body(number, 1)[0] for number in range(count))
    return json.dumps({"content": told}).encode()


STORY = "<p>The ferry to the outer islands will run twice a day from May, the office said.</p>"
TEXT: Headers = (("content-type", b"text/plain"),)
HTML: Headers = (("content-type", b"text/html"),)
FEED: Headers = (("content-type", b"application/rss+xml"),)
REACHED: dict[str, tuple[str, bytes, Headers]] = {
    "a long value": ("article_bytes", json.dumps({"content": "word " * 200_000}).encode(), ()),
    "many lines": ("article_structure", b"A boat.\n" * 10_001, TEXT),
    "nested JSON": ("article_structure", b'{"content": ' + b"[" * 100_000, ()),
    "a nested feed": ("article_structure", b"<item>" + b"<a>" * 501 + b"</a>" * 501, FEED),
    "a feed of many tags": ("article_structure", b"<item>" + b"<a/>" * 60_001, FEED),
    "a page of many tags": ("article_structure", (STORY + "<b>x</b>" * 20_001).encode(), HTML),
    "more lines than are judged": ("article_lines", lines(3_001), ()),
    "more paragraphs than are compared": ("article_paragraphs", lines(501), ()),
    "a long title": (
        "article_fields",
        f"<item><title>{'Ferry ' * 400}</title><description>A boat.</description></item>".encode(),
        FEED,
    ),
}


@pytest.mark.parametrize("name", REACHED)
def test_a_bound_that_is_reached_is_counted(name: str) -> None:
    """Once for the message, under the name of the bound."""
    bound, value, headers = REACHED[name]
    message = Message("news.raw", 0, 7, 1_780_000_000_000, None, value, headers)
    output = clean_one(message, CleanSettings(), DedupeSettings())
    metrics = Metrics()
    metrics.count(CLEAN.name, [(message, Handled((output,)))])
    sample = "cleanwire_bounds_reached_total"
    assert metrics.registry.get_sample_value(sample, {"bound": bound}) == 1


def test_an_ordinary_article_reaches_no_bound() -> None:
    """All counters stay at 0."""
    message = Message("news.raw", 0, 7, 1_780_000_000_000, None, lines(20))
    metrics = Metrics()
    output = clean_one(message, CleanSettings(), DedupeSettings())
    metrics.count(CLEAN.name, [(message, Handled((output,)))])
    for bound in BOUNDS.values():
        value = metrics.registry.get_sample_value(
            "cleanwire_bounds_reached_total", {"bound": bound}
        )
        assert value == 0, bound


def test_each_bound_is_explained() -> None:
    """On the page of operations, by its name."""
    (row,) = [line for line in OPERATIONS.read_text("utf-8").splitlines() if "{bound}" in line]
    assert all(f"`{bound}`" in row for bound in (*BOUNDS.values(), LANE_FULL, WATCHED))
