"""A cleaned article as `cleanwire clean` prints it."""

import json
import re
from collections.abc import Callable, Mapping
from enum import StrEnum

from schemas import CleanArticle, PreparedArticle
from streams.core.page.outside_reasons import OUTSIDE_RULES


class Format(StrEnum):
    """What `cleanwire clean --format` offers."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    DIFF = "diff"


SUFFIX_OF: Mapping[Format, str] = {
    Format.TEXT: ".txt",
    Format.JSON: ".jsonl",
    Format.MARKDOWN: ".md",
    Format.DIFF: ".diff",
}
# What consumers get of an article, as far as it needs no window of earlier ones.
_PUBLIC = CleanArticle.model_fields.keys() & PreparedArticle.model_fields.keys()
# Signs that begin a heading, a list, a quotation or a line in Markdown.
_MARKDOWN = re.compile(r"^(\d+)(?=[.)]\s)|^(?=[#>*+=-]|[~`]{3})")


def render(article: PreparedArticle, form: Format, file: str = "", line: int | None = None) -> str:
    """Return the article in a format, with a line end at its end."""
    if form is Format.JSON:
        return render_json(article, file, line) + "\n"
    return _FORMS[form](article) + "\n"


def render_text(article: PreparedArticle) -> str:
    """Return title and paragraphs with an empty line between them."""
    parts = [article.title] if article.title else []
    return "\n\n".join([*parts, *(paragraph.text for paragraph in article.paragraphs)])


def render_json(article: PreparedArticle, file: str, line: int | None) -> str:
    """Return a line of JSON: its place, and the fields of `CleanArticle` that need no window."""
    fields = article.model_dump(mode="json", include=set(_PUBLIC), exclude_none=True)
    fields["text"] = "\n\n".join(paragraph.text for paragraph in article.paragraphs)
    for paragraph in fields["paragraphs"]:
        paragraph.pop("doubt", None)
    fields.pop("raw_ref", None)
    place = {"file": file} if line is None else {"file": file, "line": line}
    return json.dumps(place | fields, ensure_ascii=False)


def render_markdown(article: PreparedArticle) -> str:
    """Return the title as a heading, and paragraphs in which nothing begins a list or heading."""
    parts = [f"# {article.title}"] if article.title else []
    return "\n\n".join([*parts, *(_escaped(each.text) for each in article.paragraphs)])


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(lambda found: f"{found[1] or ''}\\", text)


def render_diff(article: PreparedArticle) -> str:
    """Return all lines of the text in their order: kept ones as they are, removed ones with why.

    A removed line starts with `-`; below it, or below the last line of a run of blocks beside the
    article, stand reason, rule and offsets.
    """
    rows = [(p.start, f"  {p.text}") for p in article.paragraphs]
    for gone in article.removals:
        texts = gone.text.split("\n") if gone.rule.startswith(OUTSIDE_RULES) else [gone.text]
        text = "\n- ".join(" ".join(text.split()) for text in texts)
        copy = f", copy of {gone.copy_of}" if gone.copy_of is not None else ""
        note = f"    [{gone.reason}: {gone.rule}, {gone.start}-{gone.end}{copy}] {gone.why or ''}"
        rows.append((gone.start, f"- {text}\n{note.rstrip()}"))
    rows.sort(key=lambda row: row[0])
    head = [f"  title: {article.title} ({article.title_origin})"] if article.title else []
    return "\n".join([*head, *(line for _, line in rows)])


_FORMS: Mapping[Format, Callable[[PreparedArticle], str]] = {
    Format.TEXT: render_text,
    Format.MARKDOWN: render_markdown,
    Format.DIFF: render_diff,
}
