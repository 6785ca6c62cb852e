"""A window that was built ahead is the one that a rebuild gives, or is not used."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.agents import window_ahead
from streams.agents.window_ahead import WindowAhead
from streams.core.article.record import Told
from streams.core.dedupe import Deduper
from streams.core.window.window import Window
from streams.kafka.on_faust.record_files import RecordFiles
from streams.settings import DedupeSettings
from streams.units import HOUR_MS
from tests.support.raw import article

AT_MS = 1_780_000_000_000
TEXT = "In week {} the harbour had {} ships, and the fog came in over the wall at noon.\n" * 4
ALL, BUILT = 60, 50
SETTINGS = DedupeSettings()


@pytest.fixture
def files(tmp_path: Path) -> Iterator[RecordFiles]:
    """The records of 60 articles, some of them copies."""
    held = RecordFiles(tmp_path)
    deduper = Deduper(SETTINGS)
    for position in range(ALL):
        record = decided(deduper, position)
        deduper.window.remember(position, record)
        put(held, position, record)
    yield held
    held.close()


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out ten records instead of a thousand."""
    monkeypatch.setattr(window_ahead, "LEFT_OUT", ALL - BUILT)
    monkeypatch.setattr(window_ahead, "MOST_ADDED", 2 * (ALL - BUILT))


def decided(deduper: Deduper, position: int) -> bytes:
    """Return the record of an article at a position."""
    text = TEXT.format(*(position % 45 * 7 + number for number in range(8)))
    made = article(text).model_copy(
        update={"id": f"wire.example/{position}", "source": f"{position % 3}.example"}
    )
    record = deduper.decide(made, position, AT_MS + 1_000 * position).record
    assert record is not None
    return record


def put(files: RecordFiles, position: int, record: bytes) -> None:
    """Hold a record."""
    files.put(AT_MS // HOUR_MS, position, record)


async def completed(
    ahead: WindowAhead, files: RecordFiles, until: int
) -> tuple[Window | None, list[tuple[int, str]]]:
    """Return the window up to a position, and what it has told."""
    told: list[tuple[int, str]] = []

    def tell(position: int, each: Told) -> None:
        told.append((position, each.id))

    deduper = await ahead.completed(files, until, tell)
    return deduper.window if deduper else None, told


@pytest.mark.parametrize("until", [BUILT, 55, ALL])
async def test_it_decides_as_one_that_is_built_anew(files: RecordFiles, until: int) -> None:
    """And tells of each record, in order."""
    window, told = await completed(WindowAhead(SETTINGS, files), files, until)
    assert window is not None
    assert told == [(position, f"wire.example/{position}") for position in range(until)]
    anew = Deduper(SETTINGS, fetch=files.get)
    anew.window.recover(files.positions(until))
    other = Deduper(SETTINGS, fetch=files.get)
    other.window = window
    for position in range(until, until + 90):
        record = decided(anew, position)
        assert decided(other, position) == record
        put(files, position, record)
        for each in (anew, other):
            each.window.remember(position, record)


async def test_what_was_added_meanwhile_is_in_it(files: RecordFiles) -> None:
    """The former owner may have gone on for a while."""
    ahead = WindowAhead(SETTINGS, files)
    for position in range(ALL, ALL + 5):
        put(files, position, files.get(position - ALL))
    window, told = await completed(ahead, files, ALL + 5)
    assert window is not None
    assert len(window) == len(told) == ALL + 5


async def test_one_that_holds_too_much_is_not_used(files: RecordFiles) -> None:
    """What was not committed is done again, so it must not be known yet."""
    assert await completed(WindowAhead(SETTINGS, files), files, BUILT - 1) == (None, [])


async def test_one_of_which_a_record_was_replaced_is_not_used(files: RecordFiles) -> None:
    """Whoever decided on that message again wrote another."""
    ahead = WindowAhead(SETTINGS, files)
    put(files, BUILT - 1, files.get(BUILT - 1))
    assert await completed(ahead, files, ALL) == (None, [])


async def test_one_that_has_fallen_behind_is_not_used(files: RecordFiles) -> None:
    """Its owner lived on; to build it anew is quicker."""
    ahead = WindowAhead(SETTINGS, files)
    for position in range(ALL, ALL + 11):
        put(files, position, files.get(position - ALL))
    assert await completed(ahead, files, ALL + 11) == (None, [])


async def test_few_records_are_not_worth_it(tmp_path: Path) -> None:
    """A rebuild takes no time."""
    files = RecordFiles(tmp_path)
    assert await completed(WindowAhead(SETTINGS, files), files, 0) == (None, [])


async def test_one_that_nobody_wants_any_more_ends_soon(files: RecordFiles) -> None:
    """A worker that stops waits for its threads."""
    ahead = WindowAhead(SETTINGS, files)
    ahead.drop()
    assert await completed(ahead, files, ALL) == (None, [])
    assert len(ahead._deduper.window) <= 1


async def test_files_of_a_partition_that_is_not_ours_are_closed(files: RecordFiles) -> None:
    """What reads them meanwhile ends, and nobody is told."""
    ahead = WindowAhead(SETTINGS, files)
    files.close()
    assert await completed(ahead, files, ALL) == (None, [])
    await asyncio.sleep(0)
