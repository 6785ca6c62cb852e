"""An explanation on a terminal."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from schemas import Removal
from schemas.output import ArticleRef, Candidate
from streams.explain.difference import Piece, differences
from streams.explain.explanation import Comparison, Explanation
from streams.explain.find import RejectedOutcome, WaitingMessage
from streams.explain.words import NOTES, OBJECTIONS, RULES

# Enough to recognise a line; --json has all of it.
REMOVED_CHARS = 200


def print_explanation(console: Console, explanation: Explanation) -> None:
    """Print verdict, reasons, figures, and matching paragraphs side by side."""
    for part in _parts(explanation):
        console.print(part, highlight=False)


def print_rejected(console: Console, message: RejectedOutcome) -> None:
    """Print why a message was rejected and where its bytes are kept."""
    place = f"{message.topic}/{message.partition}/{message.offset}"
    console.print(Text.assemble(("rejected", "bold"), "  ", message.origin))
    console.print(Text(f"{message.reason} in stage {message.stage}: {message.error}"))
    console.print(Text(f"its bytes are kept, unchanged, as {place}\n"))


def print_waiting(console: Console, message: WaitingMessage) -> None:
    """Print which stage has not come to a message yet."""
    place = f"{message.topic}/{message.partition}/{message.offset}"
    console.print(Text.assemble(("waiting", "bold"), "  ", place))
    console.print(Text(f"stage {message.stage} has {message.ahead} messages before it there\n"))


def _parts(explanation: Explanation) -> Iterator[RenderableType]:
    article, decision = explanation.article, explanation.article.decision
    yield Text.assemble((article.verdict.value, "bold"), "  ", article.id)
    yield Text(article.title or "(no title)", style="bold")
    yield Text(
        f"arrived {_clock(article.arrived_at)} as {article.raw_ref}; came out as "
        f"{explanation.topic}/{explanation.partition}/{explanation.offset}"
    )
    yield Text(f"{RULES.get(decision.rule, decision.rule)} (rule {decision.rule})")
    for note in decision.notes:
        yield Text(f"note: {NOTES.get(note, note)}")
    if explanation.duplicate_of:
        yield Text(f"first seen {_ref(explanation.duplicate_of)}")
    figures = ", ".join(f"{name} {value:g}" for name, value in decision.thresholds.items())
    yield Text(f"thresholds: {figures}")
    yield from _removals(article.removals)
    if not explanation.comparisons:
        yield Text("compared with: nothing in the window shares a paragraph with it")
    for number, comparison in enumerate(explanation.comparisons, 1):
        yield Text()
        yield from _comparison(number, comparison)
    yield Text()


def _removals(removals: Sequence[Removal]) -> Iterator[RenderableType]:
    if not removals:
        yield Text("removed: nothing")
        return
    yield Text(f"removed: {len(removals)}")
    for gone in removals:
        text = " ".join(gone.text.split())
        more = "…" if len(text) > REMOVED_CHARS else ""
        yield Text(f"  - {text[:REMOVED_CHARS]}{more}", style="dim")
        why = f" {gone.why}" if gone.why else ""
        yield Text(f"      {gone.reason.value}, {gone.rule}, {gone.start}-{gone.end}.{why}")


def _comparison(number: int, comparison: Comparison) -> Iterator[RenderableType]:
    roles = ", ".join(comparison.roles) or "compared"
    yield Text(f"{number}. {_ref(comparison.article)}  [{roles}]", style="bold")
    if comparison.article.title:
        yield Text(f"   {comparison.article.title}")
    if comparison.scores:
        yield Text(f"   {_scores(comparison.scores)}")
    if not comparison.text_found:
        yield Text("   its text is no longer on the topics")
    elif not comparison.pairs:
        yield Text("   no paragraph in common")
    else:
        yield _beside(comparison)


def _scores(scores: Candidate) -> str:
    source = "same source" if scores.same_source else "another source"
    text = f"containment {scores.containment:g}, coverage {scores.coverage:g}, {source}"
    return f"{text}; {OBJECTIONS.get(scores.note, scores.note)}" if scores.note else text


def _beside(comparison: Comparison) -> Table:
    table = Table(box=box.SIMPLE_HEAD, expand=True)
    table.add_column("this article", ratio=1)
    table.add_column("the earlier one", ratio=1)
    for pair in comparison.pairs:
        mine, theirs = differences(pair.my_text, pair.their_text)
        table.add_row(_marked(f"{pair.mine}  ", mine), _marked(f"{pair.theirs}  ", theirs))
    return table


def _marked(head: str, pieces: list[Piece]) -> Text:
    """Mark what the other has not, by brackets too, for terminals without colour."""
    text = Text(head, style="")
    for piece in pieces:
        if piece.own and (word := piece.text.strip()):
            before, _, after = piece.text.partition(word)
            text.append(before).append(f"[{word}]", style="bold red").append(after)
        else:
            text.append(piece.text)
    return text


def _ref(ref: ArticleRef) -> str:
    return f"{ref.id}, seen {_clock(ref.arrived_at)} as {ref.raw_ref}"


def _clock(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
