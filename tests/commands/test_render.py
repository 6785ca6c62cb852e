"""The forms in which `cleanwire clean` prints."""

import json
from pathlib import Path

import pytest

from schemas import CleanArticle, PreparedArticle
from schemas.output import SeenParagraph
from schemas.prepared import Paragraph
from streams.commands.render import Format, render
from tests.support.raw import article

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def seed() -> PreparedArticle:
    """The seed case, cleaned."""
    return article((GOLDEN / "seed_raw.txt").read_text("utf-8"))


def test_text_is_title_and_paragraphs(seed: PreparedArticle) -> None:
    """The text form of the seed is the expected file, to the byte."""
    assert (
        render(seed, Format.TEXT)
        == (GOLDEN / "seed_expected.txt").read_text("utf-8").rstrip("\n") + "\n"
    )


def test_json_is_the_public_contract(seed: PreparedArticle) -> None:
    """One line: its place, and the fields that consumers of the clean topic know."""
    (line,) = render(seed, Format.JSON, "seed.txt", 3).splitlines()
    fields = json.loads(line)
    assert (fields.pop("file"), fields.pop("line")) == ("seed.txt", 3)
    assert fields.keys() <= CleanArticle.model_fields.keys()
    assert fields["text"].splitlines()[0] == seed.paragraphs[0].text
    assert len(fields["removals"]) == len(seed.removals)
    assert set(fields["paragraphs"][0]) <= SeenParagraph.model_fields.keys()


def test_markdown_has_a_heading_and_no_accidental_list(seed: PreparedArticle) -> None:
    """What begins a list, a heading or a quotation in Markdown is escaped."""
    lines = ("# no heading", "- no item", "3. no number", "> no quote", "1984 was long ago")
    paragraphs = tuple(Paragraph(text=line, start=0, end=1) for line in lines)
    article = seed.model_copy(update={"title": "A title", "paragraphs": paragraphs})
    assert render(article, Format.MARKDOWN).split("\n\n") == [
        "# A title",
        "\\# no heading",
        "\\- no item",
        "3\\. no number",
        "\\> no quote",
        "1984 was long ago\n",
    ]


def test_diff_shows_every_line_in_its_place(seed: PreparedArticle) -> None:
    """Each line of the raw text is there, marked when it went, with reason, rule and offsets."""
    printed = render(seed, Format.DIFF).splitlines()
    raw = (GOLDEN / "seed_raw.txt").read_text("utf-8").splitlines()
    shown = [line[2:] for line in printed[1:] if not line.startswith("    [")]
    assert shown == raw
    assert sum(line.startswith("- ") for line in printed) == len(seed.removals)
    assert "    [comments: comments/widget, 2927-2945]" in "\n".join(printed)
