"""What an article says of itself: the producer's word first, then the content's, with origins."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas import RawArticle
from schemas.prepared import Flag, Origin
from streams.core.read.dates import ReadDate
from streams.core.read.found import doubts_of, in_utc
from streams.core.text.address import registrable_domain
from streams.core.text.language import detect_language, language_tag
from streams.core.text.repair import repair_encoding, repair_value, strip_controls

_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")
# A date may lie this far ahead of the message: zones that were got wrong, and print editions.
_MAX_AHEAD = timedelta(hours=24)
# Record timestamps outside of these years are no clock's: -1 for "none", microseconds, the year
# 2203. Then no date can be judged by them, and only such years are refused themselves.
_CLOCK_FROM_MS = 946_684_800_000  # 2000-01-01
_CLOCK_TO_MS = 4_102_444_800_000  # 2100-01-01
_NO_CLOCK_LATEST = datetime(2100, 1, 1, tzinfo=UTC)

_CARRIED = (
    "summary",
    "byline",
    "authors",
    "version",
    "pub_status",
    "signal",
    "categories",
    "copyright_notice",
    "usage_terms",
    "extra",
)


def latest_date(timestamp_ms: int) -> datetime:
    """Return the latest date that an article in a message of this time may have."""
    if not _CLOCK_FROM_MS <= timestamp_ms < _CLOCK_TO_MS:
        return _NO_CLOCK_LATEST
    return datetime.fromtimestamp(timestamp_ms / 1000, UTC) + _MAX_AHEAD


@dataclass(frozen=True, slots=True)
class Described:
    """An article's metadata before its text is clean."""

    title: str | None
    title_origin: Origin
    source: str | None
    id: str | None
    url: str | None
    canonical_url: str | None
    language: str | None
    published_at: datetime | None
    published_at_origin: Origin
    updated_at: datetime | None
    carried: Mapping[str, Any]
    flags: frozenset[Flag]

    @property
    def domain(self) -> str | None:
        """The registrable domain that the source's rules go by."""
        return registrable_domain(self.canonical_url or self.url) or self.source

    def metadata(
        self, canonical: str | None, title: str | None, paragraphs: Sequence[str]
    ) -> dict[str, Any]:
        """Return the fields of the prepared article that come from here."""
        language, origin, confidence = self.language, Origin.PRODUCER, None
        if language is None:
            detected = detect_language("\n".join(paragraphs[:8]))
            language, confidence = detected or (None, None)
            origin = Origin.DETECTED if detected else Origin.UNKNOWN
        return {
            **self.carried,
            "url": self.url,
            "canonical_url": canonical,
            "title": title,
            "language": language,
            "language_origin": origin,
            "language_confidence": confidence,
            "published_at": self.published_at,
            "published_at_origin": self.published_at_origin,
            "updated_at": self.updated_at,
        }


def describe(raw: RawArticle, found: Mapping[str, Any], timestamp_ms: int) -> Described:
    """Return what the producer says, filled up with what the content says."""
    latest = latest_date(timestamp_ms)
    flags: set[Flag] = set()

    def origin(name: str) -> Origin:
        if getattr(raw, name):
            return Origin.PRODUCER
        return Origin.CONTENT if found.get(name) else Origin.UNKNOWN

    def value(name: str) -> Any:
        return _tidy(getattr(raw, name) or found.get(name))

    def date(name: str) -> datetime | None:
        read = found.get(name)
        if getattr(raw, name) is None and isinstance(read, ReadDate):
            if name == "published_at":
                flags.update(doubts_of(read))
            elif not read.is_exact:
                return None
            read = read.moment
        moment = getattr(raw, name) or read
        moment = in_utc(moment) if moment is not None else None
        if moment is not None and moment > latest:
            flags.add(Flag.FUTURE_DATE)
            return None
        return moment

    published, updated = date("published_at"), date("updated_at")
    return Described(
        title=_without_entities(value("title")),
        title_origin=origin("title"),
        source=value("source"),
        id=raw.id or found.get("id"),
        url=value("url"),
        canonical_url=value("canonical_url"),
        language=language_tag(value("language")),
        published_at=published,
        published_at_origin=origin("published_at") if published else Origin.UNKNOWN,
        updated_at=updated,
        carried={name: _carried(raw, found, name) for name in _CARRIED},
        flags=frozenset(flags),
    )


def _carried(raw: RawArticle, found: Mapping[str, Any], name: str) -> Any:
    value = getattr(raw, name)
    if found.get(name) and not (value and name in raw.model_fields_set):
        value = found[name]
    return value if value is None or name == "extra" else repair_value(value)


def _without_entities(title: str | None) -> str | None:
    """Return a title in signs, which some systems hand out as HTML: `Tom &amp; Ann&#8217;s`."""
    return _tidy(html.unescape(title)) if title and _ENTITY.search(title) else title


def _tidy(value: Any) -> Any:
    """Return a text without control characters and stray blanks; other values as they are."""
    if not isinstance(value, str):
        return value
    return " ".join(strip_controls(repair_encoding(value)).split()) or None
