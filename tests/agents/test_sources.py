"""What a worker shows of the sources that it watches."""

from schemas import RejectionNote
from streams.agents.sources import WatchedSources
from streams.core.drift.memory import SourcesMemory
from streams.metrics import Metrics
from tests.support.feed import prepared

AT_MS = 1_780_000_000_000


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    """Return the value of a series."""
    return metrics.registry.get_sample_value(f"cleanwire_{name}", labels)


def watched(most: int = 10) -> tuple[WatchedSources, Metrics]:
    """Return sources of partition 3, and where they are shown."""
    metrics = Metrics()
    return WatchedSources(3, SourcesMemory(most), metrics), metrics


def see(sources: WatchedSources, source: str, number: int, text: str) -> None:
    """Let an article arrive."""
    article = prepared([text], id=f"{source}/{number}", source=source, title="A title")
    sources.see_article(article, number, AT_MS + 1_000 * number)


def test_sources_are_counted_by_state() -> None:
    """Of each state, also those that no source is in; a change is counted once."""
    sources, metrics = watched()
    for number in range(60):
        see(sources, "wire.example", number, "x" * (3_000 if number < 40 else 60))
    see(sources, "new.example", 60, "x")
    sources.count()
    sources.count()
    shown = {
        state: value(metrics, "sources", partition="3", state=state)
        for state in ("learning", "steady", "layout_changed", "quiet")
    }
    assert shown == {"learning": 1, "steady": 0, "layout_changed": 1, "quiet": 0}
    assert value(metrics, "sources_flagged_total", state="layout_changed") == 1
    assert value(metrics, "sources_flagged_total", state="quiet") == 0


def test_the_number_of_series_does_not_follow_the_number_of_sources() -> None:
    """No source is a label; one that is forgotten for another is a bound that was reached."""
    sources, metrics = watched(most=10)
    for number in range(25):
        see(sources, f"{number}.example", number, "x")
    sources.count()
    assert value(metrics, "sources", partition="3", state="learning") == 10
    assert value(metrics, "bounds_reached_total", bound="sources") == 15


def test_a_partition_of_another_worker_shows_no_source() -> None:
    """Else two workers would show them at the same time."""
    sources, metrics = watched()
    see(sources, "wire.example", 0, "x")
    sources.count()
    sources.hand_over()
    assert value(metrics, "sources", partition="3", state="learning") == 0


def test_records_go_to_the_partition_of_the_memory() -> None:
    """Whatever the key: with several partitions a source may have one record in each."""
    sources, _ = watched()
    note = RejectionNote(source="Wire.Example", reason="no_text", origin="news.raw/0/1")
    (output,) = sources.see_rejection(note, 0, AT_MS)
    assert (output.door, output.key, output.partition) == ("sources", b"wire.example", 3)
