"""The verdict table: what an article is to those before it in the window.

Every row is a function from a case to a ruling or None; the first ruling stands. docs/dedupe.md
tells the table in words.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from schemas import PubStatus, Verdict
from schemas.output import Row
from schemas.prepared import UNKNOWN_SOURCE
from streams.core.article.record import MAX_TITLE_CHARS, Record
from streams.core.text.normalise import comparison_form
from streams.core.verdict.case import Case, KnownArticle
from streams.core.verdict.compare import Similarity
from streams.core.verdict.objections import objection
from streams.core.verdict.ruling import PUBLISHED, Compared, Ruling
from streams.core.verdict.versions import is_newer, is_older

# A text that is the same but for a word or two is the same text re-sent, unless its title or a
# signal says otherwise. Shares of 4-grams and of words (benchmarks/dedupe.py, dev pairs).
SAME_RESEMBLANCE: Final = 0.7
SAME_LENGTH: Final = 0.93
SAME_BUT_A_NUMBER: Final = 0.98


def judge(case: Case) -> Ruling:
    """Return the ruling of the first row of the table that applies."""
    for row in ROWS:
        ruling = row(case)
        if ruling is not None:
            return _late_original(case, ruling)
    raise AssertionError("the last row always applies")


def _same_identity(case: Case) -> Ruling | None:
    """Same id, or same source and canonical URL: a re-send, a new version, or an old one."""
    same = case.same_identity
    published = [found for found in same if found.record.verdict in PUBLISHED]
    if not published:
        return _held_back_before(case, same)
    latest = max(published, key=lambda found: found.position)
    versions = [found for found in same if case.has_text_of(found.record)]
    row = _row_of_version(case, latest.record, versions, is_latest=latest in versions)
    compared = (_known(case, latest),)
    if row in _NEW_VERSION:
        return Ruling(Verdict.UPDATE, row, latest.record, previous=latest, compared=compared)
    return Ruling(
        Verdict.DUPLICATE,
        row,
        latest.record,
        original=versions[-1] if versions else latest,
        compared=compared,
    )


def _row_of_version(
    case: Case, latest: Record, versions: list[KnownArticle], *, is_latest: bool
) -> Row:
    """Return the row for an item that was published before, `latest` its latest version.

    `versions` are earlier ones with the same text, `is_latest` whether the latest is one of them.
    """
    newer = is_newer(case, latest)
    if is_older(case, latest):
        return Row.OLDER_VERSION
    comes_back = newer or not versions or latest.pub_status is not PubStatus.CANCELED
    if case.article.pub_status is not latest.pub_status and comes_back:
        return Row.STATUS_CHANGED
    if versions and not newer and not _newly_marked(case, versions):
        return Row.SAME_IDENTITY_SAME_TEXT if is_latest else Row.OLDER_VERSION
    if is_latest and not _newly_marked(case, versions):
        return Row.SAME_IDENTITY_SAME_TEXT
    return Row.SAME_IDENTITY_OTHER_TEXT


def _known(case: Case, found: KnownArticle) -> Compared:
    """Compare with an article that decides by its identity, for the explanation."""
    similarity = Similarity(case.text, found.record.sketch)
    if found.record.text_key == case.text_key:
        similarity.take_as_same()
    same_source = case.has_source and found.record.source == case.article.source
    return Compared(found, similarity, same_source)


def _held_back_before(case: Case, same: list[KnownArticle]) -> Ruling | None:
    """Only copies with this identity: a re-send is one too, another text is judged by its words."""
    for found in reversed(same):
        if case.is_usable and case.has_text_of(found.record):
            return Ruling(
                Verdict.DUPLICATE,
                Row.SAME_IDENTITY_SAME_TEXT,
                found.record,
                original=found,
                compared=(_known(case, found),),
            )
    return None


def _nothing_left(case: Case) -> Ruling | None:
    """Every paragraph is furniture of its source."""
    if case.sketch.kept.any() or not case.is_usable:
        return None
    return Ruling(Verdict.NOTHING_NEW, Row.NOTHING_LEFT)


def _by_content(case: Case) -> Ruling | None:
    """Compare with the few articles that share most, and take the best that decides."""
    compared = tuple(_compare(case, found) for found in _candidates(case))
    deciding = [each for each in compared if each.note is None]
    mine = [each for each in deciding if each.same_source]
    if mine:
        return _same_source(case, max(mine, key=_strength), compared)
    if deciding and case.is_usable:
        best = max(deciding, key=_strength)
        ruling = Ruling(
            Verdict.SYNDICATED, Row.OTHER_SOURCE_COPY, best.record, original=best.found,
            compared=compared,
        )  # fmt: skip
        if case.article.source in case.settings.never_suppress:
            return Ruling(Verdict.NEW, Row.NEVER_SUPPRESS, related=best.found, compared=compared)
        if UNKNOWN_SOURCE in {case.article.source, best.record.source}:
            ruling = replace(ruling, verdict=Verdict.DUPLICATE, row=Row.UNKNOWN_SOURCE_COPY)
        return ruling
    related = [each for each in compared if each.similarity.containment >= case.settings.related]
    # One that this article contains whole matters more than one that shares a part.
    related.sort(key=lambda each: (each.note == "longer", *_strength(each)))
    return Ruling(
        Verdict.NEW,
        Row.NO_MATCH,
        related=related[-1].found if related else None,
        compared=compared,
        notes=("longer_version",) if related and related[-1].note == "longer" else (),
    )


ROWS: Final[tuple[Callable[[Case], Ruling | None], ...]] = (
    _same_identity,
    _nothing_left,
    _by_content,
)
_NEW_VERSION: Final = (Row.STATUS_CHANGED, Row.SAME_IDENTITY_OTHER_TEXT)


def _same_source(case: Case, best: Compared, compared: tuple[Compared, ...]) -> Ruling:
    """A version of a story of the same source: an update when something changed, else a copy."""
    story = best.record
    versions = [story, *(case.found(doc).record for doc in _updates(case, story))]
    latest = _latest(case, best.found)
    same = [
        found
        for found in (best.found, latest, *case.same_text)
        if found.record.source == case.article.source and case.has_text_of(found.record)
    ]
    if not case.is_usable:
        if same and latest.record.pub_status is case.article.pub_status:
            return _copy(best, compared)
        return Ruling(Verdict.UPDATE, Row.STATUS_CHANGED, story, latest, compared=compared)
    if any(is_older(case, version) for version in versions):
        return Ruling(
            Verdict.DUPLICATE, Row.OLDER_VERSION, story, original=best.found, compared=compared
        )
    marked = _newly_marked(case, [best.found, latest, *same])
    changed = not same and _is_changed(best.similarity)
    if marked or changed:
        return Ruling(Verdict.UPDATE, Row.SAME_SOURCE_CHANGED, story, latest, compared=compared)
    return _copy(best, compared)


def _copy(best: Compared, compared: tuple[Compared, ...]) -> Ruling:
    return Ruling(
        Verdict.DUPLICATE, Row.SAME_SOURCE_SAME, best.record, original=best.found,
        compared=compared,
    )  # fmt: skip


def _is_changed(similarity: Similarity) -> bool:
    # A corrected figure must get through, though it is the only change.
    corrected = similarity.number_replaced and similarity.length_ratio >= SAME_BUT_A_NUMBER
    return (
        corrected
        or similarity.resemblance < SAME_RESEMBLANCE
        or similarity.length_ratio < SAME_LENGTH
    )


def _newly_marked(case: Case, versions: list[KnownArticle]) -> bool:
    """Return whether title or signal mark a new version, and none of the versions did so."""
    if not case.is_marked:
        return False
    title = comparison_form((case.article.title or "")[:MAX_TITLE_CHARS])
    return not any(
        comparison_form(found.record.title) == title
        and (found.record.correction or not case.is_correction)
        for found in versions
    )


def _updates(case: Case, story: Record) -> list[int]:
    return case.window.updates_of(story.story_position, case.cutoff_ms)


def _latest(case: Case, found: KnownArticle) -> KnownArticle:
    """Return the latest published version of the story that `found` belongs to."""
    docs = _updates(case, found.record)
    return case.found(docs[-1]) if docs else found


def _candidates(case: Case) -> list[KnownArticle]:
    """Articles to compare: those of the same text first, then those that share most."""
    chosen = {found.doc: found for found in (*case.same_text, *case.candidates)}
    return list(chosen.values())


def _compare(case: Case, found: KnownArticle) -> Compared:
    known = _known(case, found)
    return replace(known, note=objection(case, found.record, known.similarity))


def _strength(each: Compared) -> tuple[float, bool, float, int]:
    """Order: the most text, then what was released, then the oldest."""
    similarity = each.similarity
    score = similarity.containment if each.same_source else similarity.coverage
    return round(score, 2), each.record.released, similarity.resemblance, -each.found.position


def _late_original(case: Case, ruling: Ruling) -> Ruling:
    """Note when a copy was published before its original reached us: the pointer stays."""
    original = ruling.original
    if original is None or case.published_at_ms is None:
        return ruling
    theirs = original.record.published_at_ms
    if theirs is not None and case.published_at_ms < theirs:
        return replace(ruling, notes=(*ruling.notes, "late_original"))
    return ruling
