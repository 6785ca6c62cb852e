"""The contract's fields as producers fill them in: unset ones, dates, and types with parameters."""

from collections.abc import Mapping

from schemas import ContentType
from schemas.prepared import Flag
from streams.core.read.dates import read_date
from streams.core.read.found import doubts_of

_DATES = ("published_at", "updated_at")


def media_type_of(value: str) -> str:
    """Return the media type of a header's value, in lower case and without parameters.

    >>> media_type_of("Application/JSON;charset=UTF8"), media_type_of('"text/html"')
    ('application/json', 'text/html')
    """
    first = value.partition(";")[0].partition(",")[0]
    return first.strip().strip("\"'").strip().lower()


def without_unset(fields: Mapping[str, object]) -> dict[str, object]:
    """Return the fields that are set: for most programs null and an empty text say the same.

    An empty `content` stays, for it is what is wrong with such an article.
    """
    return {
        name: part
        for name, part in fields.items()
        if not _is_unset(part) or (part == "" and name == "content")
    }


def _is_unset(part: object) -> bool:
    """Say so of an object, too, that has nothing but unset fields."""
    parts = part.values() if isinstance(part, dict) else (part,)
    return all(one is None or one == "" for one in parts)


def without_unread(fields: Mapping[str, object]) -> tuple[dict[str, object], frozenset[Flag]]:
    """Return the fields without dates that are objects or lists which nobody could read."""
    unread = {name for name in _DATES if isinstance(fields.get(name), dict | list)}
    left = {name: part for name, part in fields.items() if name not in unread}
    return left, frozenset({Flag.FIELDS_CUT} if unread else ())


def read_given(
    fields: Mapping[str, object], media_types: Mapping[str, ContentType]
) -> tuple[dict[str, object], frozenset[Flag]]:
    """Return the fields with dates and content type read, and doubts about them.

    A date that cannot be read is left out and said: an article is not lost for it. So is a content
    type that is no media type, as content systems have ("article").
    """
    given = dict(fields)
    doubts: frozenset[Flag] = frozenset()
    for name in _DATES:
        value = given.get(name)
        date = read_date(value)
        if date is not None:
            given[name] = date.moment
            doubts |= doubts_of(date) if name == "published_at" else frozenset()
        elif isinstance(value, str):
            del given[name]
            doubts |= {Flag.FIELDS_CUT}
    kind = given.get("content_type")
    if isinstance(kind, str):
        media_type = media_type_of(kind)
        given["content_type"] = media_types.get(media_type, media_type)
        if "/" not in media_type:
            del given["content_type"]
            doubts |= {Flag.FIELDS_CUT}
    return given, doubts
