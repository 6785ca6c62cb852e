"""An article before its verdict: what is known of it, and what the window found."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas import PreparedArticle, PubStatus, Verdict
from schemas.prepared import UNKNOWN_SOURCE
from streams.core.article.fingerprint import FINGERPRINT_VERSION, Fingerprint, unpack_fingerprint
from streams.core.article.identity import item_key, source_key
from streams.core.article.keys import ParagraphKeys, identity_keys, paragraph_keys, url_key
from streams.core.article.record import MAX_TITLE_CHARS, Record
from streams.core.article.sketch import Sketch, of_kept, sketch_of, text_key
from streams.core.text.arrays import is_in, lacking
from streams.core.verdict.candidates import candidates
from streams.core.verdict.compare import Text
from streams.core.verdict.furniture import FurnitureRule, Lines, find_lines, known_furniture
from streams.core.verdict.number_words import number_words
from streams.core.verdict.title_facts import TitleFacts, title_facts
from streams.core.verdict.title_marks import is_marked, title_words
from streams.core.verdict.title_told import key_texts, told_anew
from streams.core.window.window import Window
from streams.units import HOUR_MS

DEFAULT_TRUST: Final = 5
# Lines of a page that may be noise: so many at either end, of so many words.
NOISE_LINES: Final = 2
NOISE_WORDS: Final = 6
# A line that opens a text and says something: "What the census forgot to ask."
SENTENCE_WORDS: Final = 6
CORRECTION_SIGNALS: Final = frozenset({"sig:correction", "sig:update"})
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_MS: Final = (datetime(1, 1, 2, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
_LAST_MS: Final = (datetime(9999, 12, 30, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)


class KnownArticle(NamedTuple):
    """An earlier article that the window found."""

    doc: int
    position: int
    record: Record


class Case:
    """One article, at its position, before the window as it stood then."""

    def __init__(
        self, window: Window, article: PreparedArticle, position: int, arrived_at_ms: int
    ) -> None:
        if article.fingerprint_version != FINGERPRINT_VERSION:
            raise ValueError(
                f"{article.id} has a fingerprint of version {article.fingerprint_version}, this "
                f"release compares version {FINGERPRINT_VERSION}: let the old worker finish, stop "
                "it, then `cleanwire reset window --prepared`"
            )
        self.window = window
        self.settings = window.settings
        self.article = article
        self.position = position
        self.arrived_at_ms = arrived_at_ms
        self.now_ms = max(window.stream_time_ms or arrived_at_ms, arrived_at_ms)
        self.cutoff_ms = self.now_ms - self.settings.window_hours * HOUR_MS
        self._source_key = source_key(article.source)
        self.print = _unpacked(article)
        self._records: dict[int, KnownArticle] = {}
        self.furniture_rule = FurnitureRule(
            self.settings.furniture_stories,
            self.settings.furniture_share,
            self.settings.furniture_max_removed,
        )
        self.lines = self._lines()
        known = known_furniture(self.lines, self.furniture_rule)
        self.sketch: Sketch = sketch_of(self.print, ~known)
        self.text = Text(self.sketch, np.sort(self.print.mask[known]))
        self.text_key = text_key(self.sketch.exact)
        self.url_key = url_key(article.source, article.canonical_url)
        self.published_at_ms = milliseconds(article.published_at)
        self.updated_at_ms = milliseconds(article.updated_at)
        self._search()

    @property
    def has_source(self) -> bool:
        """Whether the source is known; of an unknown one nothing can be learnt."""
        return self.article.source != UNKNOWN_SOURCE

    def is_of_same_source(self, record: Record) -> bool:
        """Return whether an earlier article is of this one's source, which is known."""
        return self.has_source and source_key(record.source) == self._source_key

    def is_own(self, record: Record) -> bool:
        """Return whether an earlier article is its source's own, as this one's source is.

        A copy that the source sent of another's article is not, unless it comes again as it was.
        """
        is_own = record.verdict is not Verdict.SYNDICATED or record.text_key == self.text_key
        return is_own and self.is_of_same_source(record)

    def published(self, found: KnownArticle) -> KnownArticle:
        """Return the article, or the first of its story if it was held back and that is known."""
        if found.record.verdict in {Verdict.NEW, Verdict.UPDATE}:
            return found
        head = self.window.at_position(found.record.story_position, self.cutoff_ms)
        return found if head is None else self.found(head)

    def goes_on_in(self, record: Record) -> Record:
        """Return a record's story by the article it goes on with: mostly the record itself."""
        story = self.window.goes_on_in(record.story_position, self.cutoff_ms)
        head = self.window.at_position(story, self.cutoff_ms)
        return record if story == record.story_position or head is None else self.found(head).record

    def trust(self, source: str) -> int:
        """Return how much a source is trusted, 0..10."""
        return self._trust.get(source_key(source), DEFAULT_TRUST)

    @cached_property
    def _trust(self) -> dict[str, int]:
        return {source_key(source): trust for source, trust in self.settings.trust.items()}

    @property
    def is_usable(self) -> bool:
        """Whether the article may be used, neither canceled nor withheld."""
        return self.article.pub_status is PubStatus.USABLE

    @cached_property
    def is_marked(self) -> bool:
        """Whether title or signal say that this is a new version."""
        return self.is_correction or is_marked(self.article.title)

    @property
    def is_correction(self) -> bool:
        """Whether a signal says that this is a new version."""
        return not CORRECTION_SIGNALS.isdisjoint(self.article.signal)

    @cached_property
    def title_facts(self) -> TitleFacts | None:
        """What the title says, if there is one."""
        return title_facts(self.article.title) if self.article.title else None

    @cached_property
    def key_texts(self) -> list[str]:
        """The kept paragraphs, as they are compared with headlines."""
        kept = zip(self.article.paragraphs, self.sketch.kept.tolist(), strict=False)
        return key_texts([paragraph.text for paragraph, is_kept in kept if is_kept])

    @property
    def doubtful(self) -> list[bool]:
        """Which paragraphs stage `clean` kept in doubt."""
        return [each.doubt is not None for each in self.article.paragraphs]

    def _lines(self) -> Lines:
        source = self.article.source
        recent = self.window.recent_stories(source, self.cutoff_ms) if self.has_source else []
        return find_lines(
            self.print,
            [paragraph.text for paragraph in self.article.paragraphs],
            [each for _, each in recent],
            [story for story, _ in recent],
        )

    def _search(self) -> None:
        """Ask the window once for everything: identity first, then the paragraphs."""
        article = self.article
        self.identity = identity_keys(article.raw_ref, article.id, self.url_key, self.text_key)
        self.paragraph_keys: ParagraphKeys = paragraph_keys(self.sketch)
        keys = np.concatenate((self.identity, self.paragraph_keys.keys))
        self.entries = self.window.look_up(keys)
        rows, docs = self.window.alive(self.entries, self.cutoff_ms)
        by_paragraph = rows >= len(self.identity)
        self._identical = [self.found(doc) for doc in sorted(set(docs[~by_paragraph].tolist()))]
        self._rows = rows[by_paragraph] - len(self.identity)
        self._docs = docs[by_paragraph]

    def found(self, doc: int) -> KnownArticle:
        """Return an article by its number in the window."""
        if doc not in self._records:
            self._records[doc] = KnownArticle(
                doc, self.window.position(doc), self.window.record(doc)
            )
        return self._records[doc]

    @property
    def is_redelivered(self) -> bool:
        """Whether this raw message was decided before.

        The text must agree too: a raw topic that was made anew counts its offsets anew.
        """
        return any(
            found.record.raw_ref == self.article.raw_ref
            and found.record.id == self.article.id
            and found.record.text_key == self.text_key
            for found in self._identical
        )

    @property
    def same_identity(self) -> list[KnownArticle]:
        """Earlier articles with this id, or of this source with this canonical URL."""
        return [
            found
            for found in self._identical
            if item_key(found.record.id) == item_key(self.article.id)
            or (
                self.url_key
                and found.record.url_key == self.url_key
                and self.is_of_same_source(found.record)
            )
        ]

    @property
    def same_text(self) -> list[KnownArticle]:
        """Earlier articles whose every paragraph is the same."""
        if not self.text.words:
            return []
        return [found for found in self._identical if found.record.text_key == self.text_key]

    @property
    def candidates(self) -> list[KnownArticle]:
        """Published articles that share the most text."""
        docs = candidates(self.paragraph_keys, self.sketch.words, self._rows, self._docs)
        return [self.found(doc) for doc in docs]

    def has_text_of(self, record: Record) -> bool:
        """Return whether an earlier article has the same text, furniture apart."""
        if record.text_key == self.text_key:
            return True
        kept = record.sketch.kept & ~is_in(record.sketch.mask, self.text.ignored)
        theirs = record.sketch.exact[kept]
        return np.array_equal(theirs, self.sketch.exact[self.sketch.kept])

    def own_facts(self, paragraphs: NDArray[np.bool_], theirs: Sketch) -> tuple[int, float]:
        """Return how many names and terms (in words) were replaced in some paragraphs."""
        print_, mine = self.print, self.sketch
        names = of_kept(print_.names, print_.name_count, paragraphs)
        terms = of_kept(print_.terms, print_.term_count, paragraphs)
        replaced_names = min(lacking(names, theirs.names), lacking(theirs.names, mine.names))
        replaced_terms = min(lacking(terms, theirs.terms), lacking(theirs.terms, mine.terms))
        return replaced_names, replaced_terms * self.text.term_words

    def repeats(self, record: Record) -> bool:
        """Return whether an earlier version has the same text, noise of its page apart.

        Noise is a short first or last line that differs in a date, a time or a number under the
        same headline: a reader counter, the time of the page.
        """
        if self.has_text_of(record):
            return True
        mine, theirs = self.sketch, record.sketch
        if len(mine.exact) != len(theirs.exact) or not self.article.title:
            return False
        other = (mine.exact != theirs.exact).nonzero()[0]
        edge = (other < NOISE_LINES) | (other >= len(mine.exact) - NOISE_LINES)
        return bool(
            edge.all()
            and (mine.words[other] <= NOISE_WORDS).all()
            and (mine.mask[other] == theirs.mask[other]).all()
            and title_words(self.article.title[:MAX_TITLE_CHARS]) == title_words(record.title)
        )

    def has_note(self, paragraphs: NDArray[np.bool_]) -> bool:
        """Return whether one of the paragraphs is a note of a correction or update."""
        texts = (self.article.paragraphs[n].text for n in paragraphs.nonzero()[0].tolist())
        return any(is_marked(text[:MAX_TITLE_CHARS]) for text in texts)

    def has_other_number_word(self, exact: NDArray[np.bool_], theirs: Sketch) -> bool:
        """Return whether a paragraph that is not the same has a number word in another's place."""
        words = number_words(self.article.language)
        if not words or exact[self.sketch.kept].all():
            return False
        edited = zip(self.key_texts, exact[self.sketch.kept].tolist(), strict=True)
        return bool(told_anew(words, [key for key, is_same in edited if not is_same], theirs))

    def opens_anew(self, paragraphs: NDArray[np.bool_]) -> bool:
        """Return whether the first paragraph is a sentence, and one of `paragraphs`."""
        first = int(self.sketch.kept.argmax())
        if not paragraphs[first] or self.sketch.words[first] < SENTENCE_WORDS:
            return False
        return not self.lines.is_label[first]

    def holders_of_paragraphs(self) -> Iterable[tuple[int, list[int]]]:
        """Return for each kept paragraph the articles that have it exactly, oldest first."""
        exact = self._rows < self.paragraph_keys.exact
        paragraphs = self.paragraph_keys.paragraph.take(self._rows[exact]).tolist()
        docs = self._docs[exact].tolist()
        holders: dict[int, list[int]] = {}
        for paragraph, doc in sorted(zip(paragraphs, docs, strict=True)):
            holders.setdefault(paragraph, []).append(doc)
        return holders.items()


def _unpacked(article: PreparedArticle) -> Fingerprint:
    print_ = unpack_fingerprint(article.fingerprints)
    if len(print_.exact) != len(article.paragraphs):
        raise ValueError(
            f"{article.id} has {len(article.paragraphs)} paragraphs and a fingerprint of "
            f"{len(print_.exact)}"
        )
    return print_


def milliseconds(moment: datetime | None) -> int | None:
    """Return milliseconds since 1970; a moment without a zone is taken for UTC."""
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(milliseconds=1)


def moment(milliseconds_: int) -> datetime:
    """Return the moment so many milliseconds after 1970, at most in the year 9999."""
    return _EPOCH + timedelta(milliseconds=min(max(milliseconds_, _FIRST_MS), _LAST_MS))
