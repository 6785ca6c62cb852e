"""The demo's results on a terminal: what came in, what came out, and why."""

from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas import CleanArticle, Reason
from streams.core.messages.message import Message
from streams.demo.check import article_of
from streams.demo.steps import Step
from streams.headers import ERROR, REASON, text_in
from streams.topology import Door

# Enough to recognise a paragraph; the whole article would fill three screens.
SHOWN_CHARS = 150


def print_report(
    console: Console, steps: Sequence[Step], outcomes: Mapping[str, Sequence[Message]]
) -> None:
    """Print the first article beside its raw text, then a row for every message."""
    first = steps[0]
    console.print()
    if outcomes.get(first.name):
        console.print(beside(first, article_of(outcomes[first.name][0])))
    console.print(_overview(steps, outcomes))


def beside(step: Step, article: CleanArticle) -> Table:
    """Return raw and clean side by side, each removal with its reason."""
    table = _table("1. Raw and clean, side by side", {"raw": 1, "clean, or why it was removed": 1})
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


def _overview(steps: Sequence[Step], outcomes: Mapping[str, Sequence[Message]]) -> Table:
    table = _table("2. What became of every message", {"": 0, "pushed": 4, "came out": 2, "why": 5})
    numbers: dict[str, str] = {}  # id of an article -> the number of its first message
    for number, step in enumerate(steps, 1):
        for message in outcomes.get(step.name, ()):
            door = message.topic.rpartition(".")[2]
            verdict, why = _verdict(message, numbers)
            table.add_row(f"{number}", step.label, f"{door}\n{verdict}", why)
            if door != Door.REJECTED:
                numbers.setdefault(article_of(message).id, f"number {number}")
    return table


def _verdict(message: Message, numbers: Mapping[str, str]) -> tuple[str, str]:
    if message.topic.endswith(f".{Door.REJECTED}"):
        return text_in(message.headers, REASON), text_in(message.headers, ERROR)
    article = article_of(message)
    return article.verdict.value, "\n".join(_reasons(article, numbers)) or "nothing like it before"


def _reasons(article: CleanArticle, numbers: Mapping[str, str]) -> list[str]:
    lines = []
    if article.duplicate_of:
        lines.append(f"copy of {numbers[article.duplicate_of.id]} by rule {article.decision.rule}")
    if article.previous:
        lines.append(f"revision {article.revision}, replaces {numbers[article.previous.id]}")
    lines += [
        f"paragraph {number} first appeared in {numbers[paragraph.first_seen.id]}"
        for number, paragraph in enumerate(article.paragraphs, 1)
        if paragraph.first_seen and paragraph.first_seen.id != article.story_id
    ]
    lines += [
        f"without “{removal.text}”: {removal.why}"
        for removal in article.removals
        if removal.reason is Reason.FURNITURE
    ]
    return lines


def _table(title: str, columns: Mapping[str, int]) -> Table:
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", expand=True)
    for head, ratio in columns.items():
        table.add_column(head, ratio=ratio or None)
    return table


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN_CHARS else text[: SHOWN_CHARS - 1] + "…"
