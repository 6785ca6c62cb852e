"""How the verdict came about, in the terms of the contracts."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from schemas.output import ArticleRef, Candidate, Decision, ParagraphMatch
from streams.core.article.construct import construct, construct_all
from streams.core.article.record import Record
from streams.core.article.sketch import Sketch
from streams.core.text.arrays import is_in
from streams.core.verdict.case import Case, KnownArticle, moment
from streams.core.verdict.compare import TEMPLATE_WORDS
from streams.core.verdict.ruling import Compared, Ruling


def reference(found: KnownArticle | None) -> ArticleRef | None:
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
    record = ruling.story or ruling.original.record
    head = case.window.at_position(record.story_position, case.cutoff_ms)
    return _ref_of(case.found(head).record) if head is not None else _ref_of(record)


def decision(case: Case, ruling: Ruling, kept: NDArray[np.bool_]) -> Decision:
    """Return the ruling with what was compared; `kept` are the paragraphs that are published."""
    return construct(
        Decision,
        rule=ruling.row,
        candidates=tuple(_candidate(case, each, kept) for each in ruling.compared),
        thresholds=_thresholds(case.settings.containment, case.settings.related),
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
    # Both are counted among the paragraphs that were published.
    my_number, their_number = (kept.cumsum() - 1).tolist(), (theirs.kept.cumsum() - 1).tolist()
    my_keys, they_kept = mine.exact.tolist(), theirs.kept.tolist()
    rows = []
    for number in (each.similarity.paragraphs & kept).nonzero()[0].tolist():
        exact = place.get(my_keys[number])
        other = _nearest(mine, number, theirs) if exact is None else exact
        if other is not None and they_kept[other]:
            rows.append(
                {
                    "mine": my_number[number],
                    "theirs": their_number[other],
                    "exact": exact is not None,
                }
            )
    return construct_all(ParagraphMatch, rows)


def _nearest(mine: Sketch, number: int, theirs: Sketch) -> int | None:
    """Return the paragraph of `theirs` that shares the most n-grams with one of `mine`."""
    start = int(mine.gram_count[:number].sum())
    shared = is_in(theirs.grams, mine.grams[start : start + int(mine.gram_count[number])])
    hits = np.arange(len(theirs.exact)).repeat(theirs.gram_count)[shared]
    return int(np.bincount(hits).argmax()) if len(hits) else None


@cache
def _thresholds(containment: float, related: float) -> dict[str, float]:
    return {
        "containment": containment,
        "related": related,
        "template_words": float(TEMPLATE_WORDS),
    }
