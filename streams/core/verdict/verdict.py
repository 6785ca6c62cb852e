"""The verdict table: what an article is to those before it in the window.

A row is a function, named as the row, from the evidence to a ruling or None; the first ruling
stands. docs/dedupe.md tells the same rows in words, in the same order.
"""

from collections.abc import Callable, Mapping
from typing import Final

from schemas import Verdict
from schemas.output import DecisionNote, Objection, Row
from schemas.prepared import UNKNOWN_SOURCE
from streams.core.article.identity import source_key
from streams.core.article.record import OneStory, Record
from streams.core.verdict.case import Case, KnownArticle
from streams.core.verdict.evidence import (
    Evidence,
    PublishedItem,
    SameSourceStory,
    has_other_number,
)
from streams.core.verdict.ruling import Compared, Ruling


def judge(case: Case) -> Ruling:
    """Return the ruling of the first row of the table that applies."""
    evidence = Evidence(case)
    for row in ROWS.values():
        ruling = row(evidence)
        if ruling is not None:
            return _noted(evidence, ruling)
    raise AssertionError("the last row always applies")


def older_version(evidence: Evidence) -> Ruling | None:
    """A later version was published, or the text is one that was superseded."""
    item, story = evidence.item, evidence.story
    if item and (item.is_later or (item.superseded_text and not item.changes_status)):
        return _resent(evidence, item, Row.OLDER_VERSION)
    if story and evidence.case.is_usable and story.is_later:
        return _copy(evidence, story.best, Verdict.DUPLICATE, Row.OLDER_VERSION)
    return None


def status_changed(evidence: Evidence) -> Ruling | None:
    """The item is canceled, withheld or set free again."""
    item, story = evidence.item, evidence.story
    if item and item.changes_status:
        return _new_version(evidence, item, Row.STATUS_CHANGED)
    if story and not evidence.case.is_usable and not story.is_resent_notice:
        return _update(evidence, story, Row.STATUS_CHANGED)
    return None


def same_identity_same_text(evidence: Evidence) -> Ruling | None:
    """The same item comes again as it was, published or held back."""
    item, held_back = evidence.item, evidence.held_back_item
    if item and item.is_unchanged:
        return _resent(evidence, item, Row.SAME_IDENTITY_SAME_TEXT)
    if held_back is None:
        return None
    return Ruling(
        Verdict.DUPLICATE,
        Row.SAME_IDENTITY_SAME_TEXT,
        held_back.record,
        original=held_back,
        compared=(evidence.known(held_back),),
    )


def same_identity_other_text(evidence: Evidence) -> Ruling | None:
    """The same item with another text, or newly marked as a new version."""
    if evidence.item is None:
        return None
    return _new_version(evidence, evidence.item, Row.SAME_IDENTITY_OTHER_TEXT)


def nothing_left(evidence: Evidence) -> Ruling | None:
    """Every paragraph is furniture of its source."""
    if evidence.case.sketch.kept.any() or not evidence.case.is_usable:
        return None
    return Ruling(Verdict.NOTHING_NEW, Row.NOTHING_LEFT)


def same_source_changed(evidence: Evidence) -> Ruling | None:
    """A story of the same source, with something changed."""
    story = evidence.story
    if story is None or not evidence.case.is_usable or not story.is_changed:
        return None
    return _update(evidence, story, Row.SAME_SOURCE_CHANGED)


def same_source_same(evidence: Evidence) -> Ruling | None:
    """A story of the same source, with nothing changed."""
    story = evidence.story
    if story is None:
        return None
    return _copy(evidence, story.best, Verdict.DUPLICATE, Row.SAME_SOURCE_SAME)


def never_suppress(evidence: Evidence) -> Ruling | None:
    """A copy of another source's article, by a source that is always published."""
    original = evidence.original
    if original is None or source_key(evidence.case.article.source) not in map(
        source_key, evidence.case.settings.never_suppress
    ):
        return None
    return Ruling(
        Verdict.NEW, Row.NEVER_SUPPRESS, related=original.found, compared=evidence.compared
    )


def unknown_source_copy(evidence: Evidence) -> Ruling | None:
    """A copy, where one of the two names no source."""
    original = evidence.original
    if original is None:
        return None
    if UNKNOWN_SOURCE not in {evidence.case.article.source, original.record.source}:
        return None
    return _copy(evidence, original, Verdict.DUPLICATE, Row.UNKNOWN_SOURCE_COPY)


def other_source_copy(evidence: Evidence) -> Ruling | None:
    """A copy of another source's article."""
    original = evidence.original
    if original is None:
        return None
    return _copy(evidence, original, Verdict.SYNDICATED, Row.OTHER_SOURCE_COPY)


def no_match(evidence: Evidence) -> Ruling:
    """Nothing in the window makes it a copy or a version."""
    related = evidence.related
    notes = []
    if related and related.note == Objection.LONGER:
        notes.append(DecisionNote.LONGER_VERSION)
    if evidence.is_roundup:
        notes.append(DecisionNote.ROUNDUP)
    return Ruling(
        Verdict.NEW,
        Row.NO_MATCH,
        related=related.found if related else None,
        compared=evidence.compared,
        notes=tuple(notes),
    )


# In the order in which they are asked. `released` is no row of it: a request decides, no article.
ROWS: Final[Mapping[Row, Callable[[Evidence], Ruling | None]]] = {
    Row.OLDER_VERSION: older_version,
    Row.STATUS_CHANGED: status_changed,
    Row.SAME_IDENTITY_SAME_TEXT: same_identity_same_text,
    Row.SAME_IDENTITY_OTHER_TEXT: same_identity_other_text,
    Row.NOTHING_LEFT: nothing_left,
    Row.SAME_SOURCE_CHANGED: same_source_changed,
    Row.SAME_SOURCE_SAME: same_source_same,
    Row.NEVER_SUPPRESS: never_suppress,
    Row.UNKNOWN_SOURCE_COPY: unknown_source_copy,
    Row.OTHER_SOURCE_COPY: other_source_copy,
    Row.NO_MATCH: no_match,
}


def _resent(evidence: Evidence, item: PublishedItem, row: Row) -> Ruling:
    """Hold back an item that was published before."""
    latest = item.latest
    return Ruling(
        Verdict.DUPLICATE,
        row,
        latest.record,
        original=item.same_text[-1] if item.same_text else latest,
        compared=(evidence.known(latest),),
    )


def _new_version(evidence: Evidence, item: PublishedItem, row: Row) -> Ruling:
    """Publish a new version of an item."""
    latest = item.latest
    return Ruling(
        Verdict.UPDATE,
        row,
        latest.record,
        previous=latest,
        compared=(evidence.known(latest),),
    )


def _update(evidence: Evidence, story: SameSourceStory, row: Row) -> Ruling:
    """Publish a new version of a story of the same source."""
    return Ruling(
        Verdict.UPDATE,
        row,
        story.best.record,
        previous=story.latest,
        compared=evidence.compared,
    )


def _copy(evidence: Evidence, original: Compared, verdict: Verdict, row: Row) -> Ruling:
    """Hold back a copy of `original`, whose story may go on in another by now."""
    story = evidence.case.goes_on_in(original.record)
    return Ruling(verdict, row, story, original=original.found, compared=evidence.compared)


def _noted(evidence: Evidence, ruling: Ruling) -> Ruling:
    """Return the ruling with what else was seen."""
    stories = _stories(evidence.case, ruling)
    notes = {
        DecisionNote.LATE_ORIGINAL: _is_late_original(evidence.case, ruling.original),
        DecisionNote.NUMBERS_DIFFER: _numbers_differ(evidence.case, ruling),
        DecisionNote.REUSED_IDENTITY: evidence.is_reused_identity,
        DecisionNote.TWO_STORIES: len(stories) > 1,
    }
    seen = [note for note, is_seen in notes.items() if is_seen]
    if not seen:
        return ruling
    shows = _shows(evidence.case, ruling.story, stories) if ruling.story else None
    return ruling._replace(notes=(*ruling.notes, *seen), shows=shows)


def _stories(case: Case, ruling: Ruling) -> dict[int, Record]:
    """Return the stories that decide, by position, each by an article of it."""
    deciding = (each.record for each in ruling.compared if each.decides)
    return {case.goes_on_in(record).story_position: record for record in deciding}


def _shows(case: Case, own: Record, stories: dict[int, Record]) -> OneStory | None:
    """Return which of two stories goes on: the better trusted, then the older."""

    def order(story: int, record: Record) -> tuple[int, int]:
        return -case.trust(record.source), story

    here = {own.story_position, case.goes_on_in(own).story_position}
    others = [order(story, record) for story, record in stories.items() if story not in here]
    if not others:
        return None
    first, second = sorted((order(own.story_position, own), min(others)))
    return OneStory(ends=second[1], goes_on_in=first[1])


def _is_late_original(case: Case, original: KnownArticle | None) -> bool:
    """Return whether a copy was published before its original reached us: the pointer stays."""
    if original is None or case.published_at_ms is None:
        return False
    theirs = original.record.published_at_ms
    return theirs is not None and case.published_at_ms < theirs


def _numbers_differ(case: Case, ruling: Ruling) -> bool:
    """Return whether a copy of another source's article has another figure in it."""
    return ruling.row in _COPIES and any(
        each.found is ruling.original and has_other_number(case, each) for each in ruling.compared
    )


_COPIES: Final = frozenset({Row.OTHER_SOURCE_COPY, Row.UNKNOWN_SOURCE_COPY})
