"""The demo's results on a terminal: what came in, what came out, and why."""

from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas import CleanArticle, DuplicateArticle
from streams.core.message import Message
from streams.demo.check import article_of
from streams.demo.steps import Step
from streams.topology import Door

# Enough to recognise a paragraph; the whole article would fill three screens.
SHOWN_CHARS = 150


def show(
    console: Console, steps: Sequence[Step], outcomes: Mapping[str, Sequence[Message]]
) -> None:
    """Print the first article beside its raw text, then a row for every message."""
    first = steps[0]
    console.print()
    if outcomes.get(first.name):
        console.print(beside(first, article_of(outcomes[first.name][0])))
    table = Table(title="What came out", box=box.SIMPLE_HEAD, title_justify="left", expand=True)
    for head, share in (("pushed", 4), ("topic", 2), ("verdict", 2), ("why", 5)):
        table.add_column(head, ratio=share)
    for step in steps:
        for message in outcomes.get(step.name, ()):
            door = message.topic.rpartition(".")[2]
            table.add_row(step.label, door, *_verdict(message))
    console.print(table)


def beside(step: Step, article: CleanArticle) -> Table:
    """Return raw and clean side by side, each removal with its reason."""
    table = Table(
        title="Raw and clean, side by side", box=box.SIMPLE_HEAD, title_justify="left", expand=True
    )
    table.add_column("raw", ratio=1)
    table.add_column("clean, or why it was removed", ratio=1)
    removed = {removal.start: removal for removal in article.removals}
    kept = {paragraph.start: paragraph for paragraph in article.paragraphs}
    for start in sorted(removed.keys() | kept.keys()):
        if start in kept:
            raw = step.text[kept[start].start : kept[start].end]
            table.add_row(_short(raw), _short(kept[start].text))
        elif (removal := removed[start]).text.strip() == article.title:
            table.add_row(_short(removal.text), Text(f"title: {article.title}", style="bold"))
        else:
            why = Text(f"{removal.reason.value}: {removal.why or removal.rule}", style="red")
            table.add_row(Text(_short(removal.text), style="strike dim"), why)
        table.add_row("", "")
    return table


def _verdict(message: Message) -> tuple[str, str]:
    if message.topic.endswith(f".{Door.REJECTED}"):
        headers = dict(message.headers)
        return (
            headers["cleanwire-reason"].decode(),
            headers["cleanwire-error"].decode("utf-8", "replace"),
        )
    article = article_of(message)
    return article.verdict.value, "\n".join(_reasons(article))


def _reasons(article: CleanArticle) -> list[str]:
    lines = [f"id {article.id}"]
    if isinstance(article, DuplicateArticle) and article.duplicate_of:
        lines.append(f"first seen as {article.duplicate_of.id}")
    if article.previous:
        lines.append(f"revision {article.revision} of {article.previous.id}")
    lines += [
        f"paragraph {number} was seen first in {paragraph.first_seen.id}"
        for number, paragraph in enumerate(article.paragraphs, 1)
        if paragraph.first_seen
    ]
    return lines


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN_CHARS else text[: SHOWN_CHARS - 1] + "…"
