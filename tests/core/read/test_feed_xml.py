"""Feeds that would keep the parser busy: it searches from every sign on."""

import time

import pytest

from streams.core.read.feed import read_feed_entry
from streams.core.read.feed_xml import parse_feed
from streams.core.text.refused import Refused

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


RSS_091 = (
    '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"'
    ' "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
)
SIGNS = '<!DOCTYPE rss [<!ENTITY nbsp "&#160;"> <!ENTITY mdash "&#8212;">]>'
TABLES = (
    '<!DOCTYPE rss [<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN"'
    ' "http://www.w3.org/TR/xhtml1/DTD/xhtml-lat1.ent"> %HTMLlat1;]>'
)


@pytest.mark.parametrize("document_type", [RSS_091, SIGNS, TABLES, "<!DOCTYPE rss>"])
def test_a_document_type_that_declares_nothing_of_its_own_is_passed_over(
    document_type: str,
) -> None:
    """RSS 0.91 has one, and names of signs are HTML's."""
    item = "<item><title>Quay &mdash; open</title><description>The quay.</description></item>"
    feed, _ = parse_feed(
        f'<?xml version="1.0"?>\n<!-- a feed -->\n{document_type}\n'
        f'<rss version="0.91"><channel>{item}</channel></rss>'
    )
    assert [entry.title for entry in feed.entries] == ["Quay — open"]


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "aa">',
        '<!ENTITY nbsp SYSTEM "file:///etc/passwd">',
        '<!ENTITY nbsp "&a;&a;">',
        "<!ELEMENT rss ANY>",
        '<!ENTITY nbsp "&#160;"><!ENTITY x "y">',
    ],
)
def test_other_declarations_are_refused(declared: str) -> None:
    """Nobody needs them, and some are attacks."""
    with pytest.raises(Refused):
        parse_feed(f"<!DOCTYPE rss [{declared}]><rss><channel><item/></channel></rss>")


@pytest.mark.parametrize(
    "cut",
    [
        f"<item><title>Pier</title><description><![CDATA[<p>{STORY}</p><p>Work wi",
        f"<item><title>Pier</title><description><![CDATA[<p>{STORY}</p>]]></descr",
        f"<rss version='2.0'><channel><item><description>{STORY}",
        f"<feed><entry><title>Quay</title></entry><entry><content type='html'>{STORY}",
    ],
)
def test_an_entry_that_was_cut_off_is_refused(cut: str) -> None:
    """The parser would give its title without its story."""
    with pytest.raises(Refused, match="cut off"):
        read_feed_entry(cut)


def test_an_entry_that_is_never_closed_in_a_whole_feed_is_read() -> None:
    """As some writers leave it."""
    found = read_feed_entry(
        f"<rss version='2.0'><channel><item><description>{STORY}</description></channel></rss>"
    )
    assert STORY in found.text
