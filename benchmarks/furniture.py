# ruff: noqa: RUF001 - syllables of five scripts
"""How much of what a source puts around its stories is learnt: `python -m benchmarks.furniture`.

Made-up stories of 20 sources, 60 each, in five scripts, with seven kinds of lines around or inside
them. Printed is the share of each kind that is gone from a source's fourth story on, and the share
of genuine lines that is lost.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.made_articles import prepared
from streams.core.dedupe import Deduper
from streams.settings import DedupeSettings
from streams.units import HOUR_MS

SOURCES: Final = 20
STORIES: Final = 60
FROM_STORY: Final = 4
SLOW_HOURS: Final = 40  # of one source in ten
_ALPHABETS: Final = {
    "latin": ("ba ce di fo gu ha je ki lo mu na pe sha tre", " ", "."),
    "cyrillic": ("ба це ди фо гу ха же ки ло му на пе ша тре", " ", "."),
    "arabic": ("با سي دو فا جو ها كي لو مو نا بي شا تر قا", " ", "."),
    "han": ("山 水 城 人 桥 学 校 市 车 船 海 河 村 镇 田 林", "", "。"),
    "thai": ("บา เก ดี โฟ กู หา เจ คิ โล มู นา เป ชา เต", "", " "),
}
_MONTHS: Final = ("January", "March", "May", "June", "August", "October", "December")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a story and what it is there for."""

    text: str
    kind: str = "genuine"


class Source:
    """A source that writes in one script and puts the same kinds of lines into every story."""

    def __init__(self, number: int) -> None:
        """Make up its words and its standing lines."""
        self.name = f"source{number}.example"
        self.is_slow = number % 10 == 9
        self._rng = np.random.default_rng(number)
        syllables, self._blank, self._stop = list(_ALPHABETS.values())[number % len(_ALPHABETS)]
        self._words = [
            "".join(self._rng.choice(syllables.split(), self._rng.integers(2, 5)))
            for _ in range(2_000)
        ]
        self._standing = {
            kind: self.sentence(words)
            for kind, words in (
                ("top", 5), ("bottom", 8), ("middle", 4), ("behind", 9), ("dated", 3),
                ("numbered", 4), ("background", 30), ("report", 5),
            )
        }  # fmt: skip

    def sentence(self, words: int) -> str:
        """Return a sentence unlike any other."""
        return self._blank.join(self._rng.choice(self._words, words)) + self._stop

    def story(self, number: int) -> list[Line]:
        """Return the lines of a story: seven kinds of standing lines around its own."""
        rng, standing = self._rng, self._standing
        own = [Line(self.sentence(int(rng.integers(14, 40)))) for _ in range(rng.integers(8, 14))]
        day, hour = rng.integers(1, 29), f"{rng.integers(0, 24)}:{rng.integers(10, 60)}"
        dated = f"{standing['dated']} {day} {rng.choice(_MONTHS)} 2026, {hour}"
        label = standing["middle"].rstrip(self._stop)
        counted = f"{standing['numbered']} {rng.integers(20, 90_000):,}"
        half = len(own) // 2
        # Genuine: the background of a running story, and the last line of the daily report.
        closing = [Line(standing["background"], "genuine background")] if number % 2 else []
        if number % 3 == 0:
            closing = [Line(f"{standing['report']} {rng.integers(900, 9_000):,}", "genuine report")]
        return [
            Line(standing["top"], "constant"),
            Line(dated, "dated"),
            *own[:half],
            Line(label, "label inside"),
            *own[half:],
            *closing,
            Line(standing["behind"], "behind a varying line"),
            Line(self.sentence(7), "varying"),
            Line(counted, "numbered"),
            Line(standing["bottom"], "constant"),
        ]


def measure(sources: int = SOURCES, stories: int = STORIES) -> dict[str, float]:
    """Return by kind the share of lines that is gone from the fourth story on."""
    seen, gone = Counter[str](), Counter[str]()
    for source in map(Source, range(sources)):
        for kind, is_gone in _stream(source, stories):
            seen[kind] += 1
            gone[kind] += is_gone
    return {kind: gone[kind] / count for kind, count in seen.items()}


def _stream(source: Source, stories: int) -> Iterator[tuple[str, bool]]:
    """Yield every line of the later stories of a source: its kind, and whether it was removed."""
    deduper = Deduper(DedupeSettings())
    hours = SLOW_HOURS if source.is_slow else 1
    for number in range(stories):
        lines = source.story(number)
        article = prepared([line.text for line in lines], number, source=source.name)
        outcome = deduper.decide(article, number, (1_000 + hours * number) * HOUR_MS)
        assert outcome.article is not None  # noqa: S101 - nothing is delivered twice here
        assert outcome.record is not None  # noqa: S101
        deduper.remember(number, outcome.record)
        if number + 1 >= FROM_STORY:
            removed = {removal.start for removal in outcome.article.removals}
            for line, paragraph in zip(lines, article.paragraphs, strict=True):
                kind = f"{line.kind}, slow source" if source.is_slow else line.kind
                yield kind, paragraph.start in removed


def main() -> None:
    """Print the shares."""
    for kind, share in sorted(measure().items()):
        print(f"{kind:36} {share:.3f} gone")


if __name__ == "__main__":
    main()
