"""Articles for tests, as stage 1 would hand them over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas import ContentType, PreparedArticle, RawRef
from schemas.prepared import Origin, Paragraph
from streams.core.article.fingerprint import FINGERPRINT_VERSION, fingerprint
from streams.core.dedupe import Deduper, Outcome
from streams.settings import DedupeSettings

HOUR_MS = 3_600_000


def prepared(
    text: str | list[str],
    *,
    id: str = "wire.example/1",  # noqa: A002
    source: str = "wire.example",
    offset: int = 0,
    doubts: Mapping[str, float] | None = None,
    **fields: Any,
) -> PreparedArticle:
    """Return an article whose paragraphs are the given ones, or the lines of a text.

    `doubts` tells of which lines stage 1 doubted that they belong, and how much.
    """
    texts = text if isinstance(text, list) else [line for line in text.split("\n") if line]
    paragraphs = []
    start = 0
    for line in texts:
        doubt = (doubts or {}).get(line)
        paragraphs.append(Paragraph(text=line, start=start, end=start + len(line), doubt=doubt))
        start += len(line) + 1
    packed = fingerprint(texts)
    return PreparedArticle.model_construct(
        **{name: field.default for name, field in PreparedArticle.model_fields.items()}
        | {
            "extra": {},
            "removed_chars": {},
            "id": id,
            "id_origin": Origin.PRODUCER,
            "source": source,
            "source_origin": Origin.PRODUCER,
            "raw_ref": RawRef(topic="news.raw", partition=0, offset=offset),
            "raw_timestamp_ms": 0,
            "content_type": ContentType.TEXT,
            "paragraphs": tuple(paragraphs),
            "chars_in": start,
            "fingerprint_version": FINGERPRINT_VERSION,
            "fingerprints": packed,
        }
        | fields
    )


@dataclass
class Feed:
    """A stream of articles through one window: what comes out, in order."""

    settings: DedupeSettings = field(default_factory=DedupeSettings)
    now_ms: int = 1_000 * HOUR_MS
    position: int = 0

    def __post_init__(self) -> None:
        """Start with an empty window."""
        self.deduper = Deduper(self.settings)
        self.window = self.deduper.window
        self.outcomes: list[Outcome] = []
        self.articles: list[tuple[PreparedArticle, int]] = []

    def push(self, article: PreparedArticle, *, after_h: float = 0.0) -> Outcome:
        """Decide on an article that arrives some hours after the last one, and remember it."""
        self.now_ms += int(after_h * HOUR_MS)
        outcome = self.deduper.decide(article, self.position, self.now_ms)
        self.articles.append((article, self.now_ms))
        if outcome.record is not None:
            self.window.remember(self.position, outcome.record)
        self.outcomes.append(outcome)
        self.position += 1
        return outcome

    def say(self, text: str | list[str], **fields: Any) -> Outcome:
        """Push a text; id and raw message are new unless given."""
        after_h = fields.pop("after_h", 0.0)
        fields.setdefault("id", f"{fields.get('source', 'wire.example')}/{self.position}")
        fields.setdefault("offset", self.position)
        return self.push(prepared(text, **fields), after_h=after_h)


def text_of(outcome: Outcome) -> list[str]:
    """Return the paragraphs that are published."""
    assert outcome.article is not None
    return [paragraph.text for paragraph in outcome.article.paragraphs]
