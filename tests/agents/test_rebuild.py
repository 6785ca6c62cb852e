"""A stage that takes a partition over knows of its sources what the one before knew."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from schemas import SourceRecord
from streams.agents.dedupe import DedupeStage
from streams.core.messages.message import Handled, Message, TableRecord
from streams.headers import SCHEMA
from streams.kafka.on_faust.record_files import RecordFiles
from streams.metrics import Metrics
from streams.settings import DedupeSettings
from streams.topology import SOURCES
from tests.support.raw import article

AT_MS = 1_780_000_000_000
TEXT = "In week {} the harbour had {} ships, and the fog came in over the wall at noon.\n" * 6


def message(offset: int, *, is_short: bool = False) -> Message:
    """Return a prepared article; a short one has a line of its text."""
    text = TEXT.format(*(offset * 7 + number for number in range(12)))
    prepared = article(text[:80] if is_short else text)
    prepared = prepared.model_copy(
        update={"id": f"wire.example/{offset}", "source": "wire.example"}
    )
    value = prepared.model_dump_json(exclude_none=True).encode()
    header = (SCHEMA, b"PreparedArticle")
    return Message("news.prepared", 0, offset, AT_MS + 1_000 * offset, b"all", value, (header,))


class Worker:
    """A stage over the table of a partition, and what it has published of sources."""

    def __init__(self, files: RecordFiles, written: dict[bytes, bytes]) -> None:
        def remember(_partition: int, position: int, at_ms: int, record: bytes) -> TableRecord:
            files.put(at_ms // 3_600_000, position, record)
            return TableRecord(b"", b"")

        async def read(partitions: Any) -> dict[int, list[SourceRecord]]:
            records = [SourceRecord.model_validate_json(value) for value in written.values()]
            return dict.fromkeys(partitions, records)

        table: Any = SimpleNamespace(
            remember=remember, records=SimpleNamespace(of=lambda _partition: files)
        )
        self.stage = DedupeStage(DedupeSettings(), table, Metrics(), read)
        self.written = written

    def handle(self, each: Message) -> Handled:
        """Handle a message, as if its transaction were committed at once."""
        (work,) = self.stage.begin([each])
        handled = work()
        for output in handled.outputs:
            if output.door == SOURCES:
                assert output.key is not None
                assert output.value is not None
                self.written[output.key] = output.value
        return handled


@pytest.fixture
def files(tmp_path: Path) -> Iterator[RecordFiles]:
    """The records of a partition."""
    held = RecordFiles(tmp_path)
    yield held
    held.close()


async def test_what_was_known_of_sources_comes_back(files: RecordFiles) -> None:
    """From their records, and from the window for what came after them."""
    written: dict[bytes, bytes] = {}
    first = Worker(files, written)
    await first.stage.rebuild({0: (0, 0)})
    for offset in range(35):
        first.handle(message(offset))
    (value,) = written.values()
    record = SourceRecord.model_validate_json(value)
    assert record.memory["position"] == 29  # what came since is in the window alone

    second = Worker(files, dict(written))
    await second.stage.rebuild({0: (0, 35)})
    for offset in range(35, 44):
        first.handle(message(offset, is_short=True))
        second.handle(message(offset, is_short=True))
    assert second.written == first.written
    (changed,) = map(SourceRecord.model_validate_json, second.written.values())
    assert changed.changes[0].before.messages == 35 + 8 - 10


async def test_work_that_was_not_committed_counts_once(files: RecordFiles) -> None:
    """Its records are in the table already, and it is done again."""
    written: dict[bytes, bytes] = {}
    first = Worker(files, written)
    await first.stage.rebuild({0: (0, 0)})
    for offset in range(36):
        first.handle(message(offset))
    second = Worker(files, dict(written))
    await second.stage.rebuild({0: (0, 33)})
    for offset in range(33, 36):
        second.handle(message(offset))
    held = [worker.stage._held[0].sources._memory for worker in (first, second)]
    one, other = (memory._sources["wire.example"].record() for memory in held)
    assert one == other
