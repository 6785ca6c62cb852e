"""Records on disk, by position and hour: of an article some 20 bytes stay in memory.

The files are scratch: the changelog is what recovers them. They have no name, so nothing of them is
left behind however the process ends, and one holds several hours, so that the number of open files
stays small.
"""

import os
import tempfile
from array import array
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

# A window of 72 h takes some ten files. Space is given back when the last of a file's hours ends.
HOURS_A_FILE = 8
# Positions of one block of places. They lie close together, for they are offsets of a topic; a dict
# would take 150 bytes for each, and stop the event loop for 0.1 s when a million move.
_BLOCK = 4_096
# A place is file and offset in one number: files until the year 3000, each of up to 8 TB.
_OFFSET_BITS = 43


@dataclass(slots=True)
class _Block:
    """Where the records at some positions in a row lie."""

    place: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(_BLOCK, np.uint64))
    size: NDArray[np.uint32] = field(default_factory=lambda: np.zeros(_BLOCK, np.uint32))
    held: int = 0

    # A size is one more than that of the record: 0 is no record.


class RecordFiles:
    """The records of one partition."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[int, BinaryIO] = {}  # by hour // HOURS_A_FILE
        self._sizes: dict[int, int] = {}
        self._blocks: dict[int, _Block] = {}  # by position // _BLOCK
        self._hours: dict[int, array[int]] = {}  # hour -> positions
        # The lowest position that was put since somebody last set this to infinity.
        self.lowest_put = inf

    def __len__(self) -> int:
        """Return how many records are held."""
        return sum(block.held for block in self._blocks.values())

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
        self.lowest_put = min(self.lowest_put, position)
        key, at = divmod(position, _BLOCK)
        block = self._blocks.get(key)
        if block is None:
            block = self._blocks[key] = _Block()
        if not block.size[at]:
            self._hours.setdefault(hour, array("q")).append(position)
            block.held += 1
        block.place[at] = number << _OFFSET_BITS | offset
        block.size[at] = len(record) + 1

    def get(self, position: int) -> bytes:
        """Return the record at a position.

        Raises:
            KeyError: there is none.
        """
        key, at = divmod(position, _BLOCK)
        block = self._blocks[key]
        size, place = int(block.size[at]), int(block.place[at])
        if not size:
            raise KeyError(position)
        number, offset = place >> _OFFSET_BITS, place & (1 << _OFFSET_BITS) - 1
        return os.pread(self._files[number].fileno(), size - 1, offset)

    def positions(self, before: float = inf) -> list[int]:
        """Return where records are held, up to a position."""
        return [
            position
            for key in list(self._blocks)
            for position in self._held(key)
            if position < before
        ]

    def any_between(self, first: int, end: int) -> bool:
        """Return whether a record is held from position `first` on, before `end`."""
        return any(
            first <= position < end
            for key in list(self._blocks)
            if first // _BLOCK <= key <= end // _BLOCK
            for position in self._held(key)
        )

    def _held(self, key: int) -> list[int]:
        """Return the positions of the records in a block."""
        held: list[int] = (self._blocks[key].size.nonzero()[0] + key * _BLOCK).tolist()
        return held

    def expire(self, before_hour: int) -> None:
        """Let go of all hours before `before_hour`."""
        for hour in [hour for hour in self._hours if hour < before_hour]:
            for position in self._hours.pop(hour):
                key, at = divmod(position, _BLOCK)
                block = self._blocks[key]
                block.size[at] = 0
                block.held -= 1
                if not block.held:
                    del self._blocks[key]
        alive = {hour // HOURS_A_FILE for hour in self._hours}
        for number in self._files.keys() - alive:
            self._files.pop(number).close()
            del self._sizes[number]

    def close(self) -> None:
        """Let go of everything."""
        for file in self._files.values():
            file.close()
        self._files.clear()
        self._blocks.clear()
        self._hours.clear()
