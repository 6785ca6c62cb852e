"""Every message has one outcome that a topic takes and a reader can read, whatever is in it."""

from itertools import islice

import pytest

from schemas import PreparedArticle
from streams.agents.clean import clean_one
from streams.core.dedupe import Deduper
from streams.core.messages.message import Message
from streams.core.messages.records import excess
from streams.headers import ORIGIN, text_in
from streams.settings import CleanSettings, DedupeSettings
from streams.topology import PREPARED, Door
from tests.support.hostile import messages

pytestmark = pytest.mark.slow

# `make fuzz` runs all of them, larger ones, and ones that nobody has thought of.
EVERY = 3
PARTS = 8
MESSAGES = list(islice(messages(size=300), 0, None, EVERY))


def check(message: Message) -> PreparedArticle | None:
    """Assert that stage 1 has one sound outcome for a message; return the article, if it is one."""
    output = clean_one(message, CleanSettings(), DedupeSettings())
    assert text_in(output.headers, ORIGIN) == str(message.ref)
    assert excess(output) == ""
    if output.door == PREPARED:
        return PreparedArticle.model_validate_json(output.value or b"")
    assert output.door == Door.REJECTED
    assert output.outcome != "cleaner_failed", message
    return None


def test_they_are_thousands() -> None:
    """As many as were promised, and no two the same."""
    assert len({(m.value, m.headers, m.key) for m in MESSAGES}) >= 2_000


@pytest.mark.parametrize("part", range(PARTS))
def test_each_has_one_outcome(part: int) -> None:
    """And stage 2 decides on what comes out as an article."""
    deduper = Deduper(DedupeSettings())
    for position, message in enumerate(MESSAGES[part::PARTS]):
        article = check(message)
        if article is not None:
            outcome = deduper.decide(article, position, 1_780_000_000_000 + position)
            if outcome.record is not None:
                deduper.remember(position, outcome.record)
