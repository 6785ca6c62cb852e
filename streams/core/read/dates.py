"""Dates as feeds and pages write them, read strictly: what is not certain is not read.

Libraries that take any text for a date guess: the day for the month, a zone they do not know for
UTC, a second for a year. Here a text must be a date from its first sign to its last.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from streams.core.read.month_names import MONTHS, MONTHS_BEHIND_A_POINT

# No date is longer (JavaScript's own form with its zone in words has 70).
_MAX_CHARS = 100
_MIN_YEAR, _MAX_YEAR = 1500, 3000
# 2026-11-24T09:15Z, and the zone of Kiribati.
_EXACT_CHARS, _FARTHEST = 17, timedelta(hours=14)
_EPOCH_SECONDS = re.compile(r"\d{10}(?:\.\d{1,9})?")
# As .NET writes it in JSON.
_DOT_NET = re.compile(r"/Date\((\d{13})(?:[+-]\d{4})?\)/")
# In JavaScript's thousandths, and the millionths and less of databases and Debezium.
_EPOCH_FRACTIONS = re.compile(r"(\d{10})(\d{3}|\d{6}|\d{9})")
# Marks of the direction of writing, which stand around dates in Arabic and Hebrew.
_DIRECTIONS = dict.fromkeys((0x200E, 0x200F, 0x061C, 0x202A, 0x202B, 0x202C))
# Unset fields of content systems.
_NEVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(1900, 1, 1, tzinfo=UTC))

# Hours from UTC of names that mean one zone the world over. BST, IST, CST of China and others that
# two countries use are left out: a date with them is not certain, but for the names that the rules
# for mail (RFC 822, 5.1), which RSS goes by, define.
_ZONES: Mapping[str, float] = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1,
    "cet": 1, "mez": 1, "cest": 2, "mesz": 2, "eet": 2, "oez": 2, "eest": 3, "msk": 3, "trt": 3,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "akst": -9, "akdt": -8, "hst": -10, "nst": -3.5, "ndt": -2.5, "brt": -3, "art": -3, "clt": -4,
    "sast": 2, "eat": 3, "wat": 1, "cat": 2, "pkt": 5, "npt": 5.75, "ict": 7, "wib": 7, "wita": 8,
    "wit": 9, "sgt": 8, "hkt": 8, "pht": 8, "awst": 8, "jst": 9, "kst": 9, "acst": 9.5,
    "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
}  # fmt: skip

_ISO = re.compile(
    r"(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})(?:(?:[Tt_]|,?\s+)(?=[\d오上下午])|$)"
)
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:[T_ ]?(?=\d{4})|$)")
# The day and the month change places from country to country, but not with points.
_DAY_FIRST = re.compile(
    r"(?:[^\W\d_]{2,12}(?:\s[^\W\d_]{1,8})?,?\s+)?(?P<d>\d{1,2})([./-])(?P<m>\d{1,2})\2(?P<y>\d{4})(?:,?\s+|$)"
)
_EAST_ASIAN = re.compile(
    r"(?P<y>\d{4})\s*[年년]\s*(?P<m>\d{1,2})\s*[月월]\s*(?P<d>\d{1,2})\s*[日일]?\s*"
    r"(?:[(（][^)）]{1,3}[)）]|[月火水木金土日]曜日?|星期.|周.|[월화수목금토일]요일)?\s*"  # noqa: RUF001 - brackets of East Asia
)
_YEAR_NAME_DAY = re.compile(
    r"(?P<y>\d{4})\.?\s+(?P<name>[^\W\d_]{3,12})\.?\s+(?P<d>\d{1,2})\.?,?(?:\s+|$)"
)
_WEEKDAY = r"(?:[^\W\d_]{2,12}(?:\.?,?\s+|,(?=\d)))?"
_DAY_NAME_YEAR = re.compile(
    _WEEKDAY + r"(?P<d>\d{1,2})(?:\.|st|nd|rd|th|er|º)?[\s-]+(?:de\s+)?(?P<name>[^\W\d_]{3,12})\.?"
    r",?[\s-]+(?:de\s+)?(?P<y>\d{4}|\d{2}(?=\s))(?:\s*г\.|\s*р\.|\.)?(?:,?\s+|$)"  # noqa: RUF001 - "of the year"
)
_NAME_DAY_YEAR = re.compile(
    _WEEKDAY + r"(?P<name>[^\W\d_]{3,12})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})"
    r"(?:,?\s+|$)"
)
# The form of RFC 822, which feeds are to use.
_MAIL = re.compile(r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d$")
# Time before year, as C's asctime has it.
_NAME_DAY_TIME_YEAR = re.compile(
    _WEEKDAY + r"(?P<name>[^\W\d_]{3,12})\s+(?P<d>\d{1,2})\s+(?P<rest>\d{1,2}:\d\d(?::\d\d)?"
    r"(?:\s+(?:[A-Z]{1,5}|[+-]\d{4}))?)\s+(?P<y>\d{4})$"
)
# Forms for programs, and forms for readers: no country keeps the time of UTC in those.
_FOR_PROGRAMS = (_ISO, _COMPACT)
_FOR_READERS = (
    _DAY_FIRST, _EAST_ASIAN, _DAY_NAME_YEAR, _NAME_DAY_YEAR, _NAME_DAY_TIME_YEAR, _YEAR_NAME_DAY,
)  # fmt: skip

# Halves of the day, which stand before the hour in East Asia.
_HALVES: Mapping[str, str] = {
    "오전": "a", "오후": "p", "上午": "a", "下午": "p", "午前": "a", "午後": "p",
}  # fmt: skip
_TIME = re.compile(
    r"(?:(?:at|um|à|às|a las|kl\.?|-|–|\|)\s*)?"  # noqa: RUF001 - a dash
    rf"(?:(?P<before>{'|'.join(_HALVES)})\s*)?"
    r"(?P<h>\d{1,2})\s?[:h時时시]?\s?(?P<min>\d{2})[分분]?"
    r"(?:\s?:?(?P<s>\d{2})[秒초]?(?:[.,](?P<f>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\b\.?)?(?:\s*(?:Uhr|uhr|h|hs|hrs)\b\.?)?\s*"
)
_ZONE = re.compile(
    r"[(\[]?(?P<name>[A-Za-z]{1,5})?\s*(?P<offset>[+\-−]\d{1,2}(?::?\d{2})?)?[)\]]?"  # noqa: RUF001
    r"(?:\s*[(\[][\w\s'+:/-]{1,60}[)\]])?$"
)


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A moment in UTC, and how much of it was said. Without a time it is the day's midnight."""

    moment: datetime
    has_time: bool = True
    has_zone: bool = True

    @property
    def is_exact(self) -> bool:
        """Say whether the moment is certain to the minute."""
        return self.has_time and self.has_zone


def read_date(value: object) -> ReadDate | None:
    """Return the date that a text names from its first sign to its last; in doubt nothing.

    A time without a zone is taken for UTC in forms for programs, and says so. A day and month that
    might be the other way round, a zone that two countries write the same, and a time without a
    zone in a form for readers are not certain.

    >>> read_date("Tue, 24 Nov 2026 9:15 PM EST").moment.isoformat()
    '2026-11-25T02:15:00+00:00'
    >>> read_date("04/11/2026 09:15 GMT")
    >>> read_date("2026-11-24").has_time
    False
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or len(value) > _MAX_CHARS:
        return None
    text = " ".join(value.translate(_DIRECTIONS).split())
    read = _from_exact(text) or _from_epoch(text) or _from_form(text)
    return None if read is None or read.moment in _NEVER else read


def _from_exact(text: str) -> ReadDate | None:
    """Return the moment of the form in which most programs write one, which the library reads."""
    if len(text) < _EXACT_CHARS or (text[4], text[7], text[10]) != ("-", "-", "T"):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None  # a leap second, a zone in words: read below
    offset = moment.utcoffset()
    if offset is None or abs(offset) > _FARTHEST or not _MIN_YEAR <= moment.year < _MAX_YEAR:
        return None
    return ReadDate(moment.astimezone(UTC))


def _from_epoch(text: str) -> ReadDate | None:
    """Return the moment of a Unix time, as long as today's are."""
    if _EPOCH_SECONDS.fullmatch(text):
        return ReadDate(datetime.fromtimestamp(float(text), UTC))
    text = _DOT_NET.sub(r"\1", text)
    if found := _EPOCH_FRACTIONS.fullmatch(text):
        micro = int(found[2][:6].ljust(6, "0"))
        return ReadDate(datetime.fromtimestamp(int(found[1]), UTC).replace(microsecond=micro))
    return None


def _from_form(text: str) -> ReadDate | None:
    for form in (*_FOR_PROGRAMS, *_FOR_READERS):
        found = form.match(text)
        if found is None:
            continue
        day = _day(found, can_be_swapped=form is _DAY_FIRST and "." not in found[0])
        rest = found.groupdict().get("rest") or text[found.end() :]
        if day is not None:
            for_readers = form in _FOR_READERS and not _MAIL.match(text)
            return _with_time(day, rest.strip(), for_readers=for_readers)
    return None


def _day(found: re.Match[str], *, can_be_swapped: bool) -> datetime | None:
    parts = found.groupdict()
    name = parts.get("name")
    day, year = int(parts["d"]), int(parts["y"])
    month = _month(name, is_pointed=f"{parts['d']}. " in found[0]) if name else int(parts["m"])
    if len(parts["y"]) == 2:  # noqa: PLR2004 - as mail wrote years before 2000
        year += 2000 if year < 70 else 1900  # noqa: PLR2004 - where C parts the centuries
    if can_be_swapped and month > 12:  # noqa: PLR2004 - months
        day, month = month, day  # as in the United States, and nowhere a month
    elif can_be_swapped and day <= 12 and day != month:  # noqa: PLR2004 - months
        return None
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None


def _month(name: str, *, is_pointed: bool) -> int:
    """Return the number of a month's name, 0 for what is none; Croatian days have a point."""
    name = name.casefold()
    return (is_pointed and MONTHS_BEHIND_A_POINT.get(name)) or MONTHS.get(name, 0)


def _with_time(day: datetime, rest: str, *, for_readers: bool) -> ReadDate | None:
    if not _MIN_YEAR <= day.year < _MAX_YEAR:
        return None
    if not rest:
        return ReadDate(day, has_time=False, has_zone=False)
    time = _TIME.match(rest)
    moment = _at(day, time) if time else None
    if moment is None or time is None:
        return None
    zone = rest[time.end() :]
    if not zone:
        is_local = for_readers or time["before"]
        return None if is_local else ReadDate(moment, has_zone=False)
    offset = _offset(zone)
    return None if offset is None else ReadDate(moment.replace(tzinfo=offset).astimezone(UTC))


def _at(day: datetime, time: re.Match[str]) -> datetime | None:
    hour, half = int(time["h"]), _HALVES.get(time["before"] or "", (time["half"] or "").lower())
    if half:
        # Half past noon is 午後0時30分.
        if not (0 if time["before"] else 1) <= hour <= 12:  # noqa: PLR2004 - the clock
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    micro = int((time["f"] or "0")[:6].ljust(6, "0"))
    try:
        # A leap second is the last one of its minute.
        return day.replace(
            hour=hour,
            minute=int(time["min"]),
            second=min(int(time["s"] or 0), 59),
            microsecond=micro,
        )
    except ValueError:
        return None


def _offset(zone: str) -> timezone | None:
    """Return the zone of `GMT+0800`, `+01:00`, `CET`, `Z`; nothing for what is not certain."""
    found = _ZONE.match(zone)
    if found is None:
        return None
    name, offset = (found["name"] or "").lower(), found["offset"]
    if name and name not in _ZONES:
        return None
    hours = _ZONES.get(name, 0.0)
    if offset:
        if hours:
            return None  # a zone and an offset: which of them?
        digits = offset[1:].replace(":", "").rjust(2, "0")
        hours = int(digits[:2] if len(digits) != 3 else digits[:1])  # noqa: PLR2004 - `+530`
        hours += int(digits[-2:] if len(digits) > 2 else 0) / 60  # noqa: PLR2004 - minutes
        hours = hours if offset[0] == "+" else -hours
    elif not name:
        return None
    from_utc = timedelta(hours=hours)
    return timezone(from_utc) if abs(from_utc) <= _FARTHEST else None
