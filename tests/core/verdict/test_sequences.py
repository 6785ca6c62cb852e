"""The life of one item as a table: versions, re-sends, corrections, cancellations, late ones."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas import CleanArticle, DuplicateArticle, PubStatus, Verdict
from schemas.output import Row
from tests.support.feed import Feed

TABLE = Path(__file__).parents[2] / "golden" / "dedupe" / "sequences.txt"
LINES = [
    line.split(" | ")
    for line in TABLE.read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
DAY = datetime(2026, 3, 2, tzinfo=UTC)
EVENT = re.compile(
    r"(?P<text>[A-Z])(?:v(?P<version>\d+))?(?:h(?P<updated>\d+))?(?:p(?P<published>\d+))?"
    r"(?P<marks>[xw!~@=]*)"
)
STATUS = {"x": PubStatus.CANCELED, "w": PubStatus.WITHHELD}
BODY = [
    "The harbour office of Port Linn said on Monday that {0} ships wait for the lock to be mended.",
    "Lock keeper Anton Weil expects the gate from the yard in Vessel {0} days later than planned.",
    "Shipping lines count a loss of {0} thousand crowns for every day on which nothing moves.",
]


def text_of(letter: str) -> list[str]:
    """Return three paragraphs that are another text for each letter, but for the most the same."""
    number = ord(letter) - ord("A") + 11
    return [line.format(number) for line in BODY]


def arguments(event: str) -> dict[str, Any]:
    """Return the article that an event of the table stands for."""
    found = EVENT.fullmatch(event)
    assert found, f"{event!r} is no event"
    marks = found["marks"]
    fields: dict[str, Any] = {
        "source": "copier.example" if "@" in marks else "wire.example",
        "version": found["version"],
        "title": "CORRECTED-Ships wait" if "~" in marks else "Ships wait",
        "signal": ("sig:correction",) if "!" in marks else (),
        "pub_status": next((STATUS[mark] for mark in marks if mark in STATUS), PubStatus.USABLE),
    }
    fields["id"] = f"{fields['source']}/{'other' if '=' in marks else 'item'}"
    for name in ("updated", "published"):
        if found[name]:
            fields[f"{name}_at"] = DAY + timedelta(hours=int(found[name]))
    return fields


@pytest.mark.parametrize(("events", "expected"), LINES)
def test_life_of_an_item(events: str, expected: str) -> None:
    """Every event of the sequence gets its verdict; canceled ones carry their status out."""
    feed = Feed()
    said = []
    for event in events.split():
        fields = arguments(event)
        article = feed.say(text_of(event[0]), **fields, after_h=0.05).article
        assert article is not None
        said.append(_short(article))
        if not isinstance(article, DuplicateArticle):
            assert article.pub_status is fields["pub_status"]
            assert article.text == "\n\n".join(text_of(event[0]))
    assert said == [name if name != "upd" else "upd2" for name in expected.split()]


def _short(article: CleanArticle) -> str:
    if article.verdict is Verdict.UPDATE:
        assert article.previous is not None
        return f"upd{article.revision}"
    if article.decision.rule is Row.OLDER_VERSION:
        return "old"
    return {"new": "new", "duplicate": "dup", "syndicated": "syn"}[article.verdict]


def test_there_are_forty_sequences() -> None:
    """The table is as long as it was promised, and no line stands twice."""
    assert len({events for events, _ in LINES}) == len(LINES) >= 40
