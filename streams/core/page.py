"""An HTML page to the text of its article, by trafilatura, with a fallback that keeps the text."""

from datetime import UTC, datetime
from typing import Any

from schemas.prepared import Flag
from streams.core.found import Found, date_in, labels_in, present, words_in
from streams.core.repair import strip_controls
from streams.core.visible import nesting_depth, visible_text

# lxml drops what is nested deeper, without a word.
_LXML_DEPTH = 250
# An extractor that kept less than this share of the long lines of a page that is too deep lost it.
_DEEP_KEPT = 0.5
_LONG_LINE_CHARS = 80
# A news page has some thousand tags. With a hundred thousand trafilatura takes 4 to 13 s for 1 MB
# (measured on made pages of paragraphs, links and forms), and nobody wrote them.
_MAX_TAGS = 60_000
# Below this many characters the extractor found a label, not an article.
_MIN_CHARS = 120


def read_page(markup: str, latest: datetime | None) -> Found:
    """Return the article of a page. `latest` bounds the dates that are believed."""
    markup = strip_controls(markup)
    shown = visible_text(markup)
    readable = markup.count("<") <= _MAX_TAGS
    document = _trafilatura(markup, latest) if readable else None
    text = (document.text or "") if document is not None else ""
    fields = _fields(document) if document is not None else {}
    if _is_lost(text, shown, markup):
        return Found(shown, fields, frozenset({Flag.EXTRACTION_FALLBACK}))
    return Found(text, fields)


def _is_lost(text: str, shown: str, markup: str) -> bool:
    if len(text) < _MIN_CHARS and len(shown) > len(text):
        return True
    if nesting_depth(markup) < _LXML_DEPTH:
        return False
    long_lines = sum(len(line) for line in shown.splitlines() if len(line) >= _LONG_LINE_CHARS)
    return len(text) < _DEEP_KEPT * long_lines


def _trafilatura(markup: str, latest: datetime | None) -> Any:
    """Return trafilatura's document, or nothing when it finds none or fails."""
    # Half a second of import, paid in the pool's processes only.
    from lxml.etree import LxmlError  # noqa: PLC0415
    from trafilatura import bare_extraction  # noqa: PLC0415

    bound = (latest or datetime(2100, 1, 1, tzinfo=UTC)).date().isoformat()
    try:
        return bare_extraction(
            markup,
            include_comments=False,
            with_metadata=True,
            # Without a bound htmldate asks the clock, and a replay would read other dates.
            date_extraction_params={
                "max_date": bound,
                "original_date": True,
                "extensive_search": False,
            },
        )
    except (LxmlError, ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return None  # a parser's bug on foreign markup: the fallback reads it


def _fields(document: Any) -> dict[str, object]:
    authors = [name.strip() for name in (document.author or "").split(";")]
    return present(
        {
            "title": words_in(document.title, "title"),
            "authors": labels_in(authors),
            "summary": words_in(document.description, "summary"),
            "published_at": date_in(document.date),
            "canonical_url": words_in(document.url, "url"),
            "language": words_in(document.language, "language"),
        }
    )
