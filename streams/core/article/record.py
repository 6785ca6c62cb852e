"""The packed record of one article in the table of recent paragraphs: all that stage 2 keeps.

Insert-only, one an article, under its position. At most 2 KB for an article of 5 KB. What is
appended to a packed record is left alone here: the article's sample (core/drift/sample.py).
"""

import struct
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas import PubStatus, RawRef, Verdict
from streams.core.article.construct import construct
from streams.core.article.fingerprint import FINGERPRINT_VERSION
from streams.core.article.sketch import Sketch, text_key

RECORD_VERSION: Final = 2
MAX_TITLE_CHARS: Final = 200
MAX_VERSION_CHARS: Final = 32
_NO_TIME: Final = -(2**63)

_VERDICTS: Final = tuple(Verdict)
_STATUSES: Final = tuple(PubStatus)
_INDEXED, _RELEASED, _CORRECTION, _ROUNDUP, _ENDS = 1, 2, 4, 8, 16
# version, fingerprint version, verdict, status, flags, sampled - 1, revision | arrival, published,
# updated, story position, raw offset | url key | raw partition, grams | paragraphs, numbers,
# names, terms, and the bytes of the six strings | how far off the story lies that this article
# shows to be its own, 0 for none; a multiple of 8 bytes, so that the arrays are aligned
_HEADER: Final = struct.Struct("<6BH5qQ2I4H6Hi")
IDENTITY_KEYS: Final = 4
_IDENTITY_BYTES: Final = 4 * IDENTITY_KEYS
_MOST: Final = 65_535
_FARTHEST: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class OneStory:
    """That two stories are one: which one ends, and in which one it goes on (by position)."""

    ends: int
    goes_on_in: int


class Record(NamedTuple):
    """An article as stage 2 remembers it. Times are milliseconds since 1970."""

    verdict: Verdict
    pub_status: PubStatus
    revision: int
    arrived_at_ms: int
    published_at_ms: int | None
    updated_at_ms: int | None
    story_position: int  # of the first article of the story
    raw_ref: RawRef
    id: str
    source: str
    story_id: str
    title: str
    version: str
    url_key: int  # of the canonical URL, 0 when there is none
    identity: NDArray[np.uint32]  # keys of raw message, id, text and URL, by which it is found
    sketch: Sketch
    indexed: bool = True  # can make later articles copies
    released: bool = False
    correction: bool = False
    standing: bytes = b""  # a bit a paragraph: a story before had it; none: all are new
    roundup: bool = False  # holds several stories: none of them goes on through it
    shows: OneStory | None = None  # that its own story and another are one

    @property
    def text_key(self) -> int:
        """Key of the whole text: equal if all paragraphs are the same."""
        return text_key(self.sketch.exact)

    @property
    def _way_to_other_story(self) -> int:
        """How far off the other of two stories that are one lies; 0 where there is none."""
        if self.shows is None:
            return 0
        way = self.shows.ends + self.shows.goes_on_in - 2 * self.story_position
        return way if abs(way) <= _FARTHEST else 0

    def pack(self) -> bytes:
        """Return the record's bytes."""
        sketch = self.sketch
        flags = (
            self.indexed * _INDEXED
            | self.released * _RELEASED
            | self.correction * _CORRECTION
            | self.roundup * _ROUNDUP
            | (self.shows is not None and self.shows.ends == self.story_position) * _ENDS
        )
        strings = [
            text.encode("utf-8", "replace")
            for text in (
                self.id,
                self.source,
                "" if self.story_id == self.id else self.story_id,
                self.title[:MAX_TITLE_CHARS],
                self.version[:MAX_VERSION_CHARS],
                self.raw_ref.topic,
            )
        ]
        header = _HEADER.pack(
            RECORD_VERSION,
            FINGERPRINT_VERSION,
            _VERDICTS.index(self.verdict),
            _STATUSES.index(self.pub_status),
            flags,
            sketch.sampled - 1,
            min(self.revision, _MOST),
            self.arrived_at_ms,
            _NO_TIME if self.published_at_ms is None else self.published_at_ms,
            _NO_TIME if self.updated_at_ms is None else self.updated_at_ms,
            self.story_position,
            self.raw_ref.offset,
            self.url_key,
            self.raw_ref.partition,
            len(sketch.grams),
            len(sketch.exact),
            len(sketch.numbers),
            len(sketch.names),
            len(sketch.terms),
            *map(len, strings),
            self._way_to_other_story,
        )
        arrays = (
            self.identity,
            sketch.exact,
            sketch.mask,
            sketch.grams,
            sketch.words,
            sketch.gram_count,
            sketch.numbers,
            sketch.names,
            sketch.terms,
            np.packbits(sketch.kept),
        )
        standing = self.standing or bytes(_bytes_of_bits(len(sketch.exact)))
        return b"".join((header, *[array.tobytes() for array in arrays], standing, *strings))


def unpack(packed: bytes) -> Record:
    """Return the record that was packed.

    Raises:
        ValueError: it was written by another version, whose fingerprints cannot be compared.
    """
    _check_version(packed)
    (
        _, _, verdict, status, flags, level, revision,
        arrived, published, updated, story_position, offset, url_key,
        partition, grams, paragraphs, numbers, names, terms, *lengths, way,
    ) = _HEADER.unpack_from(packed)  # fmt: skip
    sketch, end = _sketch(packed, level + 1, (paragraphs, grams, numbers, names, terms))
    standing = packed[end : end + _bytes_of_bits(paragraphs)]
    end += len(standing)
    strings = []
    for length in lengths:
        strings.append(packed[end : end + length].decode())
        end += length
    identifier, source, story_id, title, version, topic = strings
    return Record(
        verdict=_VERDICTS[verdict],
        pub_status=_STATUSES[status],
        revision=revision,
        arrived_at_ms=arrived,
        published_at_ms=None if published == _NO_TIME else published,
        updated_at_ms=None if updated == _NO_TIME else updated,
        story_position=story_position,
        raw_ref=construct(RawRef, topic=topic, partition=partition, offset=offset),
        id=identifier,
        source=source,
        story_id=story_id or identifier,
        title=title,
        version=version,
        url_key=url_key,
        identity=np.frombuffer(packed, np.uint32, IDENTITY_KEYS, _HEADER.size),
        sketch=sketch,
        indexed=bool(flags & _INDEXED),
        released=bool(flags & _RELEASED),
        correction=bool(flags & _CORRECTION),
        standing=standing,
        roundup=bool(flags & _ROUNDUP),
        shows=_one_story(story_position, way, flags),
    )


def _one_story(own: int, way: int, flags: int) -> OneStory | None:
    if not way:
        return None
    return OneStory(own, own + way) if flags & _ENDS else OneStory(own + way, own)


class Parts(NamedTuple):
    """A packed record cut up, its arrays as bytes: what a bulk rebuild needs of it."""

    verdict: Verdict
    arrived_at_ms: int
    story_position: int
    source: str
    is_indexed: bool
    id: str
    tail: bytes  # what was appended to the record: the article's sample
    shows: OneStory | None
    identity: bytes
    exact: bytes
    mask: bytes
    grams: bytes
    words: bytes
    gram_count: bytes
    kept: bytes  # a bit a paragraph
    standing: bytes


class Told(NamedTuple):
    """What of a record the memory of its source is restored from: few bytes, without the arrays."""

    source: str
    id: str
    tail: bytes  # the article's sample, packed
    arrived_at_ms: int


def cut(packed: bytes) -> Parts:
    """Return the parts of a packed record.

    Raises:
        ValueError: it was written by another version.
    """
    _check_version(packed)
    (
        _, _, verdict, _, flags, _, _,
        arrived, _, _, story_position, _, _,
        _, grams, paragraphs, numbers, names, terms, id_length, source_length, *others, way,
    ) = _HEADER.unpack_from(packed)  # fmt: skip
    identity = _HEADER.size
    exact = identity + _IDENTITY_BYTES
    mask = exact + 8 * paragraphs
    gram = mask + 4 * paragraphs
    words = gram + 4 * grams
    counts = words + 2 * paragraphs
    facts = counts + 2 * paragraphs
    kept = facts + 2 * (numbers + names + terms)
    standing = kept + _bytes_of_bits(paragraphs)
    identifier = standing + _bytes_of_bits(paragraphs)
    source = identifier + id_length
    rest = source + source_length
    # In order: by their names they would take a fifth longer, for each record of a rebuild.
    return Parts(
        _VERDICTS[verdict],
        arrived,
        story_position,
        packed[source:rest].decode(),
        bool(flags & _INDEXED),
        packed[identifier:source].decode(),
        packed[rest + sum(others) :],
        _one_story(story_position, way, flags),
        packed[identity:exact],
        packed[exact:mask],
        packed[mask:gram],
        packed[gram:words],
        packed[words:counts],
        packed[counts:facts],
        packed[kept:standing],
        packed[standing:identifier],
    )


def _bytes_of_bits(paragraphs: int) -> int:
    return (paragraphs + 7) // 8


def _check_version(packed: bytes) -> None:
    if packed[:2] != bytes((RECORD_VERSION, FINGERPRINT_VERSION)):
        raise ValueError(
            f"a record of the table has version {packed[:2].hex()}, this release writes "
            f"{RECORD_VERSION:02x}{FINGERPRINT_VERSION:02x}: stop all workers, then "
            "`cleanwire reset window --prepared` empties the window"
        )


def _sketch(packed: bytes, sampled: int, counts: tuple[int, ...]) -> tuple[Sketch, int]:
    """Return the sketch behind the header, and where it ends."""
    paragraphs, grams, *facts = counts
    offset = _HEADER.size + _IDENTITY_BYTES
    exact = np.frombuffer(packed, np.uint64, paragraphs, offset)
    offset += 8 * paragraphs
    mask = np.frombuffer(packed, np.uint32, paragraphs, offset)
    offset += 4 * paragraphs
    kept_grams = np.frombuffer(packed, np.uint32, grams, offset)
    offset += 4 * grams
    shorts = np.frombuffer(packed, np.uint16, 2 * paragraphs + sum(facts), offset)
    offset += shorts.nbytes
    bits = np.frombuffer(packed, np.uint8, _bytes_of_bits(paragraphs), offset)
    offset += len(bits)
    numbers = 2 * paragraphs + facts[0]
    names = numbers + facts[1]
    return Sketch(
        sampled=sampled,
        exact=exact,
        mask=mask,
        words=shorts[:paragraphs],
        gram_count=shorts[paragraphs : 2 * paragraphs],
        kept=np.unpackbits(bits, count=paragraphs).view(np.bool_),
        grams=kept_grams,
        numbers=shorts[2 * paragraphs : numbers],
        names=shorts[numbers:names],
        terms=shorts[names:],
    ), offset
