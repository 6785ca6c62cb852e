"""What an extractor appends or joins is put back as the page has it."""

from streams.core.page.order import as_declared, as_on_page
from tests.support.raw import bare

STORY = (
    "港湾局は24日、嵐のため止まっていた渡し船の運航を来週月曜から再開すると発表した。",
    "島には約400人が暮らしており、食料は漁船で運ばれていた。役場の担当者は「ほっとしている」と話した。",
    "運航会社によると、壊れた桟橋は夜間に修理され、年末まで予備の船が待機する。",
)


def test_what_was_appended_goes_back_to_its_place() -> None:
    """A line that is no block stays below the one above it, and one of two alike moves nowhere."""
    blocks = ["Lead.", "More", "First.", "Second.", "More"]
    assert as_on_page("First.\n- item\nSecond.\nLead.", blocks) == "Lead.\nFirst.\n- item\nSecond."
    assert as_on_page("First.\nMore\nSecond.", blocks) == "First.\nMore\nSecond."


def test_blocks_that_were_joined_are_parted() -> None:
    """Where all of the line is made of them; blocks between them may have been left out."""
    blocks = ["Home", "The storm on Stor", "Two weeks, seen by those who live there.", "Advert"]
    blocks += ["Waves break over the pier on the first night."]
    joined = f"{blocks[1]} {blocks[2]} {blocks[4]}"
    assert as_on_page(joined, blocks) == "\n".join((blocks[1], blocks[2], blocks[4]))
    assert as_on_page(f"{joined} And more.", blocks) == f"{joined} And more."


def test_a_declared_body_keeps_its_paragraphs() -> None:
    """Where the text was taken from it, and from nothing else."""
    items = [{"articleBody": "One \n\n two.\n"}]
    assert as_declared("One two.", items) == "One\ntwo."
    assert as_declared("One two. Three.", items) == "One two. Three."


def test_a_short_article_in_japanese_ends_with_its_last_paragraph() -> None:
    """The date and the author above it, which stand outside of the article's element, do not."""
    body = "".join(f"<p>{line}</p>" for line in STORY)
    page = (
        "<!DOCTYPE html><html lang='ja'><head><title>渡し船、来週から</title></head><body>"
        "<main><h1>渡し船、来週から</h1><p>2026年11月24日 18時05分</p>"
        f"<div class='text'>{body}</div></main></body></html>"
    )
    article = bare(page, "text/html")
    assert [paragraph.text for paragraph in article.paragraphs] == list(STORY)
