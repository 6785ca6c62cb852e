"""Messages that nobody means well with: a filler in each place where a message can hold one.

`messages()` yields some thousands of distinct ones, the same each time; `pumped` and `SLOTS` make
larger ones of them.
"""

import json
import random
from collections.abc import Callable, Iterator
from encodings.aliases import aliases

from streams.core.messages.message import Message
from streams.headers import Headers

STORY = "The ferry pier of Harrowgate is rebuilt, the mayor said on Tuesday, and opens in June."
UNITS = (
    " ", "\n", "\t", "\r\n", "\x00", "\x0b", "\xa0", "\u200b", "\ufeff", "\u2028", "\u202e",
    "\ufffd", "a", "A", "1", "a ", "Aa ", "a\n", "a.", "a-", "a_", "a@", "a@a.", "1 ", "0.",
    "1,", "00:00 ", '"', "'", "\\", "(", ")", "((", "(a", "[", "{", "}", "<", ">", "<<", "</",
    "<a", "<a ", "<!--", "-->", "<![CDATA[", "]]>", "&", "&amp;", "&#", "&#x41;", "&lt;p&gt;",
    "<p>", "</p>", "<div>", "<b>x", "<?xml ", "<!DOCTYPE ", "-", "--", " - ", "|", " | ", "\xb7",
    ":", ": ", "://", "/", "//", "?", "=", "a=", "&a=", "#", "%", "%41", ";", ",", ", ", "by ",
    "By A, ", "by by ", "and ", "ab and ", "\xa9 ", "\u4e2d", "\u6587\u3002", "\uff21\uff22",
    "\u5341", "\xe9", "e\u0301", "\u0301", "\xc3\xbc", "\u0420\u045f\u0421", "\xdf", "\ufb01",
    "\u0130", "\U0001f600", "\U0001f468\u200d\U0001f469", "\U000e0041", "\u0e01", "\u0e2d\u0e31",
    "\ud55c", "\u0627", "\u05d0", "A\u03b1", "d8", "www.", "http://a", "\x85",
)  # fmt: skip


def pumped(unit: str, size: int) -> str:
    """Return a unit over and over."""
    return (unit * (size // len(unit) + 1))[:size]


def _message(value: bytes | None, headers: Headers = (), key: bytes | None = None) -> Message:
    return Message("news.raw", 0, 7, 1_780_000_000_000, key, value, headers)


def _json(**fields: object) -> Message:
    return _message(json.dumps({"content": STORY} | fields).encode())


def _bare(type_: str, text: str, **named: str) -> Message:
    named = {"content-type": type_} | named
    headers = tuple((name, held.encode("utf-8", "replace")) for name, held in named.items())
    return _message(text.encode("utf-8", "replace"), headers)


def _page(head: str = "", body: str = "") -> Message:
    text = f"<html><head>{head}</head><body>{body}<article><p>{STORY}</p></article></body></html>"
    return _bare("text/html", text)


def _rss(inside: str) -> Message:
    return _bare("application/rss+xml", f"<item><title>T</title>{inside}</item>")


def _item(type_: str, **fields: object) -> Message:
    return _bare(type_, json.dumps(fields))


_FEED, _NINJS = "application/feed+json", "application/vnd.iptc.ninjs+json"
SLOTS: dict[str, Callable[[str], Message]] = {
    "value": lambda x: _message(x.encode("utf-8", "replace")),
    "key": lambda x: _message(b"{", key=x.encode("utf-8", "replace")),
    "content": lambda x: _json(content=x),
    "content after a story": lambda x: _json(content=f"{STORY}\n{x}\n{STORY}"),
    "title": lambda x: _json(title=x),
    "url": lambda x: _json(url=x),
    "address": lambda x: _json(url=f"https://wire.example/{x}"),
    "id": lambda x: _json(id=x[:512]),
    "source": lambda x: _json(source=x[:255]),
    "language": lambda x: _json(language=x[:35]),
    "date": lambda x: _json(published_at=x),
    "extra": lambda x: _json(extra={x[:255]: x}),
    "unknown field": lambda x: _json(**{x: x}),
    "text": lambda x: _bare("text/plain", x),
    "text like a page": lambda x: _bare("text/plain", f"<html>{x}"),
    "header type": lambda x: _bare(f"text/plain;{x[:2_000]}", STORY),
    "header charset": lambda x: _bare(f"text/plain; charset={x[:2_000]}", STORY),
    "header title": lambda x: _bare("text/plain", STORY, **{"cleanwire-title": x}),
    "header url": lambda x: _bare("text/plain", STORY, **{"cleanwire-url": x}),
    "header date": lambda x: _bare("text/plain", STORY, **{"cleanwire-published-at": x}),
    "header name": lambda x: _bare("text/plain", STORY, **{x: x}),
    "page": lambda x: _bare("text/html", x),
    "page title": lambda x: _page(f"<title>{x}</title>"),
    "page og:title": lambda x: _page(f'<meta property="og:title" content="{x}">'),
    "page author": lambda x: _page(f'<meta name="author" content="{x}">'),
    "page date": lambda x: _page(f'<meta property="article:published_time" content="{x}">'),
    "page address": lambda x: _page(f'<link rel="canonical" href="https://a.example/{x}">'),
    "page JSON-LD": lambda x: _page(f'<script type="application/ld+json">{x}</script>'),
    "page headline": lambda x: _page(
        '<script type="application/ld+json">'
        + json.dumps({"@type": "NewsArticle", "headline": x, "author": x, "datePublished": x})
        + "</script>"
    ),
    "page heading": lambda x: _page("", f"<h1>{x}</h1>"),
    "page byline": lambda x: _page("", f"<p class=byline>{x}</p>"),
    "page class": lambda x: _page("", f'<div class="{x}"><p>{STORY}</p></div>'),
    "page paragraph": lambda x: _page("", f"<article><p>{x}</p><p>{STORY}</p></article>"),
    "page time": lambda x: _page("", f'<time datetime="{x}">{x}</time>'),
    "page link": lambda x: _page("", f'<a href="{x}">{x}</a>'),
    "feed": lambda x: _bare("application/rss+xml", x),
    "feed before": lambda x: _bare(
        "application/rss+xml", f"{x}<item><title>{STORY}</title></item>"
    ),
    "feed description": lambda x: _rss(f"<description>{x}</description>"),
    "feed CDATA": lambda x: _rss(f"<description><![CDATA[{x}]]></description>"),
    "feed date": lambda x: _rss(f"<pubDate>{x}</pubDate><description>{STORY}</description>"),
    "feed author": lambda x: _rss(f"<author>{x}</author><description>{STORY}</description>"),
    "Atom": lambda x: _bare(
        "application/atom+xml",
        f'<entry><title>{x}</title><content type="html">{x}</content></entry>',
    ),
    "JSON Feed": lambda x: _item(_FEED, content_html=x, title=x, authors=[{"name": x}], id=x),
    "JSON Feed date": lambda x: _item(_FEED, content_text=STORY, date_published=x, tags=[x]),
    "ninjs": lambda x: _item(_NINJS, body_html=x, headline=x, byline=x, version=x, uri=x),
}


def _nested() -> Iterator[Message]:
    """Yield JSON of every depth and kind in the place of each field."""
    fields = ("content", "title", "authors", "extra", "http", "signal", "version", "published_at")
    odd: list[object] = [None, True, 0, -1, 1e308, 10**400, "", [], {}, [None], {"a": None}, [[]]]
    for field in fields:
        for value in odd:
            yield _message(json.dumps({"content": STORY} | {field: value}).encode())
    for depth in (10, 200, 900, 1_100, 5_000, 100_000):
        for left, right in (("[", "]"), ('{"a":', "}"), ('{"content":[', "]}")):
            yield _message((left * depth + "0" + right * depth).encode())
            yield _message((left * depth).encode())
            yield _bare(_NINJS, left * depth + "0" + right * depth)
    for number in ("NaN", "Infinity", "-0", "1e999999", "9" * 5_000, "0x1", "01"):
        yield _message(f'{{"content": "x", "version": {number}}}'.encode())


def _encoded() -> Iterator[Message]:
    """Yield a text and an article in every encoding of Python, and declared as every other."""
    article = json.dumps({"content": STORY + " Zürich 中文"}, ensure_ascii=False)
    for name in sorted({*aliases.values(), "utf-8-sig", "idna", "punycode", "undefined"}):
        try:
            value = article.encode(name, "replace")
        except (UnicodeError, LookupError, TypeError, ValueError):
            value = b"\xff" + name.encode()
        yield _message(value)
        declared = f"text/plain; charset={name}".encode()
        yield _message(value, (("content-type", declared),))


def _headed() -> Iterator[Message]:
    """Yield headers without values, of odd names, and by the hundred."""
    value = json.dumps({"content": STORY}).encode()
    names = (
        "",
        "x",
        "content-type",
        "Content-Type",
        "traceparent",
        "cleanwire-title",
        "\ud800",
        "é",
    )
    for name in names:
        for held in (None, b"", b"\xff\xfe", b"x" * 5_000):
            for body in (value, b"{", b"", None):
                yield _message(body, ((name, held),))
                yield _message(body, ((name, held),) * 3)
    yield _message(value, tuple((f"h{at}", b"v") for at in range(2_000)))


def _broken(seed: int) -> Iterator[Message]:
    """Yield good messages that were cut off, or have bytes of others in them."""
    chance = random.Random(seed)  # noqa: S311 - the same each time
    good = [SLOTS[name](STORY) for name in SLOTS]
    for message in good:
        value = message.value or b""
        for _ in range(10):
            at = chance.randrange(len(value) + 1)
            yield _message(value[:at], message.headers)
            other = chance.choice(good).value or b""
            yield _message(value[:at] + chance.randbytes(3) + other[at:], message.headers)


def messages(*, size: int = 2_000, seed: int = 0) -> Iterator[Message]:
    """Yield all of it, with fillers of some length."""
    for make in SLOTS.values():
        for unit in UNITS:
            yield make(pumped(unit, size))
    yield from _nested()
    yield from _encoded()
    yield from _headed()
    yield from _broken(seed)
