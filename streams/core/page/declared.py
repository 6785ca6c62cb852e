"""What a page declares of itself outside of its text: meta tags, JSON-LD, headings, times."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from streams.core.page.json_ld import LinkedItem, read_json_ld

# Where a meta tag has its name: OpenGraph's `property`, HTML's `name`, schema.org's `itemprop`.
_META_NAMES = ("property", "name", "itemprop")
_MAX_METAS, _MAX_META_CHARS = 500, 10_000
# Microdata on other elements: <span itemprop="datePublished" content="...">. Most pages have none.
# Few elements have the attribute at all, so that it is found before its element.
_MARKED_DATES = "//@itemprop[.='datePublished' or .='dateModified']/parent::*[@content]"
# Naver's pages, on which most Koreans read the news, have the moment beside what they show.
_SHOWN_DATES = "//@data-date-time"
# A page has one h1, a careless one some; a hostile one any number.
_MAX_HEADINGS, _MAX_TIMES = 20, 50
_MAX_HEADING_CHARS, _MAX_TIME_CHARS = 500, 100
_PUBLISHED = re.compile(r"publi|pubdate|created|posted", re.IGNORECASE)
_CHANGED = re.compile(r"modif|updat|changed", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Time:
    """A time element: its value, whether it is marked as the publication, and after which h1."""

    value: str
    is_marked: bool
    heading: int  # how many h1 stand above


@dataclass(frozen=True, slots=True)
class Declared:
    """What a page says of itself. Texts have their blanks collapsed."""

    metas: Mapping[str, str]  # the first of each name, in lower case
    links: Mapping[str, str]  # the first address of each relation
    items: Sequence[LinkedItem]  # of JSON-LD
    title: str
    headings: Sequence[str]
    times: Sequence[Time]
    changes: Sequence[str]  # values of time elements that are marked as the last change
    language: str

    def first(self, names: Sequence[str]) -> str:
        """Return the value of the first of these meta tags that has one."""
        return next((self.metas[name] for name in names if self.metas.get(name)), "")


def read_declared(root: Any) -> Declared:
    """Return what the tree of a page declares."""
    metas: dict[str, str] = {}
    links: dict[str, str] = {}
    scripts: list[str] = []
    title = ""
    for element in root.iter("meta", "link", "script", "title"):
        if element.tag == "meta":
            _add_meta(metas, element)
        elif element.tag == "link":
            relation = (element.get("rel") or "").lower()
            links.setdefault(relation, (element.get("href") or "").strip())
        elif element.tag == "script":
            if "ld+json" in (element.get("type") or "") and element.text:
                scripts.append(element.text)
        elif not title:
            title = text_of_element(element, _MAX_HEADING_CHARS)
    for element in root.xpath(_MARKED_DATES):
        metas.setdefault(element.get("itemprop").lower(), element.get("content").strip())
    shown = root.xpath(_SHOWN_DATES)
    if shown:
        metas.setdefault("date", shown[0].strip())
    headings, times, changes = _headings_and_times(root)
    return Declared(
        metas=metas,
        links=links,
        items=read_json_ld(scripts),
        title=title,
        headings=headings,
        times=times,
        changes=changes,
        language=root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "",
    )


def text_of_element(element: Any, limit: int) -> str:
    """Return the text inside an element with its blanks collapsed, up to some characters."""
    parts, size = [], 0
    for text in element.itertext():
        parts.append(text)
        size += len(text)
        if size > limit:
            break
    return " ".join("".join(parts).split())[:limit]


def _add_meta(metas: dict[str, str], element: Any) -> None:
    content = element.get("content")
    if not content or len(metas) >= _MAX_METAS:
        return
    for attribute in _META_NAMES:
        name = element.get(attribute)
        if name:
            text = " ".join(content[:_MAX_META_CHARS].split())
            metas.setdefault(name.strip().lower(), text)


def _headings_and_times(root: Any) -> tuple[tuple[str, ...], tuple[Time, ...], tuple[str, ...]]:
    headings: list[str] = []
    times: list[Time] = []
    changes: list[str] = []
    for element in root.iter("h1", "time", "abbr"):
        if element.tag == "h1":
            text = text_of_element(element, _MAX_HEADING_CHARS)
            if text and len(headings) < _MAX_HEADINGS:
                headings.append(text)
        elif len(times) + len(changes) < _MAX_TIMES:
            value = _value_of_time(element)
            said = " ".join((element.get("itemprop") or "", element.get("class") or ""))
            # WordPress marks the time of what was never changed as both.
            marked = "pubdate" in element.attrib or _PUBLISHED.search(said) is not None
            if value and (marked or not _CHANGED.search(said)):
                times.append(Time(value, marked, len(headings)))
            elif value:
                changes.append(value)
    return tuple(headings), tuple(times), tuple(changes)


def _value_of_time(element: Any) -> str:
    """Return the moment of a time element; an abbreviation has it as its title, in Blogger."""
    if element.tag == "abbr":
        is_time = (element.get("class") or "") in ("published", "updated")
        return (element.get("title") or "") if is_time else ""
    return element.get("datetime") or text_of_element(element, _MAX_TIME_CHARS)
