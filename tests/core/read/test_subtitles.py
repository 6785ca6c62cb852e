"""Subtitles are read as what is spoken, in paragraphs and without times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.read.subtitles import read_subtitles
from tests.support.raw import bare

VTT = """WEBVTT - evening news
Kind: captions

NOTE made by hand

intro
00:00.000 --> 00:04.000 align:start
Good evening. The ferry to the
<i>northern</i> islands sails again,

00:00:04.000 --> 00:00:08.500
the harbour master said today.

00:00:08.500 --> 00:00:12.000
<v Anna Holm>We ate a lot

00:00:12.000 --> 00:00:13.000
<v Anna Holm>of cod.
- Nobody wants to see another one.

00:00:13.000 --> 00:00:14.000
She laughs.

00:00:20.000 --> 00:00:22.000
That was the news.
"""
SPOKEN = [
    "Good evening. The ferry to the northern islands sails again, the harbour master said today.",
    "Anna Holm: We ate a lot of cod.",
    "Nobody wants to see another one.",
    "She laughs.",
    "That was the news.",
]


def test_what_is_spoken_is_the_text() -> None:
    """A paragraph ends where somebody else speaks, or nobody does."""
    assert [p.text for p in bare(VTT, "text/plain").paragraphs] == SPOKEN


def test_a_long_speech_has_paragraphs() -> None:
    """At the end of a sentence."""
    line = "The ferry sails again, as the harbour master said today to all who wanted to know."
    cues = (f"{n}\r\n00:00:0{n},000 --> 00:00:0{n},999\r\n{n} {line}\r\n" for n in range(1, 9))
    spoken = read_subtitles("\r\n".join(cues))
    assert spoken is not None
    assert [part.count("ferry") for part in spoken.split("\n")] == [4, 4]


def test_lines_that_roll_up_are_told_once() -> None:
    """As machines write them: each line again below the next time."""
    cues = (
        "1\n00:00:01,000 --> 00:00:02,000\none\ntwo\n\n2\n00:00:02,000 --> 00:00:03,000\ntwo\nthree"
    )
    assert read_subtitles(cues) == "one two three"


@pytest.mark.parametrize(
    "text",
    ["WEBVTT is a format, she said.", "At 00:00:01 --> she left.", "1\n2\n3\n", "A --> B\n", ""],
)
def test_other_texts_are_none(text: str) -> None:
    """Whatever times, numbers and arrows stand in them."""
    assert read_subtitles(text) is None


@given(st.text(alphabet="0123:,.->\n WEBVT<v>{}", max_size=200))
def test_nothing_raises(text: str) -> None:
    """Broken ones give what is in them."""
    read_subtitles(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{text}")
