r"""Names of headers in any bytes: Kafka wants UTF-8, and no broker checks it.

aiokafka raises in the middle of a batch when a name is no UTF-8, so one record of a Go or C client
would end every worker that reads it, for ever. Only such a batch is read again, from the record on
that failed, by aiokafka's slower reader in Python; bytes that are no UTF-8 become `\xff`.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, SupportsIndex

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

# Base offset and length stand before every batch, in every version of the format.
_LENGTH = slice(8, 12)
_BEFORE_LENGTH = 12


def read_any_header_name() -> None:
    """Let every consumer of this process read records whatever their headers are called."""
    fetcher.MemoryRecords = FetchedRecords


class FetchedRecords:
    """The batches of a fetched partition, as aiokafka's `MemoryRecords` has them."""

    def __init__(self, fetched: bytes) -> None:
        self._fetched = fetched
        self._records = MemoryRecords(fetched)
        self._number = 0

    def size_in_bytes(self) -> int:
        """Return the size of what was fetched."""
        return int(self._records.size_in_bytes())

    def has_next(self) -> bool:
        """Return whether another batch is complete."""
        return bool(self._records.has_next())

    def next_batch(self) -> "RecordBatch":
        """Return the next batch."""
        batch = RecordBatch(self._records.next_batch(), self._fetched, self._number)
        self._number += 1
        return batch


class RecordBatch:
    """A batch whose records can all be read; for everything else the batch of aiokafka."""

    def __init__(self, batch: Any, fetched: bytes, number: int) -> None:
        self._batch = batch
        self._fetched = fetched
        self._number = number  # among the batches of the fetch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        done = 0
        try:
            for record in self._batch:
                yield record
                done += 1
        except UnicodeDecodeError:
            yield from islice(_lenient(_cut_out(self._fetched, self._number)), done, None)


def _cut_out(fetched: bytes, number: int) -> bytes:
    """Return the bytes of one batch."""
    rest = memoryview(fetched)
    for _ in range(number):
        rest = rest[_size(rest) :]
    return bytes(rest[: _size(rest)])


def _size(batch: memoryview) -> int:
    return _BEFORE_LENGTH + int.from_bytes(batch[_LENGTH], "big")


def _lenient(batch: bytes) -> Iterator[Any]:
    records: Any = _DefaultRecordBatchPy(batch)
    iter(records)  # unpacks what is compressed
    records._buffer = _Lenient(records._buffer)  # noqa: SLF001 - see on_faust/inside.py
    found: Iterator[Any] = records
    return found


class _Lenient(bytearray):
    """Bytes whose parts always decode."""

    def __getitem__(self, place: SupportsIndex | slice) -> Any:
        part = super().__getitem__(place)
        return _Lenient(part) if isinstance(part, bytearray) else part

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Return the text, with an escape for each byte that is none."""
        del errors
        return super().decode(encoding, "backslashreplace")
