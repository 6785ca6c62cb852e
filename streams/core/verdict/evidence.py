"""Which earlier articles can decide about an article: the same item, a version, or a copy.

The same item, found by id or canonical URL, decides alone. Texts are compared when there is none.
"""

from dataclasses import replace
from functools import cached_property
from typing import Final

from schemas import PubStatus
from streams.core.article.record import MAX_TITLE_CHARS
from streams.core.text.normalise import comparison_form
from streams.core.verdict.case import Case, KnownArticle
from streams.core.verdict.compare import Similarity
from streams.core.verdict.objections import objection
from streams.core.verdict.ruling import PUBLISHED, Compared
from streams.core.verdict.versions import is_newer, is_older

# A text that is the same but for a word or two is the same text re-sent, unless its title or a
# signal says otherwise. Shares of 4-grams and of words (benchmarks/dedupe.py, dev pairs).
SAME_RESEMBLANCE: Final = 0.7
SAME_LENGTH: Final = 0.93
SAME_BUT_A_NUMBER: Final = 0.98


class PublishedItem:
    """The item as it was published before: same id, or same source and canonical URL."""

    def __init__(self, case: Case, versions: list[KnownArticle], latest: KnownArticle) -> None:
        """`versions` are all earlier messages of the item, `latest` the latest published one."""
        self.latest = latest
        self.same_text = [found for found in versions if case.has_text_of(found.record)]
        self.is_later = is_older(case, latest.record)
        newer = is_newer(case, latest.record)
        marked = is_newly_marked(case, self.same_text)
        self.is_unchanged = latest in self.same_text and not marked
        # A canceled item comes back only with a new text or a newer version.
        comes_back = (
            newer or not self.same_text or latest.record.pub_status is not PubStatus.CANCELED
        )
        self.changes_status = case.article.pub_status is not latest.record.pub_status and comes_back
        self.superseded_text = (
            bool(self.same_text) and latest not in self.same_text and not newer and not marked
        )


class SameSourceStory:
    """A story of the same source that this article is a version of, found by its text."""

    def __init__(self, case: Case, best: Compared) -> None:
        updates = [
            case.found(doc)
            for doc in case.window.updates_of(best.record.story_position, case.cutoff_ms)
        ]
        self.best = best
        self.latest = updates[-1] if updates else best.found
        same_text = [
            found
            for found in (best.found, self.latest, *case.same_text)
            if case.is_of_same_source(found.record) and case.has_text_of(found.record)
        ]
        same_status = self.latest.record.pub_status is case.article.pub_status
        self.is_resent_notice = bool(same_text) and same_status
        self.is_later = any(is_older(case, found.record) for found in (best.found, *updates))
        self.is_changed = is_newly_marked(case, [best.found, self.latest, *same_text]) or (
            not same_text and _is_changed(best.similarity)
        )


class Evidence:
    """What the rows of the verdict table look at; worked out when a row asks for it."""

    def __init__(self, case: Case) -> None:
        self.case = case

    @cached_property
    def item(self) -> PublishedItem | None:
        """The same item, where it was published before."""
        versions = self.case.same_identity
        published = [found for found in versions if found.record.verdict in PUBLISHED]
        if not published:
            return None
        latest = max(published, key=lambda found: found.position)
        return PublishedItem(self.case, versions, latest)

    @cached_property
    def held_back_item(self) -> KnownArticle | None:
        """The same item with the same text, where it was only ever held back as a copy.

        With another text it is judged by its words.
        """
        if self.item or not self.case.is_usable:
            return None
        versions = reversed(self.case.same_identity)
        return next((found for found in versions if self.case.has_text_of(found.record)), None)

    @cached_property
    def compared(self) -> tuple[Compared, ...]:
        """The articles compared by text: those of the same text first, then most in common."""
        if self.item or self.held_back_item:
            return ()
        articles = (*self.case.same_text, *self.case.candidates)
        return tuple(
            self._compare(found) for found in {found.doc: found for found in articles}.values()
        )

    def _compare(self, found: KnownArticle) -> Compared:
        known = self.known(found)
        return replace(known, note=objection(self.case, found.record, known.similarity))

    def known(self, found: KnownArticle) -> Compared:
        """Return the comparison with an article that decides by its identity."""
        case = self.case
        similarity = Similarity(case.text, found.record.sketch)
        if found.record.text_key == case.text_key:
            similarity.take_as_same()
        return Compared(found, similarity, case.is_of_same_source(found.record))

    @cached_property
    def story(self) -> SameSourceStory | None:
        """The story of the same source that shares most of its text, if one decides."""
        mine = [each for each in self.compared if each.decides and each.same_source]
        return SameSourceStory(self.case, max(mine, key=_strength)) if mine else None

    @cached_property
    def original(self) -> Compared | None:
        """The article of another source that this one is a copy of, if one decides.

        What is canceled or withheld is nobody's copy.
        """
        if self.story or not self.case.is_usable:
            return None
        return max((each for each in self.compared if each.decides), key=_strength, default=None)

    @cached_property
    def related(self) -> Compared | None:
        """The article that shares most of what makes none a copy, if it is enough to relate them.

        One that this article contains whole matters more than one that shares a part.
        """
        enough = self.case.settings.related
        related = [each for each in self.compared if each.similarity.containment >= enough]
        return max(
            related, key=lambda each: (each.note == "longer", *_strength(each)), default=None
        )


def is_newly_marked(case: Case, versions: list[KnownArticle]) -> bool:
    """Return whether title or signal mark a new version, and none of the versions did so."""
    if not case.is_marked:
        return False
    title = comparison_form((case.article.title or "")[:MAX_TITLE_CHARS])
    return not any(
        comparison_form(found.record.title) == title
        and (found.record.correction or not case.is_correction)
        for found in versions
    )


def _is_changed(similarity: Similarity) -> bool:
    # A corrected figure must get through, though it is the only change.
    corrected = similarity.number_replaced and similarity.length_ratio >= SAME_BUT_A_NUMBER
    return (
        corrected
        or similarity.resemblance < SAME_RESEMBLANCE
        or similarity.length_ratio < SAME_LENGTH
    )


def _strength(each: Compared) -> tuple[float, bool, float, int]:
    """Order: the most text, then what was released, then the oldest."""
    similarity = each.similarity
    score = similarity.containment if each.same_source else similarity.coverage
    return round(score, 2), each.record.released, similarity.resemblance, -each.found.position
