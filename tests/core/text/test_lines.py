"""Lines and hard-wrapped paragraphs with their places."""

from hypothesis import given
from hypothesis import strategies as st

from streams.core.text.lines import split_lines

WIRE = """HARROWGATE (Wire) - The council of Harrowgate voted on Tuesday to rebuild
the old ferry pier, which a storm had torn away eleven years ago, the mayor
told reporters after the vote.

Work will begin in the spring, and the pier should open in time for the
summer regatta, she said. The plan costs 2.4 million pounds, and half of it
comes from the county.
"""


@given(st.text())
def test_spans_hold_the_lines(text: str) -> None:
    """A line is its span with blanks collapsed, and spans follow each other."""
    at = 0
    for line in split_lines(text):
        assert at <= line.start < line.end
        assert " ".join(text[line.start : line.end].split()) == line.text
        at = line.end


def test_hard_wrapped_text_becomes_paragraphs() -> None:
    """Lines that run on are one paragraph; an empty line ends it."""
    lines = split_lines(WIRE)
    assert len(lines) == 2
    assert lines[0].text.endswith("told reporters after the vote.")


def test_a_poem_is_not_joined() -> None:
    """Short lines of any measure stay lines."""
    poem = "The river is wide\nand the night is long,\n\ncarry me over,\nferryman.\n"
    assert len(split_lines(poem)) == 4
