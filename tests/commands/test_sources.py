"""`cleanwire sources` in words."""

import io

from rich.console import Console

from schemas import SourceRecord
from streams.commands.sources import as_line, described, table_of
from streams.core.drift.memory import SourcesMemory
from streams.core.drift.sample import Sample
from streams.units import HOUR_MS

MONDAY_MS = (168 * 2_900 + 96) * HOUR_MS  # in 2025


def records(messages: list[tuple[str, int, int]]) -> dict[str, SourceRecord]:
    """Return the latest records of sources after (source, characters, hour) of each message."""
    memory, latest = SourcesMemory(10), {}
    for number, (source, chars, hour) in enumerate(messages):
        sample = Sample(f"{source}/{number}", 4_000, chars, has_title=True)
        for note in memory.see(source, sample, number, MONDAY_MS + hour * HOUR_MS):
            assert note.record is not None
            latest[note.key] = note.record
    return latest


CHANGED = [("wire.example", 3_000 if number < 40 else 100, number // 10) for number in range(50)]
SILENT = [
    (source, 3_000, hour)
    for hour in range(24 * 14)
    for source in ("still.example", "wire.example")
    if source == "wire.example" or hour < 24 * 12
]


def test_a_change_is_told_with_figures_and_examples() -> None:
    """Those before and those now, of the measures that changed."""
    record = records(CHANGED)["wire.example"]
    (change,) = record.changes
    assert described(record, change) == [
        "wire.example has another layout since 2025-08-04 04:00 UTC",
        "  kept: 75 % before, 2 % now",
        "  characters: 3,068 before, 101 now",
        "  see: wire.example/46, wire.example/47",
    ]


def test_a_silence_is_told_with_its_length() -> None:
    """Beside the longest that was usual."""
    record = records(SILENT)["still.example"]
    (change,) = record.changes
    head, last = described(record, change)
    assert head.startswith("still.example has been silent since 2025-08-15 23:00 UTC: ")
    assert head.endswith(" hours when it was noticed, at most 0 in the four weeks before")
    assert last.startswith("  last: still.example/")


def test_a_row_for_each_source_and_a_line_without_the_memory() -> None:
    """A program has no use for what a worker goes on from."""
    record = records(CHANGED)["wire.example"]
    text = io.StringIO()
    Console(file=text, width=160).print(table_of([record]))
    assert "wire.example" in text.getvalue()
    assert "layout_changed" in text.getvalue()
    assert '"memory"' not in as_line(record)
