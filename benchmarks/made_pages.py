"""Made-up articles as pages of a news site, for measurements of speed.

What a page consists of is as on real ones. The medians of 127 labelled news pages of 28 regions:
38 KB in 27 scripts, 5 in styles, 86 in attributes; 1,000 elements, of them 170 `div`, 185 links,
98 `span`, 135 `li`, 23 `p`, 20 drawings; 210 blocks with 8.8 KB of visible text, half of it the
article; ten levels deep. A test holds made pages to within a quarter of these. (Real ones have 236
KB in all, for some have far longer scripts; comments of readers are loaded later, and not there.)
"""

import json
from html import escape

from benchmarks.made_news import Article, Writer

_TEASERS, _PICTURES = 30, 16
_METAS, _HINTS, _SCRIPTS = 34, 24, 27
_STATE_ENTRIES = 290
_RULES = 60
_SYMBOLS, _TOOLS = 35, 10
_WRAPPERS = ("app", "page-root", "page-frame", "layout", "layout-row")
_ICON = (
    '<svg class="icon icon--small" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">'
    '<g><path d="M18.244 2.25h3.308l-7.227 8.26 8.502 11.24H16.17l-5.214-6.817L4.99 21.75H1.68l7.73'
    '-8.835L1.254 2.25H8.08l4.713 6.231zm-1.161 17.52h1.833L7.084 4.126H5.117z"></path></g></svg>'
)


def page(article: Article) -> str:
    """Return an article as a page with what a news site puts around it."""
    writer = Writer(article.number)
    return f"""<!DOCTYPE html><html lang="en" class="no-js theme-light"><head><meta charset="utf-8">
{_head(article, writer)}</head><body class="story-page section-news theme-light">
{"".join(f'<div class="{name}" id="{name}" data-component="{name}">' for name in _WRAPPERS)}
{_sprite()}<header class="site-header site-header--sticky">{_ICON}{_tools()}
<nav class="site-nav site-nav--main" aria-label="Main">{_menu(writer, 5, 11)}</nav></header>
<main class="site-main" id="content">{_article(article, writer)}
<div class="page-section page-section--more">{_teasers(writer, 0)}</div></main>
<div class="side-column side-column--right">{_teasers(writer, 1)}</div>
<footer class="site-footer"><div class="site-footer__in">{_menu(writer, 6, 12)}
<p class="site-footer__legal">All rights reserved. Terms of use. Privacy policy.</p></div></footer>
{"</div>" * len(_WRAPPERS)}{_scripts(article, writer)}</body></html>"""


def _head(article: Article, writer: Writer) -> str:
    title, address = escape(article.title), f"https://{article.source}/news/story-{article.number}"
    item = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": "2026-03-01T06:00:00+01:00",
        "author": [{"@type": "Person", "name": writer.person()}],
        "mainEntityOfPage": address,
    }
    named = {"og:title": title, "og:type": "article", "og:url": address, "og:site_name": "Daily"}
    metas = "".join(f'<meta property="{name}" content="{text}">' for name, text in named.items())
    metas += "".join(
        f'<meta name="site:field-{i}" content="{writer.word()} {writer.word()}">'
        for i in range(_METAS - len(named))
    )
    hints = "".join(
        f'<link rel="preload" as="script" href="https://static.{article.source}/assets/chunk-{i}.js">'
        for i in range(_HINTS)
    )
    rules = "".join(
        f".teaser--{i} .teaser__in > a:hover {{ margin: {i}px 0 0 auto; color: #1a1a1a }}\n"
        for i in range(_RULES)
    )
    return (
        f"<title>{title} | Daily</title>{metas}"
        f'<meta name="description" content="{escape(writer.sentence())}">'
        f'<link rel="canonical" href="{address}">{hints}<style>{rules}</style>'
        f'<script type="application/ld+json">{json.dumps(item)}</script>'
    )


def _article(article: Article, writer: Writer) -> str:
    shares = "".join(
        f'<button class="share__button share__button--{name}" type="button" data-share="{name}"'
        f' aria-label="Share by {name}">{_ICON}</button>'
        for name in ("mail", "link", "message", "print", "save")
    )
    text = "\n".join(_paragraph(place, line) for place, line in enumerate(article.lines))
    tags = "".join(
        f'<li class="tags__item">{_link(writer, "topic", writer.word())}</li>' for _ in range(5)
    )
    return f"""<article class="article article--standard" data-article-id="{article.number}">
<div class="article__header"><div class="article__kicker"><span>{writer.word()}</span></div>
<h1 class="article__headline">{escape(article.title)}</h1>
<div class="article__meta"><div class="byline"><span class="byline__by">By </span>
<span class="byline__name"><a rel="author" href="/authors/desk">{writer.person()}</a></span></div>
<time class="article__time" datetime="2026-03-01T06:00:00+01:00">1 March 2026, 6:00</time>
</div></div><div class="share share--bar">{shares}</div>
<div class="article__body"><div class="article__content">{text}</div></div>
<div class="tags"><ul class="tags__list">{tags}</ul></div></article>"""


def _paragraph(place: int, line: str) -> str:
    shown = f'<p class="paragraph paragraph--{place % 3}">{escape(line)}</p>'
    if place % 6 == 2:
        shown += (
            f'<div class="ad ad--inline"><div class="ad__slot" id="ad-{place}" data-ad-unit='
            f'"/1234/news/story/inline-{place}" data-sizes="300x250,320x50"></div></div>'
        )
    if place % 7 == 3:
        shown += (
            f"<figure class='figure'>{_picture(place)}<figcaption>A picture.</figcaption></figure>"
        )
    return shown


def _picture(number: int) -> str:
    address = f"https://images.daily.example/crop/w_1200,h_800,q_80/story/2026/03/{number:08}.jpg"
    widths = ", ".join(
        f"{address}?w={width} {width}w" for width in (240, 320, 480, 640, 960, 1200, 1600)
    )
    return (
        f'<picture class="picture"><source type="image/webp" srcset="{widths}" sizes="100vw">'
        f'<img class="picture__image" loading="lazy" alt="" src="{address}" srcset="{widths}"'
        ' style="aspect-ratio: 3 / 2; object-fit: cover"></picture>'
    )


def _link(writer: Writer, kind: str, text: str) -> str:
    words = "-".join(writer.word().lower() for _ in range(4))
    return (
        f'<a class="link link--{kind}" href="https://daily.example/news/{kind}/2026/{words}-1234567"'
        f' data-track-element="{kind}" data-track-position="{len(words)}">{text}</a>'
    )


def _sprite() -> str:
    """Return the drawings that a page keeps for all its icons."""
    symbols = "".join(
        f'<symbol id="icon-{i}" viewBox="0 0 24 24"><path d="M{i} 2.25h3.308l-7.227 8.26z"></path>'
        "</symbol>"
        for i in range(_SYMBOLS)
    )
    return f'<svg class="sprite" style="display: none" aria-hidden="true">{symbols}</svg>'


def _tools() -> str:
    buttons = "".join(
        f'<button class="tool tool--{i}" type="button" aria-expanded="false" data-tool="{i}">'
        f'<svg class="icon" aria-hidden="true"><use href="#icon-{i}"></use></svg></button>'
        for i in range(_TOOLS)
    )
    return (
        '<form class="search" action="/search" role="search"><label class="search__label" for="q">'
        'Search</label><input class="search__field" id="q" name="q" type="search"></form>'
        f'<div class="tools">{buttons}</div>'
    )


def _menu(writer: Writer, sections: int, entries: int) -> str:
    return "".join(
        '<div class="menu-section"><ul class="menu-section__list">'
        + "".join(
            f'<li class="menu-section__item">{_link(writer, "menu", writer.word())}</li>'
            for _ in range(entries)
        )
        + "</ul></div>"
        for _ in range(sections)
    )


def _teasers(writer: Writer, column: int) -> str:
    return (
        '<div class="teaser-list"><h2 class="teaser-list__title">More stories</h2>'
        + "".join(_teaser(writer, 2 * place + column) for place in range(_TEASERS // 2))
        + "</div>"
    )


def _teaser(writer: Writer, place: int) -> str:
    image = f'<div class="teaser__media">{_picture(place)}</div>' if place < _PICTURES else _ICON
    headline = f'<span class="teaser__headline">{writer.headline()}</span>'
    kicker = f'<span class="teaser__kicker">{writer.word()}</span>'
    return (
        f'<div class="teaser teaser--{place}" data-teaser-id="{place}"><div class="teaser__in">'
        f'{image}<div class="teaser__text">{kicker}{_link(writer, "story", headline)}'
        f'<div class="teaser__intro"><span>{writer.sentence() if place % 2 else ""}</span></div>'
        '<div class="teaser__meta"><span class="teaser__age">3 hours ago</span></div>'
        "</div></div></div>"
    )


def _scripts(article: Article, writer: Writer) -> str:
    state = {
        f"entry{i}": {"id": i, "type": "teaser", "title": writer.headline(), "visible": i % 3 == 0}
        for i in range(_STATE_ENTRIES)
    }
    loaders = "".join(
        f'<script>(function(w,d){{w.q{i}=w.q{i}||[];var s=d.createElement("script");'
        f's.src="https://cdn.{article.source}/tag/{i}.js";s.async=1;d.head.appendChild(s)}})'
        "(window,document);</script>"
        for i in range(_SCRIPTS - 2)
    )
    return f"{loaders}<script>window.__STATE__={json.dumps(state)};</script>"
