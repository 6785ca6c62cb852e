"""Records on disk, by position and hour: of an article only some 200 bytes stay in memory.

The files are scratch: the changelog is what recovers them. They have no name, so nothing of them is
left behind however the process ends, and one holds several hours, so that the number of open files
stays small.
"""

import os
import tempfile
from array import array
from pathlib import Path
from typing import BinaryIO

# A window of 72 h takes some ten files. Space is given back when the last of a file's hours ends.
HOURS_A_FILE = 8

_LENGTH_BITS = 24
_OFFSET_BITS = 40


class RecordFiles:
    """The records of one partition."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[int, BinaryIO] = {}  # by hour // HOURS_A_FILE
        self._sizes: dict[int, int] = {}
        # File, offset and length in one integer: a tuple would take three times as much.
        self._places: dict[int, int] = {}
        self._hours: dict[int, array[int]] = {}  # hour -> positions

    def __len__(self) -> int:
        """Return how many records are held."""
        return len(self._places)

    def put(self, hour: int, position: int, record: bytes) -> None:
        """Hold a record; one that is there already is replaced. `hour` counts from 1970."""
        number = hour // HOURS_A_FILE
        file = self._files.get(number)
        if file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = tempfile.TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115 - kept open
            self._files[number], self._sizes[number] = file, 0
        offset = self._sizes[number]
        if os.pwrite(file.fileno(), record, offset) != len(record):
            raise OSError(f"no room for the window's records in {self._folder}")
        self._sizes[number] += len(record)
        if position not in self._places:
            self._hours.setdefault(hour, array("q")).append(position)
        self._places[position] = (number << _OFFSET_BITS | offset) << _LENGTH_BITS | len(record)

    def get(self, position: int) -> bytes:
        """Return the record at a position.

        Raises:
            KeyError: there is none.
        """
        place = self._places[position]
        offset = place >> _LENGTH_BITS & (1 << _OFFSET_BITS) - 1
        number = place >> _LENGTH_BITS + _OFFSET_BITS
        return os.pread(self._files[number].fileno(), place & (1 << _LENGTH_BITS) - 1, offset)

    def positions(self, before: int) -> list[int]:
        """Return where records are held, up to a position."""
        return [position for position in self._places if position < before]

    def any_between(self, first: int, end: int) -> bool:
        """Return whether a record is held from position `first` on, before `end`."""
        return any(first <= position < end for position in self._places)

    def expire(self, before_hour: int) -> None:
        """Let go of all hours before `before_hour`."""
        for hour in [hour for hour in self._hours if hour < before_hour]:
            for position in self._hours.pop(hour):
                del self._places[position]
        alive = {hour // HOURS_A_FILE for hour in self._hours}
        for number in self._files.keys() - alive:
            self._files.pop(number).close()
            del self._sizes[number]

    def close(self) -> None:
        """Let go of everything."""
        for file in self._files.values():
            file.close()
        self._files.clear()
        self._places.clear()
        self._hours.clear()
