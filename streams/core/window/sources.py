"""What the window knows of each source: its recent stories, and how much it sends."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, NamedTuple

# Stories of a source among which its furniture is looked for: recent enough to follow a new
# design, many enough that a running story's background paragraph is not in 30 % of them.
RECENT_STORIES: Final = 24


class Recent(NamedTuple):
    """The latest article of a story: its arrival, and its lines; held here, records lie on disk."""

    arrived_at_ms: int
    mask: bytes  # key of each paragraph, dates and numbers masked, 4 bytes
    standing: bytes  # a bit a paragraph: it stood in a story of the source before


@dataclass(slots=True)
class _Source:
    recent: dict[int, Recent] = field(default_factory=dict)  # by position of the story
    hours: dict[int, int] = field(default_factory=dict)  # articles an hour


class Sources:
    """Recent stories and articles an hour, by source."""

    def __init__(self) -> None:
        self._sources: dict[str, _Source] = {}
        self._names: dict[int, set[str]] = {}  # by hour: who sent something

    def note(self, name: str, story: int, recent: Recent, hour: int) -> None:
        """Note an article: its story moves to the end of the recent ones."""
        source = self._sources.get(name)
        if source is None:
            source = self._sources[name] = _Source()
        if hour in source.hours:
            source.hours[hour] += 1
        else:
            source.hours[hour] = 1
            self._names.setdefault(hour, set()).add(name)
        stories = source.recent
        stories.pop(story, None)
        stories[story] = recent
        # One more than is asked for: the story of the article in question is left out.
        if len(stories) > RECENT_STORIES + 1:
            del stories[next(iter(stories))]

    def recent(self, name: str) -> list[tuple[int, Recent]]:
        """Return (story, its latest article), the latest last."""
        source = self._sources.get(name)
        return list(source.recent.items()) if source else []

    def articles_since(self, name: str, hour: int) -> int:
        """Return how many articles arrived in that hour and later."""
        source = self._sources.get(name)
        if source is None:
            return 0
        return sum(count for when, count in source.hours.items() if when >= hour)

    def forget(self, gone_hours: Collection[int], cutoff_ms: int) -> None:
        """Let go of whole hours, articles up to `cutoff_ms`, and sources without any.

        Only sources that sent something in those hours are looked at.
        """
        for name in set().union(*(self._names.pop(hour, ()) for hour in gone_hours)):
            source = self._sources[name]
            for hour in gone_hours:
                source.hours.pop(hour, None)
            if not source.hours:
                del self._sources[name]
                continue
            for story, recent in list(source.recent.items()):
                if recent.arrived_at_ms <= cutoff_ms:
                    del source.recent[story]
