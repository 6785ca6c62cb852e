"""What the block model says becomes removals with reasons, and blocks that come back in place."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import Reason
from streams.core.page import judge as page_blocks
from streams.core.page.extract import read_page
from streams.core.page.judge import Judged, judge_blocks
from streams.core.page.model import BlockModel
from streams.core.page.outside_reasons import OUTSIDE_RULES
from streams.core.page.parse import parse
from streams.core.page.plan import plan_changes
from streams.core.page.sight import look_at
from streams.core.page.tree import PageTree, read_tree
from streams.core.text.trees import read_trees

FIRST = "The council voted on Tuesday to rebuild the old ferry pier, and the mayor was glad of it."
SECOND = "Work will begin in the spring, and the pier should open in time for the summer regatta."
THIRD = "Fishermen had asked for a longer pier, and said on Wednesday that they would wait for it."
TEASER = "Lighthouse keeper retires after forty years in the tower"

# Blocks that are all link are residue for sure, all others article for sure.
BY_LINKS = BlockModel(
    read_trees({"bias": 0.0, "trees": [{"if": [["link", 0.5]], "then": [3.0, -3.0]}]}),
    {"related": (2.0, 1.0), "box": (0.1, 0.0)},
)


def page(*parts: str) -> PageTree:
    """Return the tree of a page whose body consists of these parts."""
    return read_tree(parse(f"<html><body>{''.join(parts)}</body></html>"))


def p(text: str) -> str:
    """Return a paragraph."""
    return f"<p>{text}</p>"


def kept(judged: Judged) -> list[str]:
    """Return the lines that are not removed."""
    gone = {removal.text for removal in judged.removals}
    return [line for line in judged.text.splitlines() if line.strip() not in gone]


STANDFIRST = "After ten years of quarrels the pier is rebuilt, and nobody says what it will cost."


def test_a_standfirst_comes_back() -> None:
    """The page's description of itself stands above the text, whatever the model says of it."""
    standfirst = f'<header class="teaser"><h1>Pier</h1><p><a href="/">{STANDFIRST}</a></p></header>'
    tree, text = page(standfirst, p(FIRST), p(SECOND)), f"{FIRST}\n{SECOND}"
    judged = judge_blocks(tree, text, "Pier", BY_LINKS, summary=STANDFIRST)
    assert kept(judged) == [STANDFIRST, FIRST, SECOND]
    assert kept(judge_blocks(tree, text, "Pier", BY_LINKS, summary=THIRD)) == [FIRST, SECOND]


def test_a_description_below_the_text_is_a_teaser() -> None:
    """A list of other stories may tell this one again."""
    teaser = f'<p><a href="/">{STANDFIRST}</a></p>'
    tree, text = page(p(FIRST), p(SECOND), teaser), f"{FIRST}\n{SECOND}"
    assert judge_blocks(tree, text, "Pier", BY_LINKS, summary=STANDFIRST) == Judged(text, ())


def test_a_line_goes_with_its_block() -> None:
    """Reason, rule, place and the names around it are told."""
    teaser = f'<div class="related-box"><p><a href="/">{TEASER}</a></p></div>'
    judged = judge_blocks(
        page(p(FIRST), p(SECOND), teaser, p(THIRD)),
        "\n".join((FIRST, SECOND, f"- {TEASER}", THIRD)),
        "Pier",
        BY_LINKS,
    )
    assert kept(judged) == [FIRST, SECOND, THIRD]
    (removal,) = judged.removals
    assert removal.reason is Reason.RELATED
    assert removal.rule == "page_model/trees"
    assert judged.text[removal.start : removal.end] == removal.text == f"- {TEASER}"
    assert removal.why == "Score -3.0 below -0.2: link -3.0; inside related."


def test_a_block_comes_back_in_its_place() -> None:
    """Above, between and below what was extracted."""
    judged = judge_blocks(
        page(p(FIRST), p(SECOND), "<h2>What it costs</h2>", p(THIRD), p(TEASER + ".")),
        f"{SECOND}\n{THIRD}",
        "Pier",
        BY_LINKS,
    )
    lines = [FIRST, SECOND, "What it costs", THIRD, f"{TEASER}."]
    assert judged == Judged("\n".join(lines), ())


def test_lines_are_left_as_the_extractor_wrote_them() -> None:
    """Bullets and bars of a text without changes stay, and so does the text as a whole."""
    text = f"{FIRST}\n\n- {SECOND}\n| a | b |\n"
    assert judge_blocks(page(p(FIRST), p(SECOND)), text, "Pier", BY_LINKS) == Judged(text, ())


@pytest.mark.parametrize(
    "part",
    [
        "<form><p>Type your name and address here to take part</p></form>",
        "<nav><p>All of the stories of the week at a glance</p></nav>",
        "<footer><p>The Gazette is printed on paper from the valley</p></footer>",
        "<h1>Pier to be rebuilt</h1>",
        "<figure><figcaption>The pier in the year of the flood</figcaption></figure>",
        '<div class="newsletter-box"><p>Every morning at six in the harbour</p></div>',
        "<table><tr><td>Boat<td>Crew</tr></table>",
    ],
)
def test_what_is_never_the_article_does_not_come_back(part: str) -> None:
    """Whatever the model says of forms, menus, captions, headlines and promotion."""
    tree = page(p(FIRST), part, p(SECOND))
    text = f"{FIRST}\n{SECOND}"
    assert judge_blocks(tree, text, "Pier", BY_LINKS) == Judged(text, ())


def test_rows_that_were_extracted_stay() -> None:
    """A table of links is a table."""
    row = "<table><tr><td><a>Anna Maria</a><td><a>Harrowgate</a></tr></table>"
    text = f"{FIRST}\n{SECOND}\n| Anna Maria | Harrowgate |"
    assert judge_blocks(page(p(FIRST), p(SECOND), row), text, "Pier", BY_LINKS) == Judged(text, ())


def test_a_short_line_of_the_articles_own_make_stays() -> None:
    """What is written in the same elements as the article, and points nowhere, is its own."""
    by_length = read_trees(
        {"bias": 0.0, "trees": [{"if": [["ends_sentence", 0.5]], "then": [-3.0, 3.0]}]}
    )
    model = BlockModel(by_length, {})
    text = f"{FIRST}\nWITNESS\nAdvertisement\n{SECOND}\n{THIRD}"
    for element, stays in (("p", ["WITNESS"]), ("div", [])):
        line = f"<{element}>WITNESS</{element}>"
        tree = page(p(FIRST), line, p("Advertisement"), p(SECOND), p(THIRD))
        assert kept(judge_blocks(tree, text, "Pier", model)) == [FIRST, *stays, SECOND, THIRD]


def test_one_of_many_alike_stays_unless_it_is_hopeless() -> None:
    """The last of several questions is a question."""
    asked = ("Who pays for it?", "When will it open?", "Who may use it?", "How much")
    tree = page(p(FIRST), p(SECOND), *(f"<summary>{text}</summary>" for text in asked))
    text = "\n".join((FIRST, SECOND, *asked))
    for score, stays in ((-1.0, asked), (-2.0, asked[:3])):
        trees = {"bias": 0.0, "trees": [{"if": [["ends_sentence", 0.5]], "then": [score, 3.0]}]}
        model = BlockModel(read_trees(trees), {})
        assert kept(judge_blocks(tree, text, "Pier", model)) == [FIRST, SECOND, *stays]


def test_a_headline_stays_where_nothing_else_names_the_article() -> None:
    """It may have to become the title."""
    tree = page(f"<h1><a>{TEASER}</a></h1>", p(FIRST), p(SECOND))
    text = f"{TEASER}\n{FIRST}\n{SECOND}"
    assert kept(judge_blocks(tree, text, None, BY_LINKS)) == [TEASER, FIRST, SECOND]
    assert kept(judge_blocks(tree, text, "Pier", BY_LINKS)) == [FIRST, SECOND]


def test_a_text_is_not_taken_away_whole() -> None:
    """A model that would leave nothing does not understand the page."""
    links = [f"<p><a>{text}</a></p>" for text in (FIRST, SECOND, THIRD)]
    text = f"{FIRST}\n{SECOND}\n{THIRD}"
    assert judge_blocks(page(*links), text, "Pier", BY_LINKS) == Judged(text, ())


def test_a_short_line_at_the_edge_must_be_surer() -> None:
    """Among headlines of others below a text one looks like a heading of it."""
    tree = page(p(FIRST), "<h2>Inside</h2>", p(SECOND), "<h2>Below</h2>")
    lines = [FIRST, SECOND]
    sight = look_at(tree, lines, "Pier")
    assert sight is not None
    for score, back in ((1.0, ["Inside"]), (2.0, ["Inside", "Below"])):
        scores = np.full(len(sight.texts), score, np.float32)
        plan = plan_changes(sight, scores, lines, has_title=True)
        assert [sight.texts[block] for _, block in plan.added] == back


def test_too_long_a_page_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be compared is not changed."""
    monkeypatch.setattr("streams.core.page.match._MAX_PAIRS", 10)
    tree, text = page(p(FIRST), p(SECOND)), f"{FIRST}\n{SECOND}"
    assert judge_blocks(tree, text, "Pier", BY_LINKS) == Judged(text, ())


def test_reasons_are_those_of_words_that_have_one() -> None:
    """The table of names holds no name twice."""
    assert page_blocks._REASONS["share"] is Reason.SHARE
    assert len(page_blocks._REASONS) == sum(len(names.split()) for _, names in page_blocks._NAMED)


PIECES = st.lists(
    st.sampled_from(
        [
            "<p>", "</p>", "<div class='a b'>", "</div>", "<ul>", "<li>", "</ul>", "<table>",
            "<tr>", "<td>", "</table>", "<a href=x>", "</a>", "<h1>", "</h1>", "<h2>", "</h2>",
            "<br>", "<figure>", "<script>", "</script>", "</html>", "<!--", "-->", "<svg>", "&amp;",
            " ", "word ", "港", "Share ", f"<p>{FIRST}", f"<p>{SECOND}</p>", f"<div>{THIRD}</div>",
        ]
    ),
    max_size=40,
)  # fmt: skip


@settings(max_examples=50)  # trafilatura reads each page twice
@given(PIECES)
def test_any_page_is_read_and_restored(pieces: Sequence[str]) -> None:
    """Removals are apart and in order, hold the text at their place, and twice are the same."""
    markup = f"<html><body><article>{''.join(pieces)}{p(FIRST)}{p(SECOND)}{p(THIRD)}</article>"
    found = read_page(markup)
    assert found == read_page(markup)
    assert all(a.end <= b.start for a, b in pairwise(found.removals))
    for removal in found.removals:
        assert found.text[removal.start : removal.end] == removal.text
        # What stands beside an article goes in runs of blocks.
        assert "\n" not in removal.text or removal.rule.startswith(OUTSIDE_RULES)
