"""When a source that was regular has fallen silent, by its own hours."""

from collections.abc import Callable

import pytest

from streams.core.drift.silence import KNOWN_H, Hours, quiet_from

DAY, WEEK = 24, 168
MONDAY = 168 * 2_900 + 4 * DAY  # 1970 began on a Thursday


def office(hour: int) -> bool:
    """From Monday to Friday, from nine to six."""
    day, clock = divmod((hour - MONDAY) % WEEK, DAY)
    return day < 5 and 9 <= clock < 18


def always(_hour: int) -> bool:
    """Say yes."""
    return True


def heard(sends: Callable[[int], bool], begin: int, end: int) -> Hours:
    """Return the hours of a source from `begin` to before `end`."""
    active = [hour for hour in range(begin, end) if sends(hour)]
    hours = Hours(active[0], active[0])
    for hour in active:
        hours.note(hour)
    return hours


def stream_until(hour: int) -> Hours:
    """Return a stream that has had messages in every hour up to `hour`."""
    return Hours(0, hour, (1 << KNOWN_H) - 1)


def test_a_source_of_every_hour_is_quiet_after_half_a_day() -> None:
    """Ten hours without a message, of which each had one for two weeks."""
    hours = heard(always, MONDAY, MONDAY + 2 * WEEK)
    quiet = quiet_from(hours, stream_until(hours.latest))
    assert quiet is not None
    assert 9 <= quiet - hours.latest <= 12


def test_a_weekend_is_no_silence_for_a_source_of_working_hours() -> None:
    """From Friday evening it is quiet on Tuesday, when a working day has passed."""
    friday = MONDAY + 2 * WEEK + 5 * DAY
    hours = heard(office, MONDAY, friday)
    quiet = quiet_from(hours, stream_until(hours.latest))
    assert quiet is not None
    monday_morning = MONDAY + 3 * WEEK + 9
    assert monday_morning + 6 < quiet < monday_morning + 2 * DAY


def test_a_weekday_of_silence_is_found_before_the_next_is_over() -> None:
    """The longest gap of such a source is a weekend; its silence on a Tuesday is found at once."""
    tuesday = MONDAY + 3 * WEEK + DAY
    hours = heard(office, MONDAY, tuesday)
    quiet = quiet_from(hours, stream_until(hours.latest))
    assert quiet is not None
    assert quiet < tuesday + 2 * DAY
    assert hours.longest_gap >= 2 * DAY + 15


def test_nothing_is_expected_before_a_weekend_was_seen() -> None:
    """From Monday to Friday nobody knows of Saturdays."""
    hours = heard(office, MONDAY, MONDAY + 5 * DAY)
    assert quiet_from(hours, stream_until(hours.latest)) is None


def test_a_source_that_sends_when_it_likes_is_never_quiet() -> None:
    """One message in two days, at any hour."""
    hours = heard(lambda hour: hour * 7919 % 47 == 0, MONDAY, MONDAY + KNOWN_H)
    assert quiet_from(hours, stream_until(hours.latest)) is None


@pytest.mark.parametrize("outage_h", [5, 40])
def test_hours_without_any_message_are_nobodys_silence(outage_h: int) -> None:
    """When all sources were silent, so was whoever brings the messages."""
    hours = heard(always, MONDAY, MONDAY + 2 * WEEK)
    usual = quiet_from(hours, stream_until(hours.latest))
    stream = stream_until(hours.latest)
    stream.note(hours.latest + outage_h)  # nothing in between
    after = quiet_from(hours, stream)
    assert usual is not None
    assert after == usual + outage_h - 1


def test_hours_are_held_for_four_weeks() -> None:
    """What is older is forgotten, and so is a gap."""
    hours = heard(always, MONDAY, MONDAY + WEEK)
    hours.note(MONDAY + WEEK + 50)
    assert hours.longest_gap == 50
    for hour in range(MONDAY + WEEK + 51, MONDAY + WEEK + 51 + KNOWN_H):
        hours.note(hour)
    assert (hours.longest_gap, hours.bits.bit_length()) == (0, KNOWN_H)


def test_a_source_of_one_message_a_day_is_quiet_after_some_weeks() -> None:
    """It is as regular as any, though one day says little."""
    hours = heard(lambda hour: hour % DAY == 7, MONDAY, MONDAY + 4 * WEEK)
    quiet = quiet_from(hours, stream_until(hours.latest))
    assert quiet is not None
    assert WEEK < quiet - hours.latest < 3 * WEEK
