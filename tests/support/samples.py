"""Figures measured again and again, as charts of characters and as a growth."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

CHART_CHARS = 72
BARS = "▁▂▃▄▅▆▇█"


@dataclass
class Samples:
    """What was measured: seconds since the start, and a row for each figure."""

    at_s: list[float] = field(default_factory=list)
    rows: dict[str, list[float]] = field(default_factory=dict)

    def take(self, at_s: float, figures: Mapping[str, float]) -> None:
        """Add what was measured at one moment."""
        self.at_s.append(at_s)
        for name, figure in figures.items():
            self.rows.setdefault(name, []).append(figure)

    def growth(self, name: str, warm_up_s: float) -> float:
        """Return by how much a figure grew after the warm-up, as a share.

        Medians of the first and of the last quarter of the time: single samples are of a moment.
        """
        from_s = min(warm_up_s, self.at_s[-1] / 2)
        warm = [value for at, value in zip(self.at_s, self.rows[name], strict=True) if at >= from_s]
        quarter = max(1, len(warm) // 4)
        before, after = statistics.median(warm[:quarter]), statistics.median(warm[-quarter:])
        return after / before - 1 if before else 0.0

    def charts(self) -> str:
        """Return a line of bars for each figure, from 0 to its largest value."""
        width = max(map(len, self.rows))
        return "\n".join(
            f"{name:{width}}  {bars(row)}  {row[0]:,.0f} … {row[-1]:,.0f} (at most {max(row):,.0f})"
            for name, row in self.rows.items()
        )


def bars(row: Sequence[float], chars: int = CHART_CHARS) -> str:
    """Return figures as bars, each the largest of a stretch of time.

    >>> bars([0, 1, 2, 4], chars=4)
    '▁▃▅█'
    """
    stretches = [
        row[len(row) * at // chars : max(len(row) * at // chars + 1, len(row) * (at + 1) // chars)]
        for at in range(min(chars, len(row)))
    ]
    largest = max(row) or 1
    return "".join(BARS[round(max(part) / largest * (len(BARS) - 1))] for part in stretches)
