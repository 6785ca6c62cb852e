"""Lines that are a date and nothing else: the date box of a page, in any script."""

import re

from streams.core.text.characters import WORD

# Day, month's name and year in either order, all numeric, or with the signs of year, month and day.
# A day without a year is one if a time stands behind it: 24.11. klo 9:30.
_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?"
    r"|\b\d{1,2}\.\s?\d{1,2}\.(?=,?\s(?:[^\W\d_]{2,4}\.?\s)?\d{1,2}[:.]\d{2}\b)"
    r"|\d{1,2}(?:st|nd|rd|th|er|º|°)?[.,\s]+(?:de\s+|di\s+)?[^\W\d_][^\d,;:]{1,14}?[.,\s]+(?:de\s+)?\d{4}\b"
    r"|\b[^\W\d_]{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}\b"
    r"|\b\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{2,4}\b"
    r"|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]"
    r"|\d{1,2}\s?月\s?\d{1,2}\s?日"
)
_TIME = re.compile(r"\b\d{1,2}\s?[:.h時时시]\s?\d{2}\s?(?:[分분]|:\d{2})?\b")
_MAX_CHARS = 60
# Besides the date: weekday, "Uhr", "pm", a label such as "Last updated", a zone.
_MAX_WORDS = 4
_MAX_WORD_CHARS = 28
# Published and updated; more are a timetable.
_MAX_TIMES = 2
# Of Han, kana and Hangul: 星期二, 下午, 更新日時. A sign is worth as much as some letters.
_WIDE_FROM, _SIGN_CHARS = 0x2E80, 4
# Thai and Lao: วันอังคารที่, เวลา, without blanks between words.
_THIN, _THIN_CHARS = range(0x0E00, 0x0F00), 1.5
# Of the Persian calendar to the Buddhist one: 1405, 1448, 2026, 2569.
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_FIRST_YEAR, _LAST_YEAR = 1300, 2700
# "He died on 24 November 2026." says more than a date box does; "5 p.m." is an abbreviation.
_SENTENCE = re.compile(r"[，。！？]|[^\W\d_]{3,}[.!?]$|\d{4}[.!?]$")  # noqa: RUF001 - stops of East Asia


def is_date(text: str) -> bool:
    """Say whether a line is a date, with a time or a label at most.

    >>> is_date("Dienstag, 24. November 2026, 22:32 Uhr"), is_date("2026: 24 schools close")
    (True, False)
    >>> is_date("Julkaistu 24.11. klo 9:30"), is_date("2.4. Results"), is_date("11:24")
    (True, False, False)
    >>> is_date("He died on 24 November 2026."), is_date("11月24日码头发生火灾。")
    (False, False)
    >>> is_date("Line 1: 7:30, 8:30, 9:30")
    False
    """
    if len(text) > _MAX_CHARS or not any(map(str.isdigit, text)):
        return False
    dates = [found[0] for found in _DATE.finditer(text) if _is_likely(found[0])]
    rest = _DATE.sub(" ", text)
    rest, times = _TIME.subn(" ", rest)
    words = WORD.findall(rest)
    if times > _MAX_TIMES or len(words) > _MAX_WORDS:
        return False
    if sum(map(_word_chars, words)) > _MAX_WORD_CHARS * max(len(dates), 1):
        return False
    is_unspaced = any(ord(word[0]) >= _WIDE_FROM for word in words)
    if (len(words) > 1 or is_unspaced) and _SENTENCE.search(text):
        return False
    return bool(dates) or (times > 0 and any(map(str.isdigit, rest)))


def _is_likely(date: str) -> bool:
    """Say whether the year is one of our time, by any of the calendars in use."""
    return all(_FIRST_YEAR <= int(year) <= _LAST_YEAR for year in _YEAR.findall(date))


def _word_chars(word: str) -> float:
    point = ord(word[0])
    if point >= _WIDE_FROM:
        return len(word) * _SIGN_CHARS
    return len(word) * (_THIN_CHARS if point in _THIN else 1)
