"""The table of one run in Markdown, for the terminal and for docs/performance.md."""

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.peers.measuring import Latency, Measured
from benchmarks.peers.systems import System

PAGE = Path(__file__).parents[2] / "docs/performance.md"
BEGIN = "<!-- peers: written by make bench-peers -->"
END = "<!-- peers: end -->"
RATES = (100, 500)


class Run(NamedTuple):
    """All that one run of the benchmark found; `absent` says why a system was not measured."""

    articles: int
    rounds: int
    systems: Sequence[System]
    middle: Mapping[str, Measured]
    latencies: Mapping[str, Sequence[Latency]]
    absent: Mapping[str, str]
    pages: tuple[float, float] | None


def middle_of(runs: Sequence[Measured]) -> Measured:
    """Return the median of each figure."""
    return Measured(*(median(values) for values in zip(*runs, strict=True)))


def lines_of(run: Run) -> Iterator[str]:
    """Yield the lines of the report."""
    if run.systems:
        yield (
            f"{run.articles:,} articles of 4.9 KB, medians of {run.rounds}; "
            f"Python {platform.python_version()}, {os.cpu_count()} cores for all."
        )
        yield ""
        heads = ["system", "job", "promises", "articles/s", "CPU µs an article", "of the broker"]
        heads += ["MB", *(f"p50 / p99 ms at {rate}/s" for rate in RATES)]
        yield _row(heads)
        yield _row(["---"] * len(heads))
        yield from (_row(_cells(system, run)) for system in run.systems)
    if run.pages:
        own, alone = run.pages
        yield ""
        yield (
            f"HTML pages a second of one core: cleanwire {own:.0f} to finished record, "
            f"trafilatura alone {alone:.0f} to text; {own / alone:.2f}."
        )


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(system: System, run: Run) -> list[str]:
    name = f"**{system.name}**" if system.is_cleanwire else system.name
    head = [name, system.job, system.promises]
    if system.name not in run.middle:
        return [*head, run.absent.get(system.name, "").partition(";")[0], "", "", "", "", ""]
    found = run.middle[system.name]
    late = [f"{each.p50_ms:.0f} / {each.p99_ms:.0f}" for each in run.latencies.get(system.name, ())]
    return [*head, *(f"{figure:,.0f}" for figure in found), *(late or [""] * len(RATES))]


def ratios_of(run: Run) -> dict[str, float]:
    """Return how many times as fast as each peer cleanwire is, by clock and by CPU time."""
    found: dict[str, float] = {}
    if own := run.middle.get("cleanwire"):
        for name, peer in run.middle.items():
            if name != "cleanwire":
                found[f"articles a second : {name}"] = own.articles_per_s / peer.articles_per_s
                found[f"articles a CPU second : {name}"] = peer.cpu_us / own.cpu_us
    if run.pages:
        found["pages a CPU second : trafilatura"] = run.pages[0] / run.pages[1]
    return found


def write(lines: Sequence[str]) -> None:
    """Put the report into its place in docs/performance.md."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text("\n".join([f"{before}{BEGIN}", *lines, f"{END}{after}"]), "utf-8")
