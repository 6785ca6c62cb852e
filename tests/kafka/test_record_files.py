"""Records on disk: found by position, gone by hour, and nothing left behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.kafka.on_faust.record_files import RecordFiles


@pytest.fixture
def files(tmp_path: Path) -> Iterator[RecordFiles]:
    """No records yet."""
    made = RecordFiles(tmp_path / "records")
    yield made
    made.close()


def test_a_record_is_found_by_its_position(files: RecordFiles) -> None:
    """Also when hours arrive mixed, and an empty record is a record."""
    hours = {10: 500_000, 11: 499_990, 12: 500_000, 13: 500_020}
    for position, hour in hours.items():
        files.put(hour, position, b"record %d" % position)
    files.put(500_000, 14, b"")
    assert [files.get(position) for position in hours] == [b"record %d" % p for p in hours]
    assert files.get(14) == b""
    assert files.positions(before=12) == [10, 11]


def test_a_record_written_again_replaces_the_first(files: RecordFiles) -> None:
    """A message that is done again writes its record again."""
    files.put(500_000, 1, b"first")
    files.put(500_000, 1, b"again, and longer")
    assert (len(files), files.get(1)) == (1, b"again, and longer")


def test_hours_are_let_go_and_their_files_with_them(files: RecordFiles) -> None:
    """Hours 0, 4, 8 ... 76; those before 40 go.

    hour    0 . . . 36 | 40 . . . 76
                gone   | held
    """
    for hour in range(0, 80, 4):
        files.put(hour, hour, b"x" * 100)
    files.expire(before_hour=40)
    assert files.positions(before=100) == list(range(40, 80, 4))
    assert sorted(files._files) == [5, 6, 7, 8, 9]
    with pytest.raises(KeyError):
        files.get(36)


def test_nothing_is_left_in_the_folder(files: RecordFiles, tmp_path: Path) -> None:
    """The files have no name from the start, so that SIGKILL leaves none either."""
    files.put(1, 1, b"record")
    assert list((tmp_path / "records").iterdir()) == []
