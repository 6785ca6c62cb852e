"""The three forms in which `cleanwire clean` prints."""

from pathlib import Path

import pytest

from schemas import PreparedArticle
from streams.core.render import Format, render
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


def test_json_is_the_record(seed: PreparedArticle) -> None:
    """What is printed can be read back."""
    assert PreparedArticle.model_validate_json(render(seed, Format.JSON)) == seed


def test_diff_shows_every_line_in_its_place(seed: PreparedArticle) -> None:
    """Each line of the raw text is there, marked when it went, with reason, rule and offsets."""
    printed = render(seed, Format.DIFF).splitlines()
    raw = (GOLDEN / "seed_raw.txt").read_text("utf-8").splitlines()
    shown = [line[2:] for line in printed[1:] if not line.startswith("    [")]
    assert shown == raw
    assert sum(line.startswith("- ") for line in printed) == len(seed.removals)
    assert "    [comments: comments/widget, 2927-2945]" in "\n".join(printed)
