"""The recent articles of one partition: what stage 2 can compare an article with."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from schemas import Verdict
from streams.core.article.identity import source_key
from streams.core.article.keys import record_keys
from streams.core.article.record import Parts, Record, Told, cut, unpack
from streams.core.window.bulk import BATCH, keys_of
from streams.core.window.postings import Entries, KeysByRange, Postings
from streams.core.window.sources import RECENT_STORIES, Recent, Sources
from streams.settings import DedupeSettings
from streams.units import HOUR_MS

# So many records are indexed at once by sorting, 20 times as fast as one by one.
BULK: Final = 512
_MANY_KEYS: Final = 8_192  # more than any article has
# A sweep of all buckets at once would stop the event loop for a second with 100,000 articles. With
# one hour in a hundred gone, one of these lets go of the keys of an article or two.
_BUCKETS_A_SWEEP: Final = 1_024
_SWEEPS: Final = 8  # with each article, at most


# Hears of a record, by its position.
Tell = Callable[[int, Told], None]


@dataclass(frozen=True, slots=True)
class Decided:
    """The record of the latest decision, still unpacked: it is mostly what is remembered next."""

    packed: bytes
    record: Record
    entries: Entries | None  # what stood under the record's keys, if they were looked up


class Window:
    """The records of one partition that lie inside the window, and the index derived from them.

    Everything in it follows from the records at positions before the one that is asked for, so a
    message that is delivered again sees what it saw the first time. Expiry goes by stream time.
    """

    def __init__(
        self, settings: DedupeSettings, fetch: Callable[[int], bytes] | None = None
    ) -> None:
        """Keep the index; the records too, unless `fetch` gives the one of a position."""
        self.settings = settings
        self._fetch = fetch
        self._decided: Decided | None = None
        self._waiting: dict[int, bytes] = {}  # records not indexed yet, by position
        self._tell: Tell | None = None
        self._clear()

    def _clear(self) -> None:
        self._base = 1  # number of the first article that is held
        self._size = 0
        self._position = np.zeros(1_024, np.int64)
        self._arrived = np.zeros(1_024, np.int64)
        self._is_held = np.zeros(1_024, np.bool_)
        self._kept: dict[int, bytes] = {}  # by position, unless they are fetched
        self._postings = Postings()
        self._sources = Sources()
        # By position of the story: the articles that update it, and those held back as copies.
        self._updates: dict[int, list[int]] = {}
        self._copies: dict[int, list[int]] = {}
        self._of_story = {  # where an article with such a verdict is noted for its story
            Verdict.UPDATE: self._updates,
            Verdict.DUPLICATE: self._copies,
            Verdict.SYNDICATED: self._copies,
        }
        # By position of a story that was shown to be another one: where it goes on, and when the
        # article arrived that showed it.
        self._goes_on: dict[int, tuple[int, int]] = {}
        self._hours: dict[int, array[int]] = {}  # articles that arrived in an hour
        # Of each hour the stories with updates or copies in it, so that few are looked at when it
        # goes: a look at all of a million articles would stop the event loop for a second.
        self._touched: dict[int, set[int]] = {}
        self._unswept = 0  # buckets of the table that may hold articles let go
        self._latest: int | None = None

    def __len__(self) -> int:
        """Return how many articles are held."""
        return sum(map(len, self._hours.values())) + len(self._waiting)

    @property
    def keys(self) -> int:
        """How many keys the index holds."""
        return len(self._postings)

    @property
    def nbytes(self) -> int:
        """Bytes of the index and of the records kept, without what Python adds to each object."""
        kept = sum(map(len, self._kept.values()))
        return kept + self._postings.nbytes + self._position.nbytes + self._arrived.nbytes

    # Records come in.

    def remember(self, position: int, record: bytes) -> None:
        """Add the record of the article at `position`; a second time changes nothing."""
        if position > self._last_position and not self._waiting:
            known = self._decided if self._decided and self._decided.packed is record else None
            self._index_one(position, record, known)
        elif not self._holds(position):
            self._waiting[position] = record

    def recover(self, positions: Iterable[int], tell: Tell | None = None) -> None:
        """Replace everything by the records at `positions`, in any order, a batch at a time.

        Positions from the next one to be decided on must be left out: they will come again. Each
        record is told to `tell`, in order of position.
        """
        self._waiting.clear()
        self._clear()
        self.go_on(positions, tell)

    def go_on(self, positions: Iterable[int], tell: Tell | None = None) -> None:
        """Add the records at `positions`, which come after all that are held; see `recover`."""
        self._tell = tell
        self._index(sorted(positions), self._record_at)
        self._tell = None

    def expect(self, decided: Decided) -> None:
        """Keep what was computed for a decision until its record is remembered."""
        self._decided = decided

    def at(self, position: int) -> None:
        """Bring the index to where it stands just before `position`."""
        if position <= self._last_position:
            held = list(self._held())
            self._clear()
            self._waiting.update(held)
        if self._waiting:
            due = sorted(place for place in self._waiting if place < position)
            self._index(due, self._waiting.__getitem__)
            for place in due:
                del self._waiting[place]

    @property
    def _last_position(self) -> int:
        return int(self._position[self._size - 1]) if self._size else -1

    def _holds(self, position: int) -> bool:
        place = int(np.searchsorted(self._position[: self._size], position))
        return position in self._waiting or (
            place < self._size and int(self._position[place]) == position
        )

    def _held(self) -> Iterator[tuple[int, bytes]]:
        for place in self._is_held[: self._size].nonzero()[0].tolist():
            yield int(self._position[place]), self._packed(place)

    def _packed(self, place: int) -> bytes:
        return self._record_at(int(self._position[place]))

    def _record_at(self, position: int) -> bytes:
        return self._fetch(position) if self._fetch else self._kept[position]

    def _index(self, positions: list[int], get: Callable[[int], bytes]) -> None:
        """Index records that follow all others, in order of position."""
        if self._size or len(positions) < BULK:
            for position in positions:
                self._index_one(position, get(position))
            return
        pairs = KeysByRange()
        for first in range(0, len(positions), BATCH):
            batch = positions[first : first + BATCH]
            found, number = keys_of(self._append(batch, [get(position) for position in batch]))
            pairs.add(found, number + np.uint32(first))
        # Ranks by arrival, the latest first; of one moment the later position is the later.
        arrived, places = self._arrived[: self._size], self._position[: self._size]
        by_rank = np.lexsort((-places, -arrived)).astype(np.uint32)
        rank = np.empty(len(by_rank), np.uint32)
        rank[by_rank] = np.arange(len(by_rank), dtype=np.uint32)
        self._postings = Postings.of_all(pairs, rank, by_rank + np.uint32(self._base))

    def _index_one(self, position: int, packed: bytes, known: Decided | None = None) -> None:
        self._append([position], [packed])
        doc = self._base + self._size - 1
        if known and known.entries is not None:
            self._postings.add_found(known.entries, doc, self._arrived, self._base)
        else:
            record = known.record if known else unpack(packed)
            self._postings.add(record_keys(record), doc, self._arrived, self._base)
        self._let_go_of_keys()

    def _let_go_of_keys(self) -> None:
        """Let the dead leave the table, some at a time and only when it is full otherwise."""
        held = self._is_held[: self._size]
        for _ in range(_SWEEPS):
            if self._unswept <= 0 or self._postings.has_room_for(_MANY_KEYS):
                break
            self._unswept -= self._postings.keep(held, self._base, _BUCKETS_A_SWEEP)

    def _append(self, positions: Sequence[int], packed: Sequence[bytes]) -> list[Parts]:
        """Note everything of some records except their keys; return the records cut up."""
        parts = [cut(record) for record in packed]
        arrived = [part.arrived_at_ms for part in parts]
        while self._size + len(parts) > len(self._position):
            self._position = np.append(self._position, np.zeros_like(self._position))
            self._arrived = np.append(self._arrived, np.zeros_like(self._arrived))
            self._is_held = np.append(self._is_held, np.zeros_like(self._is_held))
        doc = self._base + self._size
        added = slice(self._size, self._size + len(parts))
        self._position[added] = positions
        self._arrived[added] = arrived
        self._is_held[added] = True
        self._size += len(parts)
        if self._fetch is None:
            self._kept.update(zip(positions, packed, strict=True))
        latest = max(arrived)
        self._latest = latest if self._latest is None else max(self._latest, latest)
        for number, part in enumerate(parts):
            self._note(doc + number, part)
        if self._tell is not None:
            for position, part in zip(positions, parts, strict=True):
                self._tell(position, Told(part.source, part.id, part.tail, part.arrived_at_ms))
        return parts

    def _note(self, doc: int, parts: Parts) -> None:
        """Note an article under its hour, source and story."""
        hour = parts.arrived_at_ms // HOUR_MS
        docs = self._hours.get(hour)
        if docs is None:
            docs = self._hours[hour] = array("I")
        docs.append(doc)
        recent = Recent(parts.arrived_at_ms, parts.mask, parts.standing)
        self._sources.note(source_key(parts.source), parts.story_position, recent, hour)
        by_story = self._of_story.get(parts.verdict)
        if by_story is not None:
            by_story.setdefault(parts.story_position, []).append(doc)
            self._touched.setdefault(hour, set()).add(parts.story_position)
        if parts.shows:
            self._goes_on[parts.shows.ends] = parts.shows.goes_on_in, parts.arrived_at_ms

    # Questions, all of articles that arrived after `cutoff_ms`.

    @property
    def stream_time_ms(self) -> int | None:
        """The latest arrival so far, in milliseconds since 1970; none when nothing came."""
        return self._latest

    def look_up(self, keys: NDArray[np.uint32]) -> Entries:
        """Return everything that is known under `keys`."""
        return self._postings.find(keys)

    def alive(self, entries: Entries, cutoff_ms: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return pairs (number of a key, article that holds it)."""
        places = entries.docs.astype(np.intp) - self._base
        alive = (places >= 0) & (self._arrived.take(places, mode="clip") > cutoff_ms)
        return entries.rows[alive], places[alive] + self._base

    def record(self, doc: int) -> Record:
        """Return the record of an article that was found."""
        place = doc - self._base
        if not self._is_held[place]:
            raise LookupError(f"article {doc} has expired")
        return unpack(self._packed(place))

    def position(self, doc: int) -> int:
        """Return the position of an article that was found."""
        return int(self._position[doc - self._base])

    def at_position(self, position: int, cutoff_ms: int) -> int | None:
        """Return the article at a position, if it is still there."""
        place = int(np.searchsorted(self._position[: self._size], position))
        if place == self._size or int(self._position[place]) != position:
            return None
        doc = place + self._base
        return doc if self._is_alive(doc, cutoff_ms) else None

    def _is_alive(self, doc: int, cutoff_ms: int) -> bool:
        place = doc - self._base
        return place >= 0 and int(self._arrived[place]) > cutoff_ms

    def recent_stories(self, source: str, cutoff_ms: int) -> list[tuple[int, Recent]]:
        """Return (story, its latest article) of the recent stories of a source."""
        alive = [
            (story, recent)
            for story, recent in self._sources.recent(source_key(source))
            if recent.arrived_at_ms > cutoff_ms
        ]
        return alive[-RECENT_STORIES:]

    def articles_of(self, source: str, cutoff_ms: int) -> int:
        """Return how many articles of a source arrived, counted by whole hours."""
        return self._sources.articles_since(source_key(source), cutoff_ms // HOUR_MS)

    def updates_of(self, story_position: int, cutoff_ms: int) -> list[int]:
        """Return the articles that update a story, in order."""
        return self._alive_of(self._updates, story_position, cutoff_ms)

    def copies_of(self, story_position: int, cutoff_ms: int) -> list[int]:
        """Return the articles that were held back as copies of a story, in order."""
        return self._alive_of(self._copies, story_position, cutoff_ms)

    def goes_on_in(self, story_position: int, cutoff_ms: int) -> int:
        """Return the story in which a story goes on since both were shown to be one, or itself."""
        passed = set()
        while story_position not in passed:
            passed.add(story_position)
            story, shown_at_ms = self._goes_on.get(story_position, (story_position, cutoff_ms))
            if shown_at_ms > cutoff_ms and self.at_position(story, cutoff_ms) is not None:
                story_position = story
        return story_position

    def _alive_of(self, docs: dict[int, list[int]], story: int, cutoff_ms: int) -> list[int]:
        return [doc for doc in docs.get(story, []) if self._is_alive(doc, cutoff_ms)]

    # Articles leave.

    def expire(self) -> list[int]:
        """Let go of whole hours that no later article can see; return the positions let go."""
        if self._latest is None:
            return []
        oldest = (self._latest - self.settings.window_hours * HOUR_MS) // HOUR_MS
        gone = [hour for hour in self._hours if hour < oldest]
        positions: list[int] = []
        for hour in gone:
            places = np.array(self._hours.pop(hour), np.intp) - self._base
            self._is_held[places] = False
            positions += self._position[places].tolist()
        if gone:
            if self._fetch is None:
                for position in positions:
                    del self._kept[position]
            self._unswept = self._postings.buckets
            self._forget(gone, oldest)
        return positions

    def _forget(self, gone: list[int], oldest_hour: int) -> None:
        alive = self._is_held[: self._size]
        first = int(np.argmax(alive)) if alive.any() else self._size
        for of_each in (self._position, self._arrived, self._is_held):
            of_each[: self._size - first] = of_each[first : self._size].copy()
        self._base += first
        self._size -= first
        cutoff_ms = oldest_hour * HOUR_MS - 1
        self._sources.forget(gone, cutoff_ms)
        for ended in [end for end, (_, at_ms) in self._goes_on.items() if at_ms <= cutoff_ms]:
            del self._goes_on[ended]
        touched = set().union(*(self._touched.pop(hour, ()) for hour in gone))
        for by_story in (self._updates, self._copies):
            for story in touched & by_story.keys():
                left = self._alive_of(by_story, story, cutoff_ms)
                if left:
                    by_story[story] = left
                else:
                    del by_story[story]
