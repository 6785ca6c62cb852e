"""Why a block beside an article is not part of it: what the elements around it are called."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from schemas.removal import Reason
from streams.core.page.outline import names_at
from streams.core.page.tree import PageTree
from streams.core.text.normalise import comparison_form

# Rules of what stands beside an article; a removal by one of them may be many blocks.
OUTSIDE_RULES = "page_outside/"


class OutsideReason(NamedTuple):
    """What is recorded of blocks beside an article."""

    reason: Reason
    rule: str
    why: str


def _row(reason: Reason, rule: str, why: str) -> OutsideReason:
    return OutsideReason(reason, f"{OUTSIDE_RULES}{rule}", why)


_TITLE = _row(Reason.TITLE_REPEAT, "title", "The article's title, as the page shows it.")
_LINKS = _row(Reason.RELATED, "links", "Links alone, outside of the article.")
_ELSE = _row(Reason.OUTSIDE, "else", "Outside of the article, by the extractor's judgement.")

_BY_TAG = {
    "nav": _row(Reason.NAVIGATION, "nav", "In a menu of the page."),
    "footer": _row(Reason.FOOTER, "footer", "In a footer."),
    "aside": _row(Reason.RELATED, "aside", "In an aside of the page."),
    "figcaption": _row(Reason.CAPTION, "figcaption", "Below a picture."),
    "form": _row(Reason.NAVIGATION, "form", "In a form."),
    "button": _row(Reason.NAVIGATION, "button", "On a button."),
}
# Names of elements, innermost first, by which pages say what they hold.
_NAMED: Mapping[Reason, str] = {
    Reason.SHARE: "share sharing social follow",
    Reason.NEWSLETTER: "newsletter signup subscribe subscription mailchimp optin",
    Reason.COOKIE: "cookie cookies consent gdpr",
    Reason.PAYWALL: "paywall premium",
    Reason.ADVERT: "advert advertisement sponsor sponsored banner",
    Reason.COMMENTS: "comment comments disqus reply",
    Reason.TAGS: "tag tags tagged topics categories category keywords",
    Reason.RELATED: "related recommended recirc promo teaser teasers popular trending latest more",
    Reason.CAPTION: "caption credit",
    Reason.BYLINE: "author byline bio dateline timestamp published",
    Reason.LEGAL: "disclaimer copyright disclosure imprint",
    Reason.FOOTER: "footer",
    Reason.NAVIGATION: "breadcrumb breadcrumbs nav navigation menu pagination toc header masthead",
}
_BY_NAME = {
    name: _row(reason, f"named_{reason.value}", "Inside an element of that name.")
    for reason, names in _NAMED.items()
    for name in names.split()
}
_RANKS = {name: rank for rank, name in enumerate(_BY_NAME)}
_TELLING = frozenset(_BY_NAME)
_ALL_LINK = 0.8


def reasons_of(
    tree: PageTree, blocks: Sequence[int], title: str | None
) -> Mapping[int, OutsideReason]:
    """Return for each of these blocks why it is not part of the article."""
    around: dict[int, OutsideReason | None] = {-1: None}
    parents, owners, links = (x.tolist() for x in (tree.parents, tree.owners, tree.link_chars))
    key = comparison_form(title or "")
    found = {}
    for block in blocks:
        text = tree.texts[block]
        if key and tree.keys[block] == key:
            found[block] = _TITLE
            continue
        way, element = [], owners[block]
        while element not in around:
            way.append(element)
            element = parents[element]
        reason = around[element]
        for inner in reversed(way):  # the innermost telling element counts
            reason = _by_element(tree, inner) or reason
            around[inner] = reason
        is_link = links[block] >= _ALL_LINK * len(text)
        found[block] = reason or (_LINKS if is_link else _ELSE)
    return found


def _by_element(tree: PageTree, element: int) -> OutsideReason | None:
    by_tag = _BY_TAG.get(tree.tags[element])
    if by_tag is not None or not tree.attributes[element]:
        return by_tag
    telling = _TELLING & names_at(tree, element)
    return _BY_NAME[min(telling, key=_RANKS.__getitem__)] if telling else None
