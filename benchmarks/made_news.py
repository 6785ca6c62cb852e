"""A made-up news feed in plain English, for measurements of speed: no one's text.

Sentences are put together from clauses of our own, so function words, names, figures, quotes and
lengths of paragraphs are as in news; nouns and verbs are as frequent as ranks go (Zipf). A fifth
of the articles are copies under another source, a tenth are edited copies, and half of all have
lines around them that are not the article.
"""

import json
import random
import tomllib
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

COPY_SHARE = 0.2
NEAR_COPY_SHARE = 0.1
RESIDUE_SHARE = 0.5
SOURCES = 40
# Copies follow their originals within so many articles.
RECENT = 2_000
TEXT_CHARS = 4_500
PARTITIONS = 4

_FILE = Path(__file__).with_name("made_news_words.toml")
_WORDS: dict[str, list[str]] = {
    kind: words.split() for kind, words in tomllib.loads(_FILE.read_text("utf-8")).items()
}
_UNITS = ("crowns", "residents", "metres", "tonnes", "visitors", "homes", "jobs", "euros", "hours")
_LINKS = ("after", "before", "although", "while", "because", "once", "so that", "even though")
_RESIDUE = (
    "Share this article",
    "Advertisement",
    "Sign up for our daily newsletter",
    "Follow us on social media",
    "Read more: {headline}",
    "Related articles",
    "Photo: {person}",
    "Click here to subscribe",
    "Leave a comment",
    "We use cookies to improve your experience. Accept all",
    "All rights reserved.",
)


class Article(NamedTuple):
    """A made-up article: what a producer knows of it."""

    number: int
    source: str
    title: str
    lines: tuple[str, ...]

    def as_json(self) -> bytes:
        """Return it as a raw message."""
        return json.dumps(
            {
                "id": str(self.number),
                "source": self.source,
                "title": self.title,
                "content": "\n".join(self.lines),
                "published_at": f"2026-03-{1 + self.number % 28:02}T06:00:00Z",
            }
        ).encode()

    @property
    def key(self) -> str:
        """A key for each partition: all articles of a partition share it.

        Quix Streams keeps its state by key, so this gives it what a partition has seen.
        """
        return KEYS[self.number % PARTITIONS]


# Keys that murmur2, Kafka's default, sends to the partitions 0 to 3 of four.
KEYS = ("desk-0", "desk-7", "desk-8", "desk-4")


class Writer:
    """Puts sentences together."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._weights = {
            kind: list(accumulate(1 / (rank + 3) for rank in range(len(_WORDS[kind]))))
            for kind in ("nouns", "adjectives", "verbs")
        }

    def _ranked(self, kind: str) -> str:
        return self._rng.choices(_WORDS[kind], cum_weights=self._weights[kind])[0]

    def word(self) -> str:
        """Return a noun with a capital."""
        return self._ranked("nouns").capitalize()

    def _one(self, kind: str) -> str:
        return self._rng.choice(_WORDS[kind])

    def person(self) -> str:
        """Return a name."""
        return f"{self._one('first')} {self._one('last')}"

    def _noun_phrase(self) -> str:
        article = self._rng.choice(("the", "the", "the", "a", "its", "their", "this", "every"))
        adjective = f"{self._ranked('adjectives')} " if self._rng.random() < 0.5 else ""
        noun = self._ranked("nouns")
        ending = ""
        match self._rng.randrange(6):
            case 0:
                ending = f" in {self._one('places')}"
            case 1:
                ending = f" of the {self._ranked('nouns')}"
            case 2:
                ending = f" for {self._figure()}"
        start = f"{adjective}{noun}"
        return f"{'an' if article == 'a' and start[0] in 'aeiou' else article} {start}{ending}"

    def _figure(self) -> str:
        number = self._rng.choice((self._rng.randint(2, 90), self._rng.randint(100, 9_000)))
        return f"{number:,} {self._rng.choice(_UNITS)}"

    def _clause(self) -> str:
        subject, verb, obj = self._noun_phrase(), self._ranked("verbs"), self._noun_phrase()
        when = f" on {self._one('days')}" if self._rng.random() < 0.25 else ""
        return f"{subject} {verb} {obj}{when}"

    def sentence(self) -> str:
        """Return a sentence with its full stop."""
        rng = self._rng
        match rng.randrange(7):
            case 0:
                said = self._clause()
                text = f"“{said[0].upper()}{said[1:]},” said {self.person()}, {self._role()}"
            case 1:
                text = f"according to {self.person()}, {self._clause()}"
            case 2:
                text = f"{self._clause()}, {rng.choice(_LINKS)} {self._clause()}"
            case 3:
                text = f"some {self._figure()} were counted when {self._clause()}"
            case 4:
                text = f"in {self._one('places')}, {self._clause()} and {self._ranked('verbs')} it"
            case 5:
                text = f"{self.person()} {self._ranked('verbs')} {self._noun_phrase()}"
                text += f" {rng.choice(_LINKS)} {self._clause()}"
            case _:
                text = self._clause()
        return f"{text[0].upper()}{text[1:]}."

    def _role(self) -> str:
        return f"{self._one('roles')} of {self._one('places')}"

    def headline(self) -> str:
        """Return a headline."""
        clause = self._clause().removeprefix("the ").removeprefix("a ")
        return f"{clause[0].upper()}{clause[1:]}"

    def paragraphs(self, chars: int) -> list[str]:
        """Return paragraphs that have so many characters together."""
        found: list[str] = []
        size = 0
        while size < chars:
            text = " ".join(self.sentence() for _ in range(self._rng.randint(1, 4)))
            found.append(text)
            size += len(text) + 1
        return found

    def with_residue(self, lines: list[str]) -> list[str]:
        """Return lines with some around them that are not the article."""
        around = self._rng.sample(_RESIDUE, self._rng.randint(1, 4))
        made = [text.format(headline=self.headline(), person=self.person()) for text in around]
        above = self._rng.randint(0, 1)
        return [*made[:above], *lines, *made[above:]]

    def edited(self, lines: list[str]) -> list[str]:
        """Return lines as another desk would run them: some rewritten, one left out."""
        changed = list(lines)
        for _ in range(max(1, len(lines) // 8)):
            place = self._rng.randrange(len(changed))
            *kept, _last = changed[place].split(". ")
            changed[place] = ". ".join([*kept, self.sentence()])
        if len(changed) > 4:
            del changed[self._rng.randrange(2, len(changed))]
        return changed


def articles(count: int, seed: int = 11) -> Iterator[Article]:
    """Yield a feed of `count` articles of some 4.9 KB as JSON, the same at each call."""
    writer, rng = Writer(seed), random.Random(seed + 1)
    originals: list[tuple[str, str, list[str]]] = []
    for number in range(count):
        source = f"source{rng.randrange(SOURCES)}.example"
        kind = rng.random() if originals else 1.0
        if kind < COPY_SHARE + NEAR_COPY_SHARE:
            of, title, lines = rng.choice(originals[-RECENT:])
            while source == of:
                source = f"source{rng.randrange(SOURCES)}.example"
            if kind >= COPY_SHARE:
                lines = writer.edited(lines)
        else:
            title, lines = writer.headline(), writer.paragraphs(TEXT_CHARS)
            originals.append((source, title, lines))
        shown = writer.with_residue(lines) if rng.random() < RESIDUE_SHARE else lines
        yield Article(number, source, title, tuple(shown))
