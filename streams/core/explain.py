"""How the verdict came about, in the terms of the contracts."""

import numpy as np
from numpy.typing import NDArray

from schemas.output import ArticleRef, Candidate, Decision, ParagraphMatch
from streams.core.case import Case, Found, moment
from streams.core.compare import TEMPLATE_WORDS
from streams.core.construct import construct
from streams.core.record import Record
from streams.core.ruling import Compared, Ruling
from streams.core.sketch import Sketch
from streams.settings import DedupeSettings


def reference(found: Found | None) -> ArticleRef | None:
    """Return enough of an earlier article to find it again."""
    return None if found is None else _ref_of(found.record)


def _ref_of(record: Record) -> ArticleRef:
    return construct(
        ArticleRef,
        id=record.id,
        source=record.source,
        raw_ref=record.raw_ref,
        arrived_at=moment(record.arrived_at_ms),
        title=record.title or None,
    )


def first_of_story(case: Case, ruling: Ruling) -> ArticleRef | None:
    """Return the first article of the story, or what is left of it in the window."""
    if ruling.original is None:
        return None
    record = ruling.original.record
    head = case.window.at_position(record.story_position, case.cutoff_ms)
    return _ref_of(case.found(head).record) if head is not None else _ref_of(record)


def decision(case: Case, ruling: Ruling, kept: NDArray[np.bool_]) -> Decision:
    """Return the ruling with what was compared; `kept` are the paragraphs that are published."""
    return construct(
        Decision,
        rule=ruling.row,
        candidates=tuple(_candidate(case, each, kept) for each in ruling.compared),
        thresholds=_thresholds(case.settings),
        notes=ruling.notes,
    )


def _candidate(case: Case, each: Compared, kept: NDArray[np.bool_]) -> Candidate:
    similarity = each.similarity
    related = similarity.containment >= case.settings.related
    return construct(
        Candidate,
        article=_ref_of(each.record),
        story_id=each.record.story_id,
        same_source=each.same_source,
        containment=round(similarity.containment, 3),
        coverage=round(similarity.coverage, 3),
        matches=_matches(case.sketch, each, kept) if related else (),
        note=each.note,
    )


def _matches(mine: Sketch, each: Compared, kept: NDArray[np.bool_]) -> tuple[ParagraphMatch, ...]:
    """Return which published paragraphs correspond: exactly by key, else by shared n-grams."""
    theirs = each.record.sketch
    place = {key: number for number, key in reversed(list(enumerate(theirs.exact.tolist())))}
    their_paragraph = np.repeat(np.arange(len(theirs.exact)), theirs.gram_count)
    opens = np.cumsum(mine.gram_count, dtype=np.intp) - mine.gram_count
    # Both are counted among the paragraphs that were published.
    my_number, their_number = np.cumsum(kept) - 1, np.cumsum(theirs.kept) - 1
    matches = []
    for number in np.flatnonzero(each.similarity.paragraphs & kept).tolist():
        exact = place.get(int(mine.exact[number]))
        if exact is None:
            grams = mine.grams[opens[number] : opens[number] + mine.gram_count[number]]
            hits = their_paragraph[np.isin(theirs.grams, grams)]
            other = int(np.bincount(hits).argmax()) if len(hits) else None
        else:
            other = exact
        if other is not None and theirs.kept[other]:
            matches.append(
                construct(
                    ParagraphMatch,
                    mine=int(my_number[number]),
                    theirs=int(their_number[other]),
                    exact=exact is not None,
                )
            )
    return tuple(matches)


def _thresholds(settings: DedupeSettings) -> dict[str, float]:
    return {
        "containment": settings.containment,
        "related": settings.related,
        "template_words": float(TEMPLATE_WORDS),
    }
