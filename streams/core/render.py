"""A cleaned article as `cleanwire clean` prints it: text, JSON, or the raw text with what went."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from schemas import PreparedArticle


class Format(StrEnum):
    """What `cleanwire clean --format` offers."""

    TEXT = "text"
    JSON = "json"
    DIFF = "diff"


def render(article: PreparedArticle, form: Format) -> str:
    """Return the article in a format, with a line end at its end."""
    return _FORMS[form](article) + "\n"


def render_text(article: PreparedArticle) -> str:
    """Return title and paragraphs with an empty line between them."""
    parts = [article.title] if article.title else []
    return "\n\n".join([*parts, *(paragraph.text for paragraph in article.paragraphs)])


def render_json(article: PreparedArticle) -> str:
    """Return the record as it goes to the topic, indented."""
    return article.model_dump_json(indent=2)


def render_diff(article: PreparedArticle) -> str:
    """Return all lines of the text in their order: kept ones as they are, removed ones with why.

    A removed line starts with `-`; below it stand reason, rule and offsets.
    """
    rows = [(p.start, f"  {p.text}") for p in article.paragraphs]
    for gone in article.removals:
        text = " ".join(gone.text.split())
        copy = f", copy of {gone.copy_of}" if gone.copy_of is not None else ""
        note = f"    [{gone.reason}: {gone.rule}, {gone.start}-{gone.end}{copy}] {gone.why or ''}"
        rows.append((gone.start, f"- {text}\n{note.rstrip()}"))
    rows.sort(key=lambda row: row[0])
    head = [f"  title: {article.title} ({article.title_origin})"] if article.title else []
    return "\n".join([*head, *(line for _, line in rows)])


_FORMS: Mapping[Format, Callable[[PreparedArticle], str]] = {
    Format.TEXT: render_text,
    Format.JSON: render_json,
    Format.DIFF: render_diff,
}
