"""Dates are read strictly: right to the minute, or not at all."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.read.dates import read_date

MORNING = datetime(2026, 11, 24, 8, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 24 Nov 2026 09:15:00 +0100",
        "Tue, 24 Nov 2026 09:15:00 CET",
        "Di, 24 Nov 2026 09:15 MEZ",
        "24 Nov 26 08:15 GMT",
        "mar., 24 nov. 2026 09:15:00 +0100",
        "wtorek, 24 listopada 2026 09:15:00 +0100",
        "Tue Nov 24 2026 08:15:00 GMT+0000 (Coordinated Universal Time)",
        "Tue Nov 24 08:15:00 UTC 2026",
        "November 24, 2026 3:15 am EST",
        "Tue, 24 Nov 2026 17:15:00 JST",
        "Tue, 24 Nov 2026 16:15:00 GMT+0800",
        "2026-11-24T08:15Z",
        "2026-11-24 09:15:00+01:00",
        "2026-11-24T09:15:00.000+0100[Europe/Berlin]",
        "20261124T081500Z",
        "1795508100",
        "1795508100000",
        "1795508100.0",
        1795508100.0,
        1795508100000000,
        "1795508100000000000",
        "Thứ ba, 24/11/2026, 15:15 (GMT+7)",
        "2026년 11월 24일 오후 5:15 KST",
        "2026-11-24 下午 4:15 +0800",
        "Tue Nov 24 08:15:00 +0000 2026",
        "Tue,24 Nov 2026 09:15:00 +0100",
        "11/24/2026 3:15 AM EST",
        "Вт, 24 нояб 2026 11:15:00 +0300",
        "24 ноября 2026 г. 11:15 MSK",  # noqa: RUF001 - "of the year"
        "الثلاثاء، 24 نوفمبر 2026 11:15 +0300".replace("،", ","),
        "Sal, 24 Kas 2026 11:15:00 +0300",
        "úterý 24. listopadu 2026 09:15 CET",
        "utorak, 24. studenoga 2026. 09:15 CET",
        "2026年11月24日(火) 17時15分 JST",
    ],
)
def test_a_date_with_time_and_zone_is_exact(text: str | float) -> None:
    """In the forms of mail, ISO 8601, JavaScript, C and Unix, in the languages of their writers."""
    read = read_date(text)
    assert read is not None
    assert read.moment == MORNING
    assert read.is_exact


@pytest.mark.parametrize(
    "text",
    [
        "04/11/2026 09:15 GMT",  # April or November?
        "Tue, 24 Nov 2026 09:15:00 IST",  # India, Israel or Ireland?
        "2026年11月24日 15:07",  # no country that writes so keeps UTC
        "24.11.2026, 09:15 Uhr",
        "2026-11-24 오후 5:15",
        "2026-11-24 下午 16:15 +0800",
        "2026-13-24",
        "2026-02-30T10:00:00Z",
        "2026-11-24T25:00:00Z",
        "2026-11-24T10:00:00 EST+02:00",
        "1970-01-01T00:00:00Z",
        "yesterday",
        "2026",
        "09:15",
        "Published on 24 Nov 2026 08:15 GMT by mistake",
        "2026-11-24T08:15Z" + " " * 100,
    ],
)
def test_what_is_not_certain_is_not_read(text: str) -> None:
    """Days and months that change places, zones of two countries, local times, and no dates."""
    assert read_date(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-24", "20261124", "24.11.2026", "24 de noviembre de 2026", "24 نوفمبر 2026"),
        *("\u200f٢٤ نوفمبر ٢٠٢٦\u200f", "2026. november 24.", "24. marraskuuta 2026"),
        *("24 Νοεμβρίου 2026", "24 ноября 2026 г.", "24 listopada 2026"),  # noqa: RUF001 - as above
        "24 בנובמבר 2026",
    ],
)
def test_a_day_is_known_to_be_no_more(text: str) -> None:
    """Midnight stands for it, and it says so."""
    read = read_date(text)
    assert read is not None
    assert (read.moment, read.has_time) == (datetime(2026, 11, 24, tzinfo=UTC), False)


def test_a_month_of_two_languages_is_told_by_their_writing() -> None:
    """Listopad is November in Polish; in Croatian, which has a point behind the day, October."""
    for text, month in (("24 listopada 2026", 11), ("24. listopada 2026.", 10)):
        read = read_date(text)
        assert read is not None
        assert read.moment.month == month


def test_a_time_without_a_zone_is_told() -> None:
    """In forms for programs it is taken for UTC."""
    for text in (
        "2026-11-24T08:15:00",
        "2026/11/24 08:15",
        "20261124081500",
        "Tue, 24 Nov 2026 08:15:00",
    ):
        read = read_date(text)
        assert read is not None
        assert (read.moment, read.has_zone, read.is_exact) == (MORNING, False, False)


@given(
    st.text(max_size=120) | st.from_regex(r"\d{1,4}[-/. ]\w{1,9}[-/. ]\d{1,4}( \d\d?:\d\d.{0,9})?")
)
def test_any_text_is_a_date_or_none(text: str) -> None:
    """Nothing raises."""
    read = read_date(text)
    assert read is None or read.moment.tzinfo is UTC


@pytest.mark.parametrize("value", [None, 3.5, True, [], {}])
def test_what_is_no_text_is_no_date(value: object) -> None:
    """JSON holds anything."""
    assert read_date(value) is None
