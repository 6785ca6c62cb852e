"""The posts of a live blog: many short texts with a clock time each, side by side on one page.

Extractors take them for teasers or comments, which look alike but for this: a post links nowhere
else from its heading, and says at what time of the day it was written.
"""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from streams.core.page.outline import names_at
from streams.core.page.shown import find_blocks
from streams.core.page.tree import PageTree

# Fewer of a kind may be anything.
_MIN_POSTS = 3
# A time of the day at the beginning of a block, alone or before the post's text.
_CLOCK = re.compile(r"\W{0,2}(?:[01]?\d|2[0-3])\s?[:.h]\s?[0-5]\d(?!\d|[.,:]\d)")
_CLOCK_ALONE = re.compile(rf"{_CLOCK.pattern}\W{{0,3}}(?:[ap]\.?m\.?|Uhr|[A-Z]{{2,4}})?\W*")
_HEADINGS = frozenset(("h2", "h3", "h4", "h5"))
_BESIDE_TAGS = frozenset(("nav", "aside", "footer", "form", "table"))
_BESIDE_NAMES = frozenset(
    ("comment", "comments", "reply", "replies", "review", "reviews", "teaser", "teasers")
) | frozenset(("related", "recommended", "latest", "popular", "trending", "promo", "ticker"))
_ALL_LINK, _MIN_CHARS = 0.5, 15
_CLOSING, _ENDS = "\"'”’»)", (".", "!", "?", "…", "。", "！", "？", "।", "۔")  # noqa: RUF001 - marks


def live_posts(tree: PageTree) -> list[int]:
    """Return the blocks that are posts' texts and headings; none when it is no live blog."""
    clocks = [at for at, text in enumerate(tree.texts) if _CLOCK.match(text)]
    if len(clocks) < _MIN_POSTS:
        return []
    groups: dict[tuple[int, str, frozenset[str]], list[int]] = {}
    parents, owners = tree.parents.tolist(), tree.owners.tolist()
    seen: set[int] = set()
    for block in clocks:
        element = owners[block]
        while element > 0 and element not in seen:
            seen.add(element)
            kind = (parents[element], tree.tags[element], names_at(tree, element))
            groups.setdefault(kind, []).append(element)
            element = parents[element]
    posts = [group for group in groups.values() if _are_posts(tree, group)]
    posts_of_all = [at for group in posts for at in group]
    texts = {block for at in posts_of_all for block in _texts_of(tree, at)}
    return sorted(texts.union(*(_headings_of(tree, at) for at in posts_of_all)))


def _are_posts(tree: PageTree, group: Sequence[int]) -> bool:
    return (
        len(group) >= _MIN_POSTS
        and not any(_links_elsewhere(tree, element) for element in group)
        and not _is_beside(tree, group[0])
        and sum(_ends_a_sentence(tree, at) for at in group) >= max(_MIN_POSTS, len(group) / 2)
    )


def _ends_a_sentence(tree: PageTree, element: int) -> bool:
    """Say whether an element has a text that is told rather than named."""
    return any(tree.texts[at].rstrip(_CLOSING).endswith(_ENDS) for at in _texts_of(tree, element))


def _texts_of(tree: PageTree, element: int) -> Iterator[int]:
    """Yield the blocks of an element that are neither time, nor heading, nor link, nor button."""
    for block in _blocks_in(tree, element):
        text, tag = tree.texts[block], tree.tags[int(tree.owners[block])]
        if (
            len(text) >= _MIN_CHARS
            and tag not in _HEADINGS
            and tag != "button"
            and tree.link_chars[block] < _ALL_LINK * len(text)
            and not _CLOCK_ALONE.fullmatch(text)
        ):
            yield block


def _headings_of(tree: PageTree, element: int) -> Iterator[int]:
    """Yield the blocks of an element that head its text."""
    for block in _blocks_in(tree, element):
        is_heading = tree.tags[int(tree.owners[block])] in _HEADINGS
        if is_heading and not _CLOCK_ALONE.fullmatch(tree.texts[block]):
            yield block


def _blocks_in(tree: PageTree, element: int) -> list[int]:
    inside = (tree.owners >= element) & (tree.owners < tree.ends[element])
    found: list[int] = np.flatnonzero(inside).tolist()
    return found


def _is_beside(tree: PageTree, element: int) -> bool:
    while element >= 0:
        if tree.tags[element] in _BESIDE_TAGS or _BESIDE_NAMES & names_at(tree, element):
            return True
        element = int(tree.parents[element])
    return False


def _links_elsewhere(tree: PageTree, element: int) -> bool:
    """Say whether a heading inside of an element is a link to another page."""
    for inner in range(element, int(tree.ends[element])):
        href = tree.attributes[inner].get("href") if tree.tags[inner] == "a" else None
        if href and "#" not in href and _is_in_heading(tree, inner, element):
            return True
    return False


def _is_in_heading(tree: PageTree, element: int, until: int) -> bool:
    """Say whether an element is in a heading, or around one."""
    if any(tree.tags[x] in _HEADINGS for x in range(element, int(tree.ends[element]))):
        return True
    while element > until:
        element = int(tree.parents[element])
        if tree.tags[element] in _HEADINGS:
            return True
    return False


def with_posts(tree: PageTree, text: str, posts: Sequence[int]) -> str:
    """Return the extracted text in the order of the page, with all posts in it."""
    lines = [line for line in text.split("\n") if line.strip()]
    shown, wanted = find_blocks(tree.texts, lines), set(posts)
    kept = [
        block
        for at, (block, found) in enumerate(zip(tree.texts, shown, strict=True))
        if at in wanted or not found.missing
    ]
    return "\n".join(kept)
