"""What must have come of each step of the demo."""

from collections.abc import Iterator, Mapping, Sequence

from schemas import CleanArticle, DuplicateArticle
from streams.core.message import Message
from streams.demo.steps import SEED_EXPECTED, Step
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
        return
    message = found[0]
    if not message.topic.endswith(f".{step.door}"):
        yield f"came out at {message.topic}, not at {step.door}"
        return
    if step.door is Door.REJECTED:
        reason = dict(message.headers)["cleanwire-reason"].decode()
        if reason != step.reason:
            yield f"rejected for {reason}, not for {step.reason}"
        if message.value != step.value:
            yield "the rejected bytes are not those that were pushed"
        return
    article = article_of(message)
    if article.verdict != step.verdict:
        yield f"verdict {article.verdict}, not {step.verdict}"
    if step.copy_of and (first := _id_of(outcomes, step.copy_of)) != _pointer(article):
        yield f"points to {_pointer(article)}, not to {first}"
    if step.exact and f"{article.title}\n\n{article.text}" != SEED_EXPECTED:
        yield "the text is not seed_expected.txt"


def article_of(message: Message) -> CleanArticle:
    """Return the article in an outcome that is no rejection."""
    held_back = message.topic.endswith(f".{Door.DUPLICATES}")
    model = DuplicateArticle if held_back else CleanArticle
    return model.model_validate_json(message.value or b"")


def _pointer(article: CleanArticle) -> str | None:
    first = article.duplicate_of if isinstance(article, DuplicateArticle) else None
    return first.id if first else None


def _id_of(outcomes: Mapping[str, Sequence[Message]], name: str) -> str | None:
    return article_of(outcomes[name][0]).id if outcomes.get(name) else None
