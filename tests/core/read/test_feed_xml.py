"""Feeds that would keep the parser busy: it searches from every sign on."""

import time

import pytest

from streams.core.read.feed import read_feed_entry

STORY = "The ferry pier of Harrowgate is rebuilt, the mayor said on Tuesday."
LONG = 60_000
NAMES = ("author", "dc:creator", "managingEditor", "webMaster", "DC:Creator")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("close", ["</{}>", ""])
def test_a_name_that_is_too_long_is_left_out(name: str, close: str) -> None:
    """Quadratic time would be 12 s here; the story is read all the same."""
    started_s = time.process_time()
    found = read_feed_entry(
        f"<item><description>{STORY}</description>"
        f"<{name}>{'a' * LONG}{close.format(name)}<title>Pier</title></item>"
    )
    assert time.process_time() - started_s < 3
    assert STORY in found.text
    assert "authors" not in found.fields


@pytest.mark.parametrize("blank", ["\n", " ", "\r\n", "\t"])
def test_blanks_without_end_are_looked_at_once(blank: str) -> None:
    """Before an item, inside of it, in its text."""
    started_s = time.process_time()
    blanks = blank * LONG
    found = read_feed_entry(
        f"{blanks}<item>{blanks}<description><![CDATA[{STORY}{blanks}]]></description></item>"
    )
    assert time.process_time() - started_s < 3
    assert STORY in found.text


@pytest.mark.parametrize("name", NAMES[:2])
def test_a_name_is_kept(name: str) -> None:
    """As feeds have it."""
    found = read_feed_entry(
        f"<item><{name}>Liv Sandmo</{name}><description>{STORY}</description></item>"
    )
    assert found.fields["authors"] == ("Liv Sandmo",)
