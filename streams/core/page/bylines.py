"""The line of a page that names its authors, where meta tags and JSON-LD do not."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from streams.core.page.declared import text_of_element

# Elements that say what they are: by relation, by schema.org's property, by the names of classes.
_MARKED = (
    "//*[@rel='author' or @itemprop='author' or contains(@class, 'byline')"
    " or contains(@class, 'author') or contains(@class, 'Author')"
    " or contains(@class, 'field--name-uid')]"  # Drupal
)
_NAMED = re.compile(
    r"^(?!.*(?:comment|[-_](?:role|bio|desc|job)))"
    r".*(?<![a-z])(?:field--name-uid|byline|(?:article|post|entry|story)?[-_]*author(?:s|[-_]*name)?)(?![a-z])",
    re.IGNORECASE | re.DOTALL,
)
_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:es|en|in|i|zy)?|auteurs?|autore|journalists?|reporters?|penulis|yazar(?:lar)?)/."
)
# A line that says itself whom it names: "Author: Liv Sandmo", (责编:...) below a Chinese story.
_SIGNED = re.compile(
    r"[(\[（【]?\s*(?:(?:author|autor(?:in|es|a|ka)?(?:\s*/\s*-?\w+)?"  # noqa: RUF001 - a bracket
    r"|auteure?|autore|autrice"
    r"|forfatter|författare|szerző|yazar|penulis|reporter|автор|автори|συντάκτης|tác giả|người viết"
    r"|كاتب|لیکھک)\s*[:：]"  # noqa: RUF001 - a colon of East Asia
    r"|autorin/autor\s"
    r"|(?:责编|責編|责任编辑|責任編輯|编辑|編輯|作者|记者|記者|本报记者|本報記者|撰文|文)\s*[:：/])"  # noqa: RUF001
    r"\s*(?P<names>[^\d:：()（）]{2,60}?)\s*[)\]）】]?",  # noqa: RUF001 - brackets and colons
    re.IGNORECASE,
)
# A name alone at the right edge below the last paragraph, as papers in Vietnam sign.
_AT_RIGHT = "//p[contains(translate(@style, ' ', ''), 'text-align:right') or @align='right']"
_NAME = re.compile(r"(?:[^\W\d_]+[ -]){1,4}[^\W\d_]+")
_BELOW_EACH_OTHER = ("div", "p", "li", "br")
# In Korea the name stands before what somebody is, with the date behind it or an address.
_REPORTER = re.compile(
    r"(?P<names>[가-힣]{2,4})\s?(?:선임|수습|객원)?(?:기자|특파원|논설위원)"
    r"(?:\s*[(|·/,]?\s*[\w.-]+@[\w.-]+\)?)?(?:\s*(?:입력|승인|등록|발행)?[\s\d.:|-]*)?"
)
# A longer text is a biography, a shorter list than this many people has no byline of its own.
_MAX_CHARS, _MAX_LINES, _MAX_LOOKED_AT = 90, 5, 200


def read_bylines(root: Any, texts: Sequence[str] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the lines that name the authors, the surest kind first; a kind may have none.

    Marked as the authors' names; links to an author's page; lines of `texts`, the page's blocks,
    that say whom they name; and a name that signs the text.
    """
    yield tuple(dict.fromkeys(_bylines(root)))[:_MAX_LINES]
    yield tuple(_author_links(root))
    signed = (found for text in texts if len(text) <= _MAX_CHARS and (found := _signed(text)))
    yield tuple(dict.fromkeys(signed))[:_MAX_LINES]
    reporters = (_REPORTER.fullmatch(text) for text in texts if len(text) <= _MAX_CHARS)
    named = {found["names"] for found in reporters if found}
    yield tuple(named) if len(named) == 1 else ()  # several are those of other stories
    at_right = [text_of_element(x, _MAX_CHARS) for x in root.xpath(_AT_RIGHT)[-_MAX_LINES:]]
    yield tuple(text for text in at_right[-1:] if _NAME.fullmatch(text) and text.istitle())


def _signed(text: str) -> str | None:
    found = _SIGNED.fullmatch(text)
    return found["names"] if found else None


def _bylines(root: Any) -> Iterator[str]:
    for element in root.xpath(_MARKED)[:_MAX_LOOKED_AT]:
        is_marked = element.get("rel") == "author" or element.get("itemprop") == "author"
        if is_marked or _NAMED.match(element.get("class") or ""):
            text = element.get("content") or _in_parts(element)
            if text and len(text) <= _MAX_CHARS:
                yield text


def _in_parts(element: Any) -> str:
    """Return the text of an element, with a bar between what stands below each other.

    A word alone beside a name is what somebody does.
    """
    if next(element.iterdescendants(*_BELOW_EACH_OTHER), None) is None:
        return text_of_element(element, _MAX_CHARS + 1)
    texts = [element.text or ""]
    for part in element.iterdescendants():
        bar = "|" if part.tag in _BELOW_EACH_OTHER else ""
        texts += [bar, part.text or "", bar, part.tail or ""]
    parts = [words for text in "".join(texts).split("|") if (words := " ".join(text.split()))]
    named = [part for part in parts if " " in part]
    return " | ".join(named or parts)


def _author_links(root: Any) -> Iterator[str]:
    """Yield the first link to an author's page, and those beside it."""
    first = None
    for link in root.iter("a"):
        if _AUTHOR_PAGE.search(link.get("href") or ""):
            text = text_of_element(link, _MAX_CHARS + 1)
            first = link if first is None and text else first
            if first is not None and link.getparent() is first.getparent() and text:
                yield text
