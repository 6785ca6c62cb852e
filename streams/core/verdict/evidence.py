"""Which earlier articles can decide about an article: the same item, a version, or a copy.

The same item, found by id or canonical URL, decides alone. Texts are compared when there is none.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final

from schemas import PubStatus
from schemas.output import Objection
from streams.core.article.record import MAX_TITLE_CHARS
from streams.core.text.normalise import comparison_form
from streams.core.verdict.case import Case, KnownArticle
from streams.core.verdict.compare import Similarity
from streams.core.verdict.objections import OWN_HEADLINE, objection
from streams.core.verdict.ruling import PUBLISHED, Compared
from streams.core.verdict.title_marks import title_likeness, title_words
from streams.core.verdict.versions import is_newer, is_older
from streams.settings import HeadlineChange

# A text that is the same but for a word or two is the same text re-sent, unless its title or a
# signal says otherwise. Shares of 4-grams and of words (benchmarks/dedupe.py, dev pairs).
SAME_RESEMBLANCE: Final = 0.7
SAME_LENGTH: Final = 0.93
SAME_BUT_A_NUMBER: Final = 0.98


# A reused id or address: less is shared than two unrelated articles of one source may share, and
# the headlines have nothing in common.
REUSED: Final = 0.2
# Versions of an item that are looked at for that; live pages have hundreds.
LATEST_VERSIONS: Final = 8
# Held-back copies of a story that are compared, where the story itself nearly decides.
LATEST_COPIES: Final = 4
# Of two stories that an article proves to be one, the better trusted and the older goes on, unless
# the other shares clearly more (coverage).
ABOUT_AS_MUCH: Final = 0.1


class PublishedItem:
    """The item as it was published before: same id, or same source and canonical URL."""

    def __init__(self, case: Case, versions: list[KnownArticle], latest: KnownArticle) -> None:
        """`versions` are all earlier messages of the item, `latest` the latest published one."""
        self.latest = latest
        self.same_text = [found for found in versions if case.repeats(found.record)]
        self.is_later = is_older(case, latest.record)
        newer = is_newer(case, latest.record)
        renewed = is_newly_marked(case, self.same_text) or is_retitled(case, self.same_text)
        self.is_unchanged = latest in self.same_text and not renewed
        # A canceled item comes back only with a new text or a newer version.
        comes_back = (
            newer or not self.same_text or latest.record.pub_status is not PubStatus.CANCELED
        )
        self.changes_status = case.article.pub_status is not latest.record.pub_status and comes_back
        self.superseded_text = (
            bool(self.same_text) and latest not in self.same_text and not newer and not renewed
        )


class SameSourceStory:
    """A story of the same source that this article is a version of, found by its text."""

    def __init__(self, case: Case, best: Compared) -> None:
        updates = [
            case.found(doc)
            for doc in case.window.updates_of(best.record.story_position, case.cutoff_ms)
        ]
        self.best = best
        self.latest = updates[-1] if updates else case.published(best.found)
        same_text = [
            found
            for found in (best.found, self.latest, *case.same_text)
            if case.is_of_same_source(found.record) and case.has_text_of(found.record)
        ]
        same_status = self.latest.record.pub_status is case.article.pub_status
        self.is_resent_notice = bool(same_text) and same_status
        self.is_later = any(is_older(case, found.record) for found in (best.found, *updates))
        self.is_changed = is_newly_marked(case, [best.found, self.latest, *same_text]) or (
            not same_text and _is_changed(case, best)
        )


class Evidence:
    """What the rows of the verdict table look at, each worked out from those before it."""

    def __init__(self, case: Case) -> None:
        """Nearly every article comes to the last row, which asks for everything."""
        self.case = case
        self._same_identity = case.same_identity
        published = [each for each in self._same_identity if each.record.verdict in PUBLISHED]
        # The same item, where it was published before.
        self.item = self._item(published[-LATEST_VERSIONS:])
        # Whether id or address were those of another story.
        self.is_reused_identity = bool(published) and self.item is None
        self.held_back_item = self._held_back_item()
        # The articles compared by text: those of the same text first, then most in common.
        self.compared = () if self.item or self.held_back_item else self._compared()
        deciding = [each for each in self.compared if each.decides]
        self.story = self._story(deciding)
        self.original = self._original(deciding)

    def _item(self, published: list[KnownArticle]) -> PublishedItem | None:
        versions = [found for found in published if self._is_version_of(found)]
        if not versions:
            return None
        latest = max(versions, key=lambda found: found.position)
        return PublishedItem(self.case, self._same_identity, latest)

    def _is_version_of(self, found: KnownArticle) -> bool:
        """Return whether an article of the same id or URL is an earlier version of this one."""
        case, record = self.case, found.record
        if not case.is_usable or not case.article.title or not record.title or record.version:
            return True
        return (
            case.repeats(record)
            or Similarity(case.text, record.sketch).containment >= REUSED
            or title_likeness(case.article.title, record.title) >= OWN_HEADLINE
        )

    def _held_back_item(self) -> KnownArticle | None:
        """The same item with the same text, where it was only ever held back as a copy.

        With another text it is judged by its words.
        """
        if self.item or not self.case.is_usable:
            return None
        versions = reversed(self._same_identity)
        return next((found for found in versions if self.case.has_text_of(found.record)), None)

    def _compared(self) -> tuple[Compared, ...]:
        articles = (*self.case.same_text, *self.case.candidates)
        compared = [self._compare(found) for found in _distinct(articles)]
        if not any(each.decides for each in compared):
            known = {each.found.doc for each in compared}
            copies = (found for found in self._copies(compared) if found.doc not in known)
            compared += [self._compare(found) for found in _distinct(copies)]
        parts = _parts(compared, self.case.settings.containment)
        for each in parts:
            compared[compared.index(each)] = each._replace(note=Objection.ROUNDUP)
        return tuple(compared)

    @property
    def is_roundup(self) -> bool:
        """Whether the article holds several stories of its source."""
        return sum(each.note == Objection.ROUNDUP for each in self.compared) > 1

    def _copies(self, compared: list[Compared]) -> Iterator[KnownArticle]:
        """Yield held-back copies of the stories that share enough to be related."""
        case = self.case
        for each in compared:
            if each.similarity.containment >= case.settings.related:
                docs = case.window.copies_of(each.record.story_position, case.cutoff_ms)
                yield from (case.found(doc) for doc in docs[-LATEST_COPIES:])

    def _compare(self, found: KnownArticle) -> Compared:
        known = self.known(found)
        return known._replace(note=objection(self.case, found.record, known.similarity))

    def known(self, found: KnownArticle) -> Compared:
        """Return the comparison with an article that decides by its identity."""
        case = self.case
        similarity = Similarity(case.text, found.record.sketch)
        if found.record.text_key == case.text_key:
            similarity.take_as_same()
        return Compared(found, similarity, case.is_own(found.record))

    def _story(self, deciding: list[Compared]) -> SameSourceStory | None:
        """Return the story of the same source that shares most of its text, if one decides."""
        mine = [each for each in deciding if each.same_source]
        return SameSourceStory(self.case, max(mine, key=_strength)) if mine else None

    def _original(self, deciding: list[Compared]) -> Compared | None:
        """Return the article of another source that this one is a copy of, if one decides.

        What is canceled or withheld is nobody's copy.
        """
        if self.story or not self.case.is_usable or not deciding:
            return None
        most = max(each.similarity.coverage for each in deciding) - ABOUT_AS_MUCH
        return max(
            (each for each in deciding if each.similarity.coverage >= most),
            key=lambda each: (
                self.case.trust(each.record.source),
                each.record.released,
                -each.record.story_position,
                *_strength(each),
            ),
        )

    @property
    def related(self) -> Compared | None:
        """The article that shares most of what makes none a copy, if it is enough to relate them.

        One that this article contains whole matters more than one that shares a part.
        """
        enough = self.case.settings.related
        related = [each for each in self.compared if each.similarity.containment >= enough]
        return max(
            related,
            key=lambda each: (each.note == Objection.LONGER, *_strength(each)),
            default=None,
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


def is_retitled(case: Case, versions: list[KnownArticle]) -> bool:
    """Return whether all versions bore another headline, and that counts as a change."""
    if case.settings.headline_change is not HeadlineChange.UPDATE or not case.article.title:
        return False
    title = title_words(case.article.title[:MAX_TITLE_CHARS])
    theirs = [title_words(found.record.title) for found in versions]
    return bool(theirs) and all(other and other != title for other in theirs)


def _is_changed(case: Case, best: Compared) -> bool:
    similarity = best.similarity
    return (
        similarity.has_grown
        or similarity.resemblance < SAME_RESEMBLANCE
        or similarity.length_ratio < SAME_LENGTH
        or case.has_note(similarity.own_paragraphs)
        or case.opens_anew(similarity.own_paragraphs)
        or _is_number_corrected(case, best)
    )


def _is_number_corrected(case: Case, best: Compared) -> bool:
    """Return whether there is another figure: it must get through, though all else is the same."""
    return best.similarity.length_ratio >= SAME_BUT_A_NUMBER and has_other_number(case, best)


def has_other_number(case: Case, compared: Compared) -> bool:
    """Return whether a number, in digits or as a word, is another one than in an earlier text."""
    similarity = compared.similarity
    return similarity.number_replaced or case.has_other_number_word(
        similarity.exact, compared.record.sketch
    )


def _parts(compared: list[Compared], whole: float) -> list[Compared]:
    """Return the stories of the same source that this article holds beside one another."""
    parts = [
        each
        for each in compared
        if each.note in _CONTAINED and each.same_source and each.similarity.coverage < whole
    ]
    apart = any(
        one.record.story_position != other.record.story_position
        and not (one.similarity.paragraphs & other.similarity.paragraphs).any()
        for one, other in combinations(parts, 2)
    )
    return parts if apart else []


# Notes of what shares enough, one lead of several being this article's own.
_CONTAINED: Final = (None, Objection.OWN_LEAD, Objection.SAME_QUOTE, Objection.TITLES)


def _distinct(articles: Iterable[KnownArticle]) -> Iterable[KnownArticle]:
    return {found.doc: found for found in articles}.values()


def _strength(each: Compared) -> tuple[float, bool, float, int]:
    """Order: the most text, then what was released, then the oldest."""
    similarity = each.similarity
    score = similarity.containment if each.same_source else similarity.coverage
    return round(score, 2), each.record.released, similarity.resemblance, -each.found.position
