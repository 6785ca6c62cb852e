"""What becomes of an article after its verdict: the record to publish and the one to remember."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np

from schemas import CleanArticle, DuplicateArticle, PreparedArticle, Reason, Removal, Verdict
from schemas.base import Metadata
from schemas.output import DecisionNote, Row, SeenParagraph
from streams.core.article.construct import construct, construct_all
from streams.core.article.identity import MAX_ID
from streams.core.article.record import Record
from streams.core.article.sketch import Sketch, sketch_of, without_grams
from streams.core.verdict.case import Case, KnownArticle, moment
from streams.core.verdict.decision import decision, first_of_story, reference
from streams.core.verdict.furniture import doubtful_furniture, furniture
from streams.core.verdict.ruling import Ruling
from streams.core.window.postings import Entries
from streams.core.window.window import Decided
from streams.settings import DedupeMode, SeenParagraphs

# A line as short as "he said on Tuesday" is marked where another story has it, but never dropped.
DROPPED_MIN_WORDS: Final = 5
_HELD_BACK = (Verdict.DUPLICATE, Verdict.SYNDICATED, Verdict.NOTHING_NEW)
_CARRIED = (
    *Metadata.model_fields,
    "id", "id_origin", "source", "source_origin", "raw_ref", "content_type", "language_origin",
    "language_confidence", "published_at_origin", "title_origin", "flags", "chars_in",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to send and what to remember. No article: this message was decided before."""

    article: CleanArticle | DuplicateArticle | None
    record: bytes | None
    outcome: str


@dataclass(frozen=True, slots=True)
class _Body:
    """The paragraphs that stay, those that are taken out, and the sketch of what stays."""

    paragraphs: tuple[SeenParagraph, ...]
    removals: tuple[Removal, ...]
    sketch: Sketch


def settle(case: Case, ruling: Ruling) -> Outcome:
    """Return the outcome of a ruling: furniture out, seen paragraphs marked, all explained."""
    body = _body(case, ruling)
    if not body.paragraphs and case.is_usable and ruling.verdict not in _HELD_BACK:
        ruling = ruling._replace(
            verdict=Verdict.NOTHING_NEW, row=Row.NOTHING_LEFT, previous=None, related=None
        )
    over_quota = (
        case.window.articles_of(case.article.source, case.cutoff_ms)
        >= case.settings.max_articles_per_source
    )
    if over_quota:
        ruling = ruling._replace(notes=(*ruling.notes, DecisionNote.OVER_QUOTA))
    revision = _revision(ruling)
    record = _record(case, ruling, body.sketch, revision, indexed=not over_quota)
    packed = record.pack()
    case.window.expect(Decided(packed, record, _looked_up(case, record)))
    return Outcome(_article(case, ruling, body, revision), packed, ruling.verdict.value)


def _looked_up(case: Case, record: Record) -> Entries | None:
    """Return what the case found under the keys of its record; none where they are others."""
    if not record.indexed:
        return case.entries.of_first(len(case.identity))
    return case.entries if record.sketch is case.sketch else None


def _article(case: Case, ruling: Ruling, body: _Body, revision: int) -> CleanArticle:
    article = case.article
    held_back = ruling.verdict in _HELD_BACK and case.settings.mode is DedupeMode.ROUTE
    kind = DuplicateArticle if held_back else CleanArticle
    return construct(
        kind,
        **{name: getattr(article, name) for name in _CARRIED},
        schema_version=1,
        story_id=_story_id(case, ruling),
        verdict=ruling.verdict,
        revision=revision,
        previous=reference(ruling.previous),
        related_to=reference(ruling.related),
        arrived_at=moment(case.arrived_at_ms),
        text="\n\n".join(paragraph.text for paragraph in body.paragraphs),
        paragraphs=body.paragraphs,
        removals=(*article.removals, *body.removals),
        removed_chars=_removed_chars(article, body),
        decision=decision(case, ruling, body.sketch.kept),
        duplicate_of=first_of_story(case, ruling) if ruling.verdict in _HELD_BACK else None,
    )


def _removed_chars(article: PreparedArticle, body: _Body) -> dict[Reason, int]:
    if not body.removals:
        return article.removed_chars
    counts = Counter(article.removed_chars)
    for gone in body.removals:
        counts[gone.reason] += len(gone.text)
    return dict(counts)


def _body(case: Case, ruling: Ruling) -> _Body:
    """Take furniture out and mark (or take out) what another story had first."""
    article, exact = case.article, case.print.exact
    story = ruling.story.story_position if ruling.story else None
    words, rule = case.print.words, case.furniture_rule
    standing = furniture(case.lines, rule, story)
    doubted = doubtful_furniture(case.lines, rule, story, doubtful=case.doubtful, standing=standing)
    first_seen = _first_seen(case, story)
    gone = standing.copy()
    if case.settings.seen_paragraphs is SeenParagraphs.DROP and ruling.verdict is Verdict.NEW:
        long_enough = words >= DROPPED_MIN_WORDS
        gone[[number for number in first_seen if long_enough[number]]] = True
    # Doubtful lines leave the published text only: comparisons, and so verdicts, still see them.
    unchanged = (~gone).tobytes() == case.sketch.kept.tobytes()
    keys = exact.byteswap().tobytes().hex()  # 16 digits each
    removed = (gone | doubted).tolist()
    seen = {number: reference(found) for number, found in first_seen.items()}
    paragraphs = construct_all(
        SeenParagraph,
        [
            {
                "text": paragraph.text,
                "start": paragraph.start,
                "end": paragraph.end,
                "key": keys[16 * number : 16 * number + 16],
                "first_seen": seen.get(number),
            }
            for number, paragraph in enumerate(article.paragraphs)
            if not removed[number]
        ],
    )
    return _Body(
        paragraphs,
        tuple(
            _removal(
                case,
                story,
                number,
                None if standing[number] or doubted[number] else first_seen[number],
                doubt=paragraph.doubt if doubted[number] else None,
            )
            for number, paragraph in enumerate(article.paragraphs)
            if removed[number]
        ),
        case.sketch if unchanged else sketch_of(case.print, ~gone),
    )


def _removal(
    case: Case, story: int | None, number: int, seen: KnownArticle | None, *, doubt: float | None
) -> Removal:
    """Return the removal of a paragraph: as furniture, or because another story had it first."""
    counts, stories = case.lines.counts(but=story)
    why = f"in {counts[number] + 1} of {stories + 1} stories of {case.article.source}"
    rule = "dedupe/furniture"
    if seen:
        rule, why = "dedupe/seen_paragraph", f"first seen in {seen.record.id}"
    elif doubt is not None:
        rule, why = "dedupe/doubtful", f"{why}; residue by the line model with probability {doubt}"
    paragraph = case.article.paragraphs[number]
    return Removal(
        start=paragraph.start,
        end=paragraph.end,
        reason=Reason.SEEN_PARAGRAPH if seen else Reason.FURNITURE,
        rule=rule,
        text=paragraph.text,
        why=why,
    )


def _first_seen(case: Case, story: int | None) -> dict[int, KnownArticle]:
    """Return for each paragraph the article of another story that had it first, if one had."""
    seen: dict[int, KnownArticle] = {}
    keys = case.sketch.exact.tolist()
    for paragraph, docs in case.holders_of_paragraphs():
        for doc in docs:
            found = case.found(doc)
            if keys[paragraph] in found.record.sketch.exact.tolist():
                if found.record.story_position != story:
                    seen[paragraph] = found
                break
    return seen


def _revision(ruling: Ruling) -> int:
    if ruling.verdict is Verdict.UPDATE and ruling.previous:
        return ruling.previous.record.revision + 1
    return ruling.original.record.revision if ruling.original else 1


def _story_id(case: Case, ruling: Ruling) -> str:
    """Return the id of the story's first article; a reused id alone would name the story before."""
    if ruling.story:
        return ruling.story.story_id
    identifier = case.article.id
    if DecisionNote.REUSED_IDENTITY not in ruling.notes:
        return identifier
    place = f"#{case.position}"
    return f"{identifier[: MAX_ID - len(place)]}{place}"


def _record(case: Case, ruling: Ruling, sketch: Sketch, revision: int, *, indexed: bool) -> Record:
    article = case.article
    published = ruling.verdict not in _HELD_BACK
    indexed = indexed and published and case.is_usable
    return Record(
        verdict=ruling.verdict,
        pub_status=article.pub_status,
        revision=revision,
        arrived_at_ms=case.arrived_at_ms,
        published_at_ms=case.published_at_ms,
        updated_at_ms=case.updated_at_ms,
        story_position=ruling.story.story_position if ruling.story else case.position,
        raw_ref=article.raw_ref,
        id=article.id,
        source=article.source,
        story_id=_story_id(case, ruling),
        title=article.title or "",
        version=article.version or "",
        url_key=case.url_key,
        identity=case.identity,
        # A held-back copy is found through its story, and compared with what comes next.
        sketch=sketch if indexed or not published else without_grams(sketch),
        indexed=indexed,
        correction=case.is_correction,
        standing=np.packbits(case.lines.standing()[: len(sketch.exact)]).tobytes(),
        roundup=DecisionNote.ROUNDUP in ruling.notes,
        shows=ruling.shows,
    )
