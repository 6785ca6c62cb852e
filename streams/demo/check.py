"""What must have come of each step of the demo."""

from collections.abc import Iterator, Mapping, Sequence

from schemas import CleanArticle, DuplicateArticle
from streams.core.messages.message import Message
from streams.demo.steps import SEED_EXPECTED, Step
from streams.headers import REASON, text_in
from streams.topology import Door


class DemoError(Exception):
    """The demo could not be run, or did not give what it should; the message says what."""


def mistakes(steps: Sequence[Step], outcomes: Mapping[str, Sequence[Message]]) -> list[str]:
    """Return a line for everything that is not as the steps say; none when all is well."""
    return [f"{step.name}: {wrong}" for step in steps for wrong in _mistakes(step, outcomes)]


def _mistakes(step: Step, outcomes: Mapping[str, Sequence[Message]]) -> Iterator[str]:
    found = outcomes.get(step.name, ())
    if len(found) != 1:
        yield f"{len(found)} outcomes, not 1"
    elif not found[0].topic.endswith(f".{step.door}"):
        yield f"came out at {found[0].topic}, not at {step.door}"
    elif step.door is Door.REJECTED:
        yield from _of_rejection(step, found[0])
    else:
        yield from _of_article(step, article_of(found[0]), outcomes)


def _of_rejection(step: Step, message: Message) -> Iterator[str]:
    reason = text_in(message.headers, REASON)
    if reason != step.reason:
        yield f"rejected for {reason}, not for {step.reason}"
    if message.value != step.value:
        yield "the rejected bytes are not those that were pushed"


def _of_article(
    step: Step, article: CleanArticle, outcomes: Mapping[str, Sequence[Message]]
) -> Iterator[str]:
    if (article.verdict, article.revision) != (step.verdict, step.revision):
        yield f"{article.verdict} {article.revision}, not {step.verdict} {step.revision}"
    if step.copy_of and (first := _id_of(outcomes, step.copy_of)) != _pointer(article):
        yield f"points to {_pointer(article)}, not to {first}"
    if step.exact and f"{article.title}\n\n{article.text}" != SEED_EXPECTED:
        yield "the text is not seed_expected.txt"
    if step.removed and step.removed not in {removal.reason for removal in article.removals}:
        yield f"nothing was removed as {step.removed}"
    if seen := step.first_seen:
        there = article.paragraphs[seen.paragraph - 1].first_seen
        if there is None or there.id != _id_of(outcomes, seen.article):
            yield f"paragraph {seen.paragraph} is not marked as first seen in {seen.article}"


def article_of(message: Message) -> CleanArticle:
    """Return the article in an outcome that is no rejection."""
    held_back = message.topic.endswith(f".{Door.DUPLICATES}")
    model = DuplicateArticle if held_back else CleanArticle
    return model.model_validate_json(message.value or b"")


def _pointer(article: CleanArticle) -> str | None:
    return article.duplicate_of.id if article.duplicate_of else None


def _id_of(outcomes: Mapping[str, Sequence[Message]], name: str) -> str | None:
    return article_of(outcomes[name][0]).id if outcomes.get(name) else None
