"""The worst 1 MB that one can send is cleaned or refused in half of the time that it may take.

Seconds of a busy machine are longer than those of an idle one, so the limit counts a yardstick:
the time that a fixed piece of work of the same kind takes at the same moment.
"""

import json
import re
import time
from itertools import product

import pytest
from lxml import html

from schemas import PreparedArticle, Rejection
from streams.core.clean import clean
from streams.core.messages.message import Message
from streams.core.page.extract import MAX_TAGS
from streams.headers import Headers
from streams.settings import CleanSettings

pytestmark = pytest.mark.slow

SIZE = 990_000
# Half of CLEANWIRE_CLEAN__TIME_LIMIT_S on a machine whose yardstick takes 20 ms. The dearest input
# takes 80 to 90, nearly all of it in trafilatura (29,000 short paragraphs).
LIMIT = 125
SETTINGS = CleanSettings(max_value_bytes=4_000_000)
YARDSTICK = "<html>" + "".join(f"<p class=c{i}>w{i} a <b>b</b></p>" for i in range(10_000))


def filled(unit: str) -> str:
    """Return some 1 MB of a text over and over."""
    return (unit * (SIZE // len(unit) + 1))[:SIZE]


def yardstick() -> float:
    """Return the CPU seconds that a fixed page takes to be parsed and split into words."""
    start = time.process_time()
    paragraphs = html.fromstring(YARDSTICK).iter("p")
    words = {word for paragraph in paragraphs for word in re.findall(r"\w+", paragraph.text)}
    assert len(words) == 10_001
    return time.process_time() - start


def took(value: bytes, headers: Headers = ()) -> float:
    """Return how many yardsticks cleaning takes, after the libraries are loaded."""
    clean(Message("t", 0, 0, 1_780_000_000_000, None, b"<p>warm</p>", headers), SETTINGS)
    before = yardstick()
    start = time.process_time()
    result = clean(Message("t", 0, 0, 1_780_000_000_000, None, value, headers), SETTINGS)
    seconds = time.process_time() - start
    assert isinstance(result, PreparedArticle | Rejection)
    return seconds / ((before + yardstick()) / 2)


NAMES = ["".join(letters) for letters in product("qxzjkvwy", repeat=6)]


def many_names(depth: int) -> str:
    """Return open elements so deep, each of sixty names of its own."""
    rows = (" ".join(NAMES[at : at + 60]) for at in range(0, 60 * depth, 60))
    return "".join(f'<div class="{row}">' for row in rows)


NEAR = "\n".join(
    f"This line stays nearly the same, {i}, and is repeated over and over " * 2
    for i in range(7_000)
)


@pytest.mark.parametrize(
    "text",
    [
        *map(
            filled,
            (
                "a",
                "a\n",
                "word ",
                "Share\nMenu\n",
                "Ã¼Ã¤ ",
                "РџСЂРё ",
                "'",
                "\u200b",
                "a\u0301\u0302",
                "中文",
                "中文。\n",
            ),
        ),
        *map(
            filled,
            (
                "The post ",
                "© ",
                "by ",
                "Aa Bb Cc\n",
                "x" * 70 + "\nword ",
                "This is one long line, " * 9 + "\n",
            ),
        ),
        NEAR,
    ],
    ids=lambda text: repr(text[:24]),
)
def test_text(text: str) -> None:
    """Plain text of one unit, whatever the unit is."""
    assert took(json.dumps({"content": text}, ensure_ascii=False).encode()) < LIMIT


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 190_000 + "x",
        "<p>text here " * 80_000,
        "<" * SIZE,
        '<p class="' + "x" * SIZE,
        "<p " + "a=b " * 240_000 + ">hi",
        "<script>" * 120_000,
        "<!--" * 240_000,
        "&amp;" * 190_000,
        "<table><tr><td>" * 60_000,
        '<a href="/x">link</a> ' * 45_000,
        "<form><input>" * 70_000,
        "<div>a</div>" * 80_000,
        "<html>" + "".join(f"<p>w{i} a b</p>" for i in range(29_000)),
        "<html>" + "".join(f"<p>w{i} a b c</p>" for i in range(MAX_TAGS // 2 - 10)),
        "<html>" + "<div class='a b c'>" * 180 + "<p>Word.</p>" * 29_000,
        "<html>" + f"<p>{'the word is here now and ' * 18_000}</p>" * 2,
        "<html>" + many_names(100) + "".join(f"<p class={name}>A word." for name in NAMES[-7_000:]),
    ],
    ids=lambda markup: markup[:24],
)
def test_html(markup: str) -> None:
    """Pages that nest, repeat or never close."""
    assert took(markup.encode(), (("content-type", b"text/html"),)) < LIMIT


@pytest.mark.parametrize(
    "markup",
    [
        "<item>" * 160_000,
        "<item>" + "<a>" * 300_000 + "</item>",
        "<item><description><![CDATA[" + "<p>x " * 190_000 + "]]></description></item>",
        "<item>" + "<![CDATA[" * 100_000,
        "<item " + 'a="b" ' * 160_000 + "/>",
        "<rss><channel>" + "<item><title>t</title></item>" * 33_000 + "</channel></rss>",
        "<item>" + "<" * 900_000,
    ],
    ids=lambda markup: markup[:24],
)
def test_feeds(markup: str) -> None:
    """Feeds that nest, repeat or never close."""
    assert took(markup.encode(), (("content-type", b"application/rss+xml"),)) < LIMIT


@pytest.mark.parametrize(
    "text",
    [
        "From: a\nSubject: b\n" + filled(" c\n"),
        filled("-----Original Message-----\nFrom: a\nSubject: b\n\n"),
        "---\n" + filled("a: [b, c]\n"),
        "WEBVTT\n\n" + filled("0:01.0 --> 0:02.0\n<v a>b.\n\n"),
        "WEBVTT\n\n0:01.0 --> 0:02.0\n" + filled("{a <v b\n"),
        filled("[1]") + "x]",
        filled("(") + "://",
    ],
)
def test_heads_and_subtitles_take_no_longer(text: str) -> None:
    """Nor do texts that begin as mails, Markdown files or subtitles do."""
    assert took(text.encode(), (("content-type", b"text/plain"),)) < LIMIT


@pytest.mark.parametrize(
    "script",
    [
        filled("window.a=["),
        filled("window.a=[1,"),
        "self.__next_f.push([1," + json.dumps(filled("1:[\n")) + "])",
        json.dumps(["<p a <p" * 100] * 1_200),
        json.dumps([["$", "p", None, {"children": "a b"}]] * 20_000),
        "[" * SIZE,
    ],
)
def test_data_in_scripts_takes_no_longer(script: str) -> None:
    """Where a page shows nothing else."""
    page = f"<html><body>a<script type='application/json'>{script}</script>"
    page += f"<script>{script}</script></body></html>"
    assert took(page.encode(), (("content-type", b"text/html"),)) < LIMIT
