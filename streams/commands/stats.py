"""`cleanwire stats`: how many articles came out where, by verdict, source and story."""

import asyncio
import json
import sys
from collections import Counter
from dataclasses import dataclass, field

from rich import box
from rich.table import Table

from streams.commands.facts import Facts
from streams.commands.shared import AsJson, Since, out, since_ms
from streams.core.messages.message import Message
from streams.kafka.topics.reading import open_reader
from streams.settings import Settings
from streams.settings.load import load_settings
from streams.topology import names

SHOWN = 20
UNKNOWN = "(unknown)"


def stats_command(*, since: Since = None, as_json: AsJson = False) -> None:
    """Count what came out: by topic, verdict or reason, by source, and the most copied stories.

    Status 74 when a topic is missing, 75 when Kafka cannot be reached.
    """
    counted = asyncio.run(count_outcomes(load_settings(), since_ms(since)))
    if as_json:
        sys.stdout.write(json.dumps(counted.as_dict(), ensure_ascii=False) + "\n")
        return
    if not counted.verdicts:
        out.print("nothing has come out" + (" since then" if since else ""), highlight=False)
        return
    for title, counts in counted.tables().items():
        if not counts:
            continue
        table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left")
        table.add_column("", overflow="fold")
        table.add_column("articles", justify="right")
        for name, number in counts.most_common(SHOWN):
            table.add_row(name, f"{number:,}")
        if len(counts) > SHOWN:
            table.add_row(f"… {len(counts) - SHOWN:,} more", "")
        out.print(table)


@dataclass
class OutcomeCounts:
    """Counts of outcomes."""

    verdicts: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    copies: Counter[str] = field(default_factory=Counter)

    def take(self, message: Message) -> None:
        """Count a record."""
        facts = Facts.of(message)
        door = message.topic.rpartition(".")[2]
        self.verdicts[f"{door}: {facts.verdict or 'stray record'}"] += 1
        self.sources[facts.source or UNKNOWN] += 1
        if facts.verdict in ("duplicate", "syndicated") and facts.story:
            self.copies[facts.story] += 1

    def tables(self) -> dict[str, Counter[str]]:
        """Return the counts under their titles."""
        return {
            "By topic and verdict": self.verdicts,
            "By source": self.sources,
            "Copies by story": self.copies,
        }

    def as_dict(self) -> dict[str, dict[str, int]]:
        """Return all counts, largest first."""
        return {
            "verdicts": dict(self.verdicts.most_common()),
            "sources": dict(self.sources.most_common()),
            "copies_by_story": dict(self.copies.most_common()),
        }


async def count_outcomes(settings: Settings, from_ms: int | None) -> OutcomeCounts:
    """Return the counts of all outcomes from a time (ms since 1970) on.

    Raises:
        KafkaError: if Kafka cannot be reached or a topic does not exist.
    """
    counted = OutcomeCounts()
    async with open_reader(settings, names(settings).outputs) as reader:
        await (reader.to_time(from_ms) if from_ms else reader.to_beginning())
        async for message in reader.to_end():
            counted.take(message)
    return counted
