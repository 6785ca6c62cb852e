"""The story of a page that has it in a script alone, and builds what is seen in the browser.

Next.js, Nuxt and others put their data into the page as JSON: a body in HTML, a list of blocks, or
a tree of elements. It is looked at only where a page shows no article.
"""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from streams.core.read.bodies import text_of

_SCRIPT = re.compile(r"<script\b([^<>]{0,1000})>", re.IGNORECASE)
_JSON_TYPE = re.compile(
    r"""type\s*=\s*["']?application/json|id\s*=\s*["']?__\w+_DATA__""", re.IGNORECASE
)
# `window.__INITIAL_STATE__ = {...}`, `window.Fusion = ...`
_ASSIGNED = re.compile(
    r"(?:window|self|globalThis)\s*(?:\.\w{1,60}|\[[^\[\]\n]{1,60}\])\s*=\s*(?=[{\[])"
)
# Pieces of the stream that Next.js sends: rows of `id:JSON`.
_PUSHED = re.compile(r"self\.__next_f\.push\(\s*(?=\[1\s*,)")
_ROW = re.compile(r"^[0-9a-f]{1,6}:(?=[\[{])")
_MAX_VALUES, _MAX_DEPTH = 200_000, 60
# A script assigns its data once; to say that something is no JSON takes a look at all above it.
_MAX_ASSIGNED = 20
# A shorter text may be anything: a bio, a cookie notice.
_MIN_STORY_CHARS, _MIN_PARAGRAPHS, _MIN_PARAGRAPH_CHARS = 400, 3, 40
_HTML = re.compile(r"<p[\s>].*<p[\s>]|<br", re.IGNORECASE | re.DOTALL)
_PARAGRAPH_TAGS = frozenset(("p", "h2", "h3", "blockquote", "li"))
_TEXT_NAMES = ("text", "content", "html", "value", "body", "data", "children", "paragraph")
_BESIDE_FIELDS = frozenset(
    ("comments", "related", "recommended", "footer", "navigation", "menu", "i18n")
)


def story_in_scripts(markup: str) -> str | None:
    """Return the longest text in a page's data that reads as a story, if one does."""
    stories = (story for data in _data(markup) for story in _stories(data))
    best = max(stories, key=len, default="")
    return best if len(best) >= _MIN_STORY_CHARS else None


def _data(markup: str) -> Iterator[Any]:
    """Yield the values in a page's scripts."""
    at, pushed = 0, list[str]()
    decoder = json.JSONDecoder()
    while found := _SCRIPT.search(markup, at):
        end = markup.find("</script", found.end())
        if end < 0:
            break
        at, script = end, markup[found.end() : end].strip()
        if _JSON_TYPE.search(found[1]):
            yield from _decoded(decoder, script, 0)
        elif (push := _PUSHED.search(script)) is not None:
            pushed += (row[1] for row in _decoded(decoder, script, push.end()) if _is_row(row))
        else:
            for assigned in islice(_ASSIGNED.finditer(script), _MAX_ASSIGNED):
                yield from _decoded(decoder, script, assigned.end())
    rows = [row for line in "".join(pushed).split("\n") if (row := _ROW.match(line))]
    yield [value for row in rows for value in _decoded(decoder, row.string, row.end())]


def _is_row(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 1 and isinstance(value[1], str)


def _decoded(decoder: json.JSONDecoder, text: str, start: int) -> Iterator[Any]:
    try:
        yield decoder.raw_decode(text, start)[0]
    except (ValueError, RecursionError):
        return  # a program, or data in a form of its own


def _stories(data: Any) -> Iterator[str]:
    """Yield texts: of bodies in HTML, of lists of blocks, and of all paragraphs of a tree."""
    elements: list[str] = []
    waiting: list[tuple[Any, int]] = [(data, 0)]
    for _ in range(_MAX_VALUES):
        if not waiting:
            break
        value, depth = waiting.pop()
        if isinstance(value, str):
            if len(value) >= _MIN_STORY_CHARS and _HTML.search(value):
                yield text_of(value)
            continue
        if depth > _MAX_DEPTH or not isinstance(value, dict | list):
            continue
        if isinstance(value, list):
            if _is_element(value):
                elements.append(_text_of_element(value))
            blocks = [text for part in value if (text := _text_of_block(part))]
            if len(blocks) >= _MIN_PARAGRAPHS and _are_paragraphs(blocks):
                yield "\n".join(blocks)
            parts = value
        else:
            parts = [part for name, part in value.items() if name.lower() not in _BESIDE_FIELDS]
        waiting += ((part, depth + 1) for part in reversed(parts))
    told = [text for text in elements if text]
    if len(told) >= _MIN_PARAGRAPHS and _are_paragraphs(told):
        yield "\n".join(told)


def _are_paragraphs(texts: Sequence[str]) -> bool:
    return sum(len(text) >= _MIN_PARAGRAPH_CHARS for text in texts) >= _MIN_PARAGRAPHS


def _text_of_block(part: Any) -> str:
    """Return the text of a block, in the first of its fields that has one."""
    if isinstance(part, str):
        return text_of(part).strip() if " " in part else ""
    if not isinstance(part, dict):
        return ""
    values = (part.get(name) for name in _TEXT_NAMES)
    for value in values:
        inner = value.get("text") if isinstance(value, dict) else value
        if isinstance(inner, str) and " " in inner:
            return " ".join(text_of(inner).split())
    return ""


def _is_element(value: list[Any]) -> bool:
    """Say whether a list is an element of React: `["$", "p", key, {"children": ...}]`."""
    return len(value) > 3 and value[0] == "$" and value[1] in _PARAGRAPH_TAGS  # noqa: PLR2004


def _text_of_element(value: Any, depth: int = 0) -> str:
    if isinstance(value, str):
        return value
    if depth > _MAX_DEPTH or not isinstance(value, list):
        return ""
    if len(value) > 3 and value[0] == "$":  # noqa: PLR2004 - an element
        inner = value[3].get("children") if isinstance(value[3], dict) else None
        return _text_of_element(inner, depth + 1)
    return "".join(_text_of_element(part, depth + 1) for part in value)
