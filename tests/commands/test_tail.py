"""`cleanwire tail` on a terminal: what it is, why it came out here, how it begins."""

import io
import json

from rich.console import Console

from schemas import CleanArticle, PreparedArticle, RawRef, Rejection
from streams.commands.tail import print_readable
from streams.core.clean import clean
from streams.core.dedupe import Deduper
from streams.core.messages import records
from streams.core.messages.message import Message, Output
from streams.explain.explanation import explain
from streams.settings import CleanSettings, DedupeMode, DedupeSettings
from streams.topology import Door

NOW_MS = 1_800_000_000_000
TEXT = (
    "The lighthouse on Skerry Point is lit again after the storm, its keeper said on Monday.\n"
    "Two panes of the lantern had been broken, and the lamp itself was wet but whole."
)


def raw(offset: int, **article: str) -> Message:
    """Return a raw message with an article."""
    return Message("news.raw", 0, offset, NOW_MS, b"k", json.dumps(article).encode())


def shown(door: Door, output: Output) -> str:
    """Return what is printed of an output."""
    file = io.StringIO()
    console = Console(file=file, width=200)
    record = Message(f"news.{door}", 0, 0, NOW_MS, output.key, output.value, output.headers)
    print_readable(console, door, record)
    return file.getvalue()


def outputs(*messages: Message, mode: DedupeMode = DedupeMode.ROUTE) -> list[Output]:
    """Return what both stages make of raw messages, without Kafka."""
    settings = DedupeSettings(mode=mode)
    deduper, made = Deduper(settings), []
    for position, message in enumerate(messages):
        prepared = clean(message, CleanSettings())
        assert isinstance(prepared, PreparedArticle)
        outcome = deduper.decide(prepared, position, NOW_MS)
        assert outcome.article is not None
        assert outcome.record is not None
        deduper.remember(position, outcome.record)
        made.append(records.published(outcome.article, message, settings, ""))
    return made


def test_a_clean_article() -> None:
    """Verdict, id, title and the beginning of the text."""
    (new,) = outputs(raw(0, content=TEXT, source="a.example", id="1", title="Lit again"))
    text = shown(Door.CLEAN, new)
    assert text.startswith("new  a.example/1  2027-01-15 08:00:00 UTC\nLit again\n")
    assert "  The lighthouse on Skerry Point" in text


def test_a_copy_points_to_the_first() -> None:
    """The article that it is a copy of, and when that was seen."""
    first = raw(0, content=TEXT, source="a.example", id="1")
    _, copy = outputs(first, raw(1, content=TEXT, source="b.example", id="2"))
    assert "copy of a.example/1, seen 2027-01-15 08:00:00 UTC" in shown(Door.DUPLICATES, copy)


def test_a_copy_that_is_only_marked_points_to_the_first_too() -> None:
    """With CLEANWIRE_DEDUPE__MODE=mark it comes out at clean, and `explain` says so as well."""
    first = raw(0, content=TEXT, source="a.example", id="1")
    _, copy = outputs(first, raw(1, content=TEXT, source="b.example", id="2"), mode=DedupeMode.MARK)
    assert copy.door == Door.CLEAN
    assert "copy of a.example/1, seen 2027-01-15 08:00:00 UTC" in shown(Door.CLEAN, copy)
    article = CleanArticle.model_validate_json(copy.value or b"")
    explanation = explain(RawRef(topic="news.clean", partition=0, offset=1), article, {})
    assert explanation.duplicate_of is not None
    assert explanation.duplicate_of.id == "a.example/1"
    assert explanation.comparisons[0].roles[0] == "duplicate_of"


def test_a_rejection_shows_reason_and_bytes() -> None:
    """Reason, origin, error, and the message as far as it can be shown."""
    message = Message("news.raw", 3, 9, NOW_MS, None, b"\xff{")
    rejection = clean(message, CleanSettings())
    assert isinstance(rejection, Rejection)
    text = shown(Door.REJECTED, records.rejected(rejection, message))
    assert f"{rejection.reason.value}  news.raw/3/9" in text
    assert "\\xff{" in text


def test_a_stray_record_is_shown_as_such() -> None:
    """It is no reason to stop."""
    text = shown(Door.CLEAN, Output(Door.CLEAN, None, b"not ours"))
    assert "stray record  news.clean/0/0" in text


def test_a_field_of_a_later_release_is_no_reason_to_stop() -> None:
    """What is known of the article is shown."""
    (new,) = outputs(raw(0, content=TEXT, source="a.example", id="1"))
    article = json.loads(new.value or b"") | {"added_later": 1}
    text = shown(Door.CLEAN, new._replace(value=json.dumps(article).encode()))
    assert text.startswith("new  a.example/1")
