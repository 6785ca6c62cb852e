"""Lines that are a date and nothing else: the date box of a page, in any script."""

import re

# Day, month's name and year in either order, all numeric, or with the signs of year, month and day.
_DATE = re.compile(
    r"\d{1,2}(?:st|nd|rd|th|er|º|°)?[.,\s]+(?:de\s+|di\s+)?[^\W\d_][^\d,;:]{1,14}?[.,\s]+(?:de\s+)?\d{4}\b"
    r"|\b[^\W\d_]{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}\b"
    r"|\b\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{2,4}\b"
    r"|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]"
    r"|\d{1,2}\s?月\s?\d{1,2}\s?日"
)
_TIME = re.compile(r"\b\d{1,2}\s?[:.h時时시]\s?\d{2}\s?(?:[分분]|:\d{2})?\b")
_WORD = re.compile(r"[^\W\d_]+")
_MAX_CHARS = 60
# Besides the date: weekday, "Uhr", "pm", a label such as "Last updated", a zone.
_MAX_WORDS = 4
_MAX_WORD_CHARS = 28


def is_date(text: str) -> bool:
    """Say whether a line is a date, with a time or a label at most.

    >>> is_date("Dienstag, 24. November 2026, 22:32 Uhr"), is_date("2026: 24 schools close")
    (True, False)
    """
    if len(text) > _MAX_CHARS or not any(map(str.isdigit, text)):
        return False
    rest, dates = _DATE.subn(" ", text)
    rest, times = _TIME.subn(" ", rest)
    words = _WORD.findall(rest)
    if len(words) > _MAX_WORDS or sum(map(len, words)) > _MAX_WORD_CHARS:
        return False
    return dates > 0 or (times > 0 and any(map(str.isdigit, rest)))
