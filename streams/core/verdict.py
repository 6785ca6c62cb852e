"""The verdict table: what an article is to those before it in the window.

Every row is a function from a case to a ruling or None; the first ruling stands. docs/dedupe.md
tells the table in words.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz import fuzz

from schemas import PubStatus, Verdict
from schemas.output import Row
from streams.core.case import UNKNOWN_SOURCE, Case, Found
from streams.core.compare import Similarity, shares_lead
from streams.core.normalise import comparison_form
from streams.core.record import MAX_TITLE_CHARS, Record, Sketch
from streams.core.title_marks import title_words
from streams.core.versions import is_newer, is_older

# A text that is the same but for a word or two is the same text re-sent, unless its title or a
# signal says otherwise. Shares of 4-grams and of words (benchmarks/dedupe.py, dev pairs).
SAME_RESEMBLANCE: Final = 0.7
SAME_LENGTH: Final = 0.93
SAME_BUT_A_NUMBER: Final = 0.98
# Identical texts shorter than this are one story only if their titles agree: "See the gallery."
SHORT_WORDS: Final = 20
TINY_WORDS: Final = 5  # and these only if they have titles
SIMILAR_TITLES: Final = 80.0
# One shared paragraph never makes a copy, unless it is all there is.
MIN_PARAGRAPHS: Final = 2
# Corrections follow within hours; the same two lines on another day are another report
# (research-dedupe.md 5.5).
CORRECTION_MS: Final = 6 * 3_600_000
# Stories that quote the same letter (issue 6; dev pairs: copies .60 and more, quotes below).
QUOTE_NAMES: Final = 0.6
DEEP_INSIDE: Final = 0.25
DEFAULT_TRUST: Final = 5


@dataclass(frozen=True, slots=True)
class Compared:
    """An earlier article and what it shares with this one."""

    found: Found
    similarity: Similarity
    same_source: bool
    note: str | None = None  # why it does not decide

    @property
    def record(self) -> Record:
        """The earlier article."""
        return self.found.record


@dataclass(frozen=True, slots=True)
class Ruling:
    """The verdict on an article and everything it rests on."""

    verdict: Verdict
    row: Row
    story: Record | None = None  # any article of the story it belongs to; none: a story of its own
    previous: Found | None = None
    related: Found | None = None
    original: Found | None = None  # what it is a copy of
    compared: tuple[Compared, ...] = ()
    notes: tuple[str, ...] = ()


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
    published = [found for found in same if found.record.verdict in _PUBLISHED]
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


def _row_of_version(case: Case, latest: Record, versions: list[Found], *, is_latest: bool) -> Row:
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


def _known(case: Case, found: Found) -> Compared:
    """Compare with an article that decides by its identity, for the explanation."""
    similarity = Similarity(case.text, found.record.sketch)
    if found.record.text_key == case.text_key:
        similarity.take_as_same()
    same_source = case.has_source and found.record.source == case.article.source
    return Compared(found, similarity, same_source)


def _held_back_before(case: Case, same: list[Found]) -> Ruling | None:
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
_PUBLISHED: Final = (Verdict.NEW, Verdict.UPDATE)
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


def _newly_marked(case: Case, versions: list[Found]) -> bool:
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


def _latest(case: Case, found: Found) -> Found:
    """Return the latest published version of the story that `found` belongs to."""
    docs = _updates(case, found.record)
    return case.found(docs[-1]) if docs else found


def _candidates(case: Case) -> list[Found]:
    """Articles to compare: those of the same text first, then those that share most."""
    chosen = {found.doc: found for found in (*case.same_text, *case.candidates)}
    return list(chosen.values())


def _compare(case: Case, found: Found) -> Compared:
    known = _known(case, found)
    return replace(known, note=_objection(case, found.record, known.similarity))


def _objection(case: Case, record: Record, similarity: Similarity) -> str | None:
    """Return why an earlier article does not make this one a copy or version, or None."""
    threshold = case.settings.containment
    if similarity.containment < threshold:
        return "too_little"
    chance = _chance(case, record, similarity)
    if chance or (case.has_source and record.source == case.article.source):
        return chance
    return "longer" if similarity.coverage < threshold else _weak_source(case, record)


def _weak_source(case: Case, record: Record) -> str | None:
    """Return why an article of another source may not hold this one back, or None."""
    if _trust(case, record.source) < _trust(case, case.article.source):
        return "trust"
    if record.pub_status is not PubStatus.USABLE:
        return "not_usable"
    if record.verdict in _PUBLISHED and not record.indexed:
        return "over_quota"
    return None


def _chance(case: Case, record: Record, similarity: Similarity) -> str | None:
    """Return why two texts that share so much may still be two stories, or None."""
    if record.text_key == case.text_key:
        if similarity.words >= SHORT_WORDS:
            return None
        # A notice ("This story was withdrawn.") is the same for every story that it stands for.
        if not case.is_usable:
            return "titles"
        named = bool(case.article.title and record.title)
        tiny = similarity.words < TINY_WORDS and not named
        return "titles" if tiny or not _titles_agree(case, record) else None
    paragraphs = int(similarity.paragraphs.sum())
    if paragraphs < min(MIN_PARAGRAPHS, int(case.sketch.kept.sum()), int(record.sketch.kept.sum())):
        return "one_paragraph"
    same_source = case.has_source and record.source == case.article.source
    late_stub = similarity.is_stub and not _is_recent(case, record)
    if (similarity.is_another_template or late_stub) and not (
        same_source and _is_same_headline(case, record)
    ):
        return "numbers_or_names"
    return _same_quote(case.sketch, record.sketch, similarity)


def _same_quote(mine: Sketch, theirs: Sketch, similarity: Similarity) -> str | None:
    """Return `same_quote` for two stories that quote one letter or statement, or None.

    Versions and copies share the top of a story: cutting starts from the bottom. Two own stories
    share a block below, and the names around it differ; or the whole of a short one stands deep
    inside a long one.
    """
    i_am_longer = mine.kept_words >= theirs.kept_words
    longer, shorter = (mine, theirs) if i_am_longer else (theirs, mine)
    if shares_lead(longer, shorter):
        return None
    deep_inside = similarity.length_ratio < DEEP_INSIDE
    own_story = similarity.names < QUOTE_NAMES and not shares_lead(shorter, longer)
    return "same_quote" if deep_inside or own_story else None


def _is_same_headline(case: Case, record: Record) -> bool:
    """A correction may differ in a number alone: it is marked, or bears the very same headline."""
    if not case.article.title or not record.title:
        return False
    if case.is_marked:
        return _titles_agree(case, record)
    return _is_recent(case, record) and title_words(case.article.title) == title_words(record.title)


def _is_recent(case: Case, record: Record) -> bool:
    return case.arrived_at_ms - record.arrived_at_ms <= CORRECTION_MS


def _titles_agree(case: Case, record: Record) -> bool:
    if not case.article.title or not record.title:
        return True
    mine, theirs = title_words(case.article.title), title_words(record.title)
    return fuzz.token_set_ratio(mine, theirs) >= SIMILAR_TITLES


def _trust(case: Case, source: str) -> int:
    return case.settings.trust.get(source, DEFAULT_TRUST)


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
