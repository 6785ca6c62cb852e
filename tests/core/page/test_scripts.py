"""A page that has its story in a script alone is an article all the same."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.prepared import Flag
from streams.core.page.scripts import story_in_scripts
from tests.support.raw import bare

STORY = (
    "The lighthouse of Vell has been sold to the harbour board, which wants to open it to all.",
    "A baker has asked for the ground floor, where the oil was kept, and will most likely get it.",
    "Its last keeper handed over the keys on Tuesday, and said that he would not miss the stairs.",
    "The board paid 1.4 million for it, against three of its members, who wanted a second crane.",
    "Nobody knows yet who is going to clean the lamp, or what the lamp is for, the mayor wrote.",
)
BODY = "".join(f"<p>{line}</p>" for line in STORY)
ELEMENTS = ["$", "article", None, {"children": [["$", "p", None, {"children": x}] for x in STORY]}]


def script(text: str, attributes: str = "") -> str:
    """Return a page that shows nothing but a word, with this script."""
    return (
        "<!DOCTYPE html><html lang='en'><head><title>Lighthouse sold</title></head><body>"
        f"<div id='app'>Loading...</div><script {attributes}>{text}</script></body></html>"
    )


@pytest.mark.parametrize(
    "page",
    [
        script(
            json.dumps({"props": {"article": {"bodyHtml": BODY}, "related": [BODY * 2]}}),
            "id='__NEXT_DATA__' type='application/json'",
        ),
        script(
            json.dumps({"story": [{"type": "p", "text": line} for line in STORY]}),
            "type='application/json'",
        ),
        script(f"window.__INITIAL_STATE__ = {json.dumps({'a': {'content': BODY}})};"),
        script("self.__next_f.push([1," + json.dumps(f"5:{json.dumps(ELEMENTS)}\n6:I[1]\n") + "])"),
    ],
)
def test_the_story_in_a_script_is_the_text(page: str) -> None:
    """A body in HTML, a list of blocks, a tree of elements; what the page declares stays."""
    article = bare(page, "text/html")
    assert [p.text for p in article.paragraphs] == list(STORY)
    assert article.title == "Lighthouse sold"
    assert Flag.EXTRACTION_FALLBACK in article.flags


@pytest.mark.parametrize(
    "page",
    [
        script(f"var story = {json.dumps(BODY)};"),
        script(
            json.dumps({"comments": [{"text": line} for line in STORY]}), "type=application/json"
        ),
        script(json.dumps({"body": "<p>Short.</p><p>Too short.</p>"}), "type=application/json"),
        script(json.dumps({"names": ["Liv", "Per"] * 300}), "type=application/json"),
        script('{"broken": "<p>', "type=application/json"),
        script("[" * 5_000, "type=application/json"),
    ],
)
def test_other_data_is_no_story(page: str) -> None:
    """Programs, comments, short texts, lists of names, and what is broken."""
    assert story_in_scripts(page) is None


def test_a_page_that_shows_its_story_is_read_as_shown() -> None:
    """Whatever its scripts hold."""
    other = json.dumps({"body": BODY.replace("lighthouse", "windmill")})
    page = script(other, "type='application/json'").replace(
        "Loading...", f"<article>{BODY}</article>"
    )
    assert [p.text for p in bare(page, "text/html").paragraphs] == list(STORY)


@given(
    st.recursive(
        st.none() | st.text(max_size=8),
        lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["text", "$", "p"]), x),
    )
)
def test_nothing_raises(data: object) -> None:
    """JSON holds anything."""
    story_in_scripts(script(json.dumps(data), "type='application/json'"))
