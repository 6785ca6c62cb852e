"""A page's title: the headline as its makers declare it, without the name of the site."""

import html
import re
from collections.abc import Iterator, Sequence

from streams.core.page.declared import Declared

# What stands between a headline, its section and the name of the site. A dash without blanks is one
# in East Asia only, and a colon only before the site's own name.
_SEPARATOR = re.compile(r"\s*(?:\s[-–—·•»/:]\s|[|｜ㅣ_]|\s\|\s|--|—|»|·|::|：)\s*|\s+-|-\s+")  # noqa: RUF001
_MIN_CHARS = 8
# No site has a longer name; a hostile title has ten thousand separators.
_MAX_SITE_CHARS = 200
_TITLE_METAS = (
    "headline", "og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title",
    "dcterms.title",
)  # fmt: skip
# Behind a bar, so short a text is a section or site, whatever its name.
_BAR = re.compile(r"\s+[|｜ㅣ]\s+")  # noqa: RUF001 - bars of East Asia
_MAX_TAIL_CHARS, _HEAD_TO_TAIL = 30, 1.5
# What is longer tells the story rather than naming it.
_MAX_SHARED_CHARS = 150
# A headline that search engines would cut is cut by the page itself.
_CUT = re.compile(r"\s*(?:\.\.\.|…)$")


def headline(
    declared: Declared,
    declared_by_item: str | None,
    site_names: Sequence[str],
    texts: Sequence[str] = (),
) -> str | None:
    """Return the title of a page; `declared_by_item` is the headline in its JSON-LD.

    `texts` are the page's blocks.
    """
    metas = [declared.metas.get(name, "") for name in _TITLE_METAS]
    every = [
        tidy
        for text in (declared_by_item, *declared.headings, *metas, declared.title)
        if (tidy := tidy_title(text))
    ]
    sites = {key for name in site_names if (key := _key(name))}
    shared = _written_for_sharing(declared, declared_by_item, every, sites)
    if shared:
        return shared
    for text in _in_order(declared, declared_by_item, metas):
        title = without_site(text, every, sites)
        if title and _key(title) not in sites:
            return title if title != declared.title else _shown_part(title, texts)
    return None


def _shown_part(title: str, texts: Sequence[str]) -> str:
    """Return the longer part of a title, where the page shows that alone; else all of it."""
    parts = _SEPARATOR.split(title)
    longest = max(parts, key=len)
    is_most = len(longest) >= _MIN_CHARS and 2 * len(longest) >= len(title)
    return longest if len(parts) > 1 and is_most and longest in texts else title


def tidy_title(text: str | None) -> str:
    """Return a title on one line, with entities that were escaped twice resolved."""
    return " ".join(html.unescape(text or "").split())


def _in_order(declared: Declared, by_item: str | None, metas: Sequence[str]) -> Iterator[str]:
    """Yield the titles of a page, the most trusted first."""
    item = tidy_title(by_item)
    headings = [tidy_title(text) for text in declared.headings]
    others = [tidy_title(text) for text in (*metas, declared.title)]
    if item:
        shared = tidy_title(declared.metas.get("og:title"))
        yield _shown(item, shared, headings, others[-1])
    # The heading that the title repeats is the story's, another may be the site's or a section's.
    yield from (x for x in headings if any(_begins(other, x) for other in others if other))
    yield from (text for text in others[:-1] if text)
    yield from headings[:1]
    yield others[-1]


def _shown(item: str, shared: str, headings: Sequence[str], title: str) -> str:
    """Return the headline of the JSON-LD, or what the page shows in its stead."""
    # A longer heading that begins alike is the whole of a headline that was cut.
    start = _CUT.sub("", item)
    whole = next((x for x in headings if item not in (x, start) and x.startswith(start)), None)
    if whole:
        return whole
    # Written for search engines, beside one for readers: on the page and where it is shared.
    if shared and shared in headings and shared != item and _begins(title, item):
        return shared
    # Without the line above the headline, where the page shares it so.
    if len(shared) >= _MIN_CHARS and item.endswith((f": {shared}", f" | {shared}")):
        return shared
    return item


def _written_for_sharing(
    declared: Declared, by_item: str | None, every: Sequence[str], sites: set[str]
) -> str | None:
    """Return the title that an editor gave for sharing, beside one that fills all other places.

    Where a template fills in the title for sharing, it fills in that of Twitter as well.
    """
    metas = declared.metas
    item, shared, tweeted, title = (
        without_site(tidy_title(text), every, sites)
        for text in (by_item, metas.get("og:title"), metas.get("twitter:title"), declared.title)
    )
    keys = {_key(text) for text in (item or title, title)} | {_key(tweeted)} - {""}
    is_shown = any(_key(tidy_title(text)) in keys for text in declared.headings)
    is_other = _MIN_CHARS <= len(shared) <= _MAX_SHARED_CHARS and _key(shared) not in keys | sites
    is_cut = title.startswith(shared)
    return shared if len(keys) == 1 and is_shown and is_other and not is_cut else None


def _begins(longer: str, text: str) -> bool:
    return len(text) >= _MIN_CHARS and _key(text) in _key(longer)


def without_site(title: str, others: Sequence[str], sites: set[str]) -> str:
    """Return a title without the site and section around it.

    What the page itself calls its headline says where it ends; else a known name of the site.
    """
    for other in sorted(set(others), key=len):
        if _MIN_CHARS <= len(other) < len(title) and title.startswith(other):
            after = title[len(other) :]
            if _SEPARATOR.match(after) and _is_tail(after, sites, title, other):
                return other
    marks = [found.span() for found in _SEPARATOR.finditer(title)]
    for start, end in marks:
        is_short = len(title) - end <= _MAX_SITE_CHARS
        if start >= _MIN_CHARS and is_short and _key(title[end:]) in sites:
            return title[:start].rstrip()
    before, colon, _ = title.partition(": ")
    for found in _BAR.finditer(title):
        tail = len(title) - found.end()
        if tail <= _MAX_TAIL_CHARS and found.start() >= max(_MIN_CHARS, _HEAD_TO_TAIL * tail):
            return title[: found.start()]
    for start, end in [*marks[:1], (len(before), len(before) + len(colon))]:
        if _key(title[:start]) in sites and len(title) - end >= _MIN_CHARS:
            return title[end:].lstrip()
    return title


def _is_tail(after: str, sites: set[str], title: str, other: str) -> bool:
    """Say whether what follows a headline is site and section, not its second half."""
    last = _key(_SEPARATOR.split(after)[-1])
    return last in sites or 2 * len(other) >= len(title)


def _key(text: str) -> str:
    """Return the form in which names of sites are compared: letters and digits alone."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())
