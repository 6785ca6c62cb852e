"""Markup to a tree of elements, once for all who read the page.

Where readers see something else than the markup says, the tree has what they see: no readings
beside characters, no tables that only lay out the page, a blank between words that look apart.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

# What libxml2 stumbles over, as trafilatura knows it: an address in the doctype, and a start tag
# that closes itself.
_DOCTYPE = re.compile(r"< ?! ?DOCTYPE[^>]*/[^<>]*>", re.IGNORECASE)
_CLOSED_START = re.compile(r"(<html\b[^<>]*?)\s*/>", re.IGNORECASE)
_BEGINNING_CHARS, _SAYS_HTML_CHARS = 4_096, 50
# Elements beside which readers see a gap that the markup does not have.
_SPACED = ("span", "time", "a", "label")
# Shorter runs of letters are initials and syllables, whose parts belong together.
_MIN_LETTERS = 4
_LAYOUT_ROLES = frozenset(("presentation", "none"))
# Only in the tables of data.
_OF_DATA = frozenset(("th", "caption", "thead"))
_OF_TABLES = ("table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption")
# What no cell of data holds; paragraphs and breaks only with as much text as a story has.
_OF_LAYOUT = frozenset(("h1", "h2", "article", "form", "table", "section", "nav"))
_MIN_STORY_CHARS, _MIN_PARAGRAPHS, _MIN_BREAKS = 300, 2, 2
_CELLS, _SENTENCE_CHARS = ("td", "th"), 80
_MARKS = "\"'“”„«»‘’「」.…"  # noqa: RUF001 - quotation marks
_PICTURES = ("img", "picture", "video", "iframe", "svg", "amp-img", "table")
# More text than any datum has.
_COLUMN_CHARS = 800


def parse(markup: str) -> Any:
    """Return the root of a page, or nothing when it is none. Never raises on foreign markup.

    `markup` has no control characters.
    """
    root = _root(_palatable(markup))
    if root is not None:
        _drop_readings(root)
        _open_layout_tables(root)
        _open_lists_in_cells(root)
        _open_figures_of_text(root)
        _part_words(root)
    return root


def _palatable(markup: str) -> str:
    doctype = _DOCTYPE.match(markup)
    if doctype is not None:
        markup = markup[doctype.end() :]
    beginning = _CLOSED_START.sub(r"\1>", markup[:_BEGINNING_CHARS], count=1)
    return beginning + markup[_BEGINNING_CHARS:]


def _root(markup: str) -> Any:
    from lxml.etree import LxmlError  # noqa: PLC0415 - some 50 ms, in the pool's processes only
    from lxml.html import fromstring  # noqa: PLC0415 - as above

    try:
        try:
            root = fromstring(markup, parser=_parser())
        except ValueError:  # lxml takes no text that declares its encoding
            root = fromstring(markup.encode("utf-8", "surrogatepass"), parser=_parser())
    except (LxmlError, ValueError):
        return None
    # Markup that does not begin as a page must have more than one part, or it is none.
    is_page = "html" in markup[:_SAYS_HTML_CHARS].lower() or len(root) > 1
    return root if is_page else None


@cache
def _parser() -> Any:
    """Return a parser whose elements are all of one class: others are looked up in Python."""
    from lxml import etree, html  # noqa: PLC0415 - as above

    parser = etree.HTMLParser(
        collect_ids=False,
        default_doctype=False,
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
    )
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement))
    return parser


def lighten(root: Any) -> None:
    """Take out of a page what no extractor looks at: a fifth of the elements, copied many times.

    JSON-LD stays: trafilatura looks there for the text of a page that shows none.
    """
    from lxml.etree import strip_elements  # noqa: PLC0415 - as above

    strip_elements(root, "style", "svg", with_tail=False)
    for script in list(root.iter("script")):
        if "ld+json" not in (script.get("type") or ""):
            script.drop_tree()
    for part in root.findall("head/*"):
        if part.tag != "script":
            part.drop_tree()


def _drop_readings(root: Any) -> None:
    """Take out how characters are read (ruby), which stands above them and not in the line."""
    if next(root.iter("ruby"), None) is None:
        return
    from lxml.etree import strip_elements, strip_tags  # noqa: PLC0415 - see above

    strip_elements(root, "rt", "rp", "rtc", with_tail=False)
    strip_tags(root, "ruby", "rb", "rbc")


def _open_layout_tables(root: Any) -> None:
    """Make plain blocks of tables that place the parts of a page rather than hold data."""
    tables = [table for table in root.iter("table") if _is_layout(table)]
    for table in tables:
        for part in list(_parts(table)):
            part.tag = "div"


def _open_lists_in_cells(root: Any) -> None:
    """Make plain text of lists in cells of data: trafilatura leaves them out."""
    from lxml.etree import strip_tags  # noqa: PLC0415 - see above

    for cell in root.iter(*_CELLS):
        items = list(cell.iter("li"))
        for item in items:
            item.tail = f" {item.tail or ''}"
        if items:
            strip_tags(cell, "ul", "ol", "li")


def _parts(table: Any) -> Iterator[Any]:
    """Yield the elements that make up a table, without those of tables inside of it."""
    yield table
    waiting = list(table)
    while waiting:
        element = waiting.pop()
        if element.tag in _OF_TABLES and element.tag != "table":
            yield element
            waiting.extend(element)


def _is_layout(table: Any) -> bool:
    if (table.get("role") or "").lower() in _LAYOUT_ROLES:
        return True
    parts = list(_parts(table))
    if _is_one_column(parts):
        return True
    if any(part.tag in _OF_DATA for part in parts):
        return False
    return any(_is_column(part) for part in parts if part.tag == "td")


def _is_one_column(parts: Sequence[Any]) -> bool:
    """Say whether each row is one cell, and some hold a sentence: a story set row by row."""
    rows = [part for part in parts if part.tag == "tr"]
    if not rows or any(sum(cell.tag in _CELLS for cell in row) != 1 for row in rows):
        return False
    sizes = [_size(row) for row in rows]
    return sum(sizes) >= _MIN_STORY_CHARS and max(sizes) >= _SENTENCE_CHARS


def _size(element: Any) -> int:
    """Return how much text an element has; a sign of Han or kana says as much as two letters."""
    text = "".join(element.itertext())
    return len(text) if text.isascii() else len(text) + sum(sign >= "\u2e80" for sign in text)


def _is_column(cell: Any) -> bool:
    """Say whether a cell is a column of the page: what it holds is more than a datum."""
    paragraphs = breaks = 0
    for element in cell.iterdescendants():
        if element.tag in _OF_LAYOUT:
            return True
        paragraphs += element.tag == "p"
        breaks += element.tag == "br"
    chars = _size(cell)
    has_parts = paragraphs >= _MIN_PARAGRAPHS or breaks >= _MIN_BREAKS
    return chars >= (_MIN_STORY_CHARS if has_parts else _COLUMN_CHARS)


def _open_figures_of_text(root: Any) -> None:
    """Make plain blocks of figures that show a quote with who said it rather than a picture."""
    figures = [x for x in root.iter("figure") if next(x.iter("blockquote"), None) is not None]
    shown = _without_blanks(root) if figures else ""
    for figure in figures:
        quote = _without_blanks(figure.find(".//blockquote")).strip(_MARKS)
        # One that the text has as well is there to catch the eye.
        if next(figure.iter(*_PICTURES), None) is None and shown.count(quote) == 1:
            figure.tag = "div"
            for caption in list(figure.iter("figcaption")):
                caption.tag = "p"


def _without_blanks(element: Any) -> str:
    return "".join("".join(element.itertext()).split())


def _part_words(root: Any) -> None:
    """Put a blank between words that only the look of their elements keeps apart."""
    for element in root.iter(*_SPACED):
        text, tail = element.text, element.tail
        if text and _may_begin(text) and are_joined(_text_before(element), text):
            element.text = f" {text}"
        if tail and _may_begin(tail) and are_joined(_own_text(element), tail):
            element.tail = f" {tail}"


def _may_begin(text: str) -> bool:
    """Say whether a text begins as a word of its own would behind another."""
    return text[0].isupper() or text[0].isdigit()


def _text_before(element: Any) -> str:
    previous = element.getprevious()
    if previous is None:
        return "" if element.getparent() is None else element.getparent().text or ""
    return previous.tail or (_own_text(previous) if previous.tag in _SPACED else "")


def _own_text(element: Any) -> str:
    return element.text or "" if len(element) == 0 else element[-1].tail or ""


def are_joined(left: str, right: str) -> bool:
    """Say whether two texts run into each other where one word ends and another begins.

    >>> are_joined("SALTMARSH", "24 November"), are_joined("24 November", "Crews")
    (True, True)
    >>> are_joined("H", "2")
    False
    """
    end, start = left[-1:], right[:1]
    if not (end.isalnum() and start.isalnum()):
        return False
    word = left[-_MIN_LETTERS:]
    is_word = len(word) == _MIN_LETTERS and word.isalpha()
    if start.isdigit():
        return is_word and not end.isdigit()
    if end.isdigit():
        return start.isupper() and right[1:2].islower()
    return is_word and end.islower() and start.isupper() and right[1:2].islower()
