"""What was read out of a message's content: its text, and what it says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from schemas.prepared import Flag
from schemas.removal import Removal
from streams.core.read.dates import ReadDate

# Longest values that the contracts take (schemas/base.py); longer ones are cut, not refused, for
# nobody promised them.
_MAX_CHARS = {
    "id": 512,
    "url": 2_048,
    "title": 2_000,
    "summary": 10_000,
    "byline": 1_000,
    "language": 35,
    "version": 255,
    "copyright_notice": 2_000,
    "usage_terms": 2_000,
}
_MAX_LABELS = 100
_MAX_LABEL_CHARS = 255


@dataclass(frozen=True, slots=True)
class ReadContent:
    """The text of an article, and fields of `Metadata` (and `id`, `source`) found beside it."""

    text: str
    fields: Mapping[str, object] = field(default_factory=dict)
    flags: frozenset[Flag] = frozenset()
    # Spans of the text that the page shows not to be the article, in their order.
    removals: tuple[Removal, ...] = ()
    # How much of the text no extractor took for the article.
    outside_chars: int = 0


def words_in(value: object, field_name: str = "title") -> str | None:
    r"""Return a value as one line of bounded length, or nothing when it is no text.

    >>> words_in("  Two\n words ")
    'Two words'
    """
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    return " ".join(str(value).split())[: _MAX_CHARS.get(field_name, _MAX_LABEL_CHARS)] or None


def labels_in(value: object) -> tuple[str, ...]:
    """Return the names in a list of texts, or of objects that have a `name`."""
    if not isinstance(value, list | tuple):
        return ()
    names = (item.get("name") if isinstance(item, dict) else item for item in value)
    found = (words_in(name, "label") for name in names)
    return tuple(dict.fromkeys(name for name in found if name))[:_MAX_LABELS]


def reach_bounds(fields: Mapping[str, object]) -> bool:
    """Return whether a value is as long, or a list, as one can be: it was most likely cut.

    >>> reach_bounds({"title": "A title"}), reach_bounds({"title": "A" * 2_000})
    (False, True)
    """
    return any(
        len(value) >= (_MAX_CHARS.get(name, _MAX_LABEL_CHARS) if is_text else _MAX_LABELS)
        for name, value in fields.items()
        if (is_text := isinstance(value, str)) or isinstance(value, list | tuple)
    )


def in_utc(moment: datetime) -> datetime | None:
    """Return the moment with its zone, UTC when it names none; nothing at the calendar's ends."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return None


def doubts_of(date: ReadDate) -> frozenset[Flag]:
    """Return what is not certain about the date of an article."""
    doubts = {
        Flag.PUBLISHED_DAY_ONLY: not date.has_time,
        Flag.PUBLISHED_ZONE_ASSUMED: date.has_time and not date.has_zone,
    }
    return frozenset(flag for flag, is_so in doubts.items() if is_so)


def present(fields: Mapping[str, object]) -> dict[str, object]:
    """Return the fields that have a value."""
    return {name: value for name, value in fields.items() if value not in (None, "", ())}
