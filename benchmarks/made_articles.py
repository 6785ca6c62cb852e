"""Made-up articles of a given size for measurements of speed and memory: no one's text."""

import base64
from collections.abc import Iterator

import numpy as np

from schemas import ContentType, PreparedArticle, RawRef
from schemas.prepared import Origin, Paragraph
from streams.core.article.fingerprint import FINGERPRINT_VERSION, fingerprint

_SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "sha", "tre")
_FREQUENT = 300


def paragraphs(seed: int, count: int, chars: int = 4_900) -> Iterator[list[str]]:
    """Yield articles of about `chars` characters: words as frequent as in a language (Zipf)."""
    rng = np.random.default_rng(seed)
    words = ["".join(rng.choice(_SYLLABLES, rng.integers(1, 5))) for _ in range(20_000)]
    per_article = chars // 6
    for _ in range(count):
        ranks = np.minimum(rng.zipf(1.25, per_article), len(words)) - 1
        # The frequent words stay, the tail is spread evenly over the vocabulary.
        ranks = np.where(ranks > _FREQUENT, rng.integers(_FREQUENT, len(words), per_article), ranks)
        text = [words[rank] for rank in ranks]
        for place in range(0, per_article, 12):
            text[place] = text[place].capitalize()
        for place in range(5, per_article, 40):
            text[place] = str(rng.integers(1, 9_999))
        lengths = rng.integers(20, 48, per_article // 20)
        ends = np.cumsum(lengths)
        ends = np.append(ends[ends < per_article], per_article)
        yield [
            " ".join(text[start:end]) + "."
            for start, end in zip([0, *ends[:-1]], ends, strict=True)
        ]


def prepared(
    texts: list[str], number: int, *, source: str, title: str | None = None
) -> PreparedArticle:
    """Return the article that stage 1 would hand over."""
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)]).tolist()
    return PreparedArticle(
        id=f"{source}/{number}",
        id_origin=Origin.PRODUCER,
        source=source,
        source_origin=Origin.PRODUCER,
        raw_ref=RawRef(topic="news.raw", partition=0, offset=number),
        raw_timestamp_ms=0,
        content_type=ContentType.TEXT,
        title=title,
        paragraphs=tuple(
            Paragraph(text=text, start=start, end=start + len(text))
            for text, start in zip(texts, starts, strict=False)
        ),
        chars_in=starts[-1],
        fingerprint_version=FINGERPRINT_VERSION,
        fingerprints=base64.b64encode(fingerprint(texts)),
    )
