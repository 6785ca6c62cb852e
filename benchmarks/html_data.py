"""Labelled pages of HTML: DIR/html/NNNN.html.gz with DIR/ground-truth/NNNN.json.

The layout is that of the web content extraction benchmark (Murrough Foley, CC BY 4.0).
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from streams.core.text.address import registrable_domain
from streams.core.text.charset import decode_bytes

ARTICLE = "article"


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page as it was served, and the text of its article as a person sees it."""

    name: str
    url: str
    html: bytes
    title: str | None
    truth: str

    @property
    def domain(self) -> str:
        """The registrable domain, by which folds are made."""
        return registrable_domain(self.url) or self.name

    @property
    def markup(self) -> str:
        """The page decoded as `cleanwire` decodes a page without a header."""
        return decode_bytes(self.html, None)[0]


def read_labelled(directory: Path) -> Iterator[LabelledPage]:
    """Yield the article pages of a directory, in the order of their names."""
    for path in sorted((directory / "ground-truth").glob("*.json")):
        record = json.loads(path.read_text("utf-8"))
        kind = record.get("_internal", {}).get("page_type", {}).get("primary", ARTICLE)
        truth = record["ground_truth"]
        html = directory / "html" / f"{path.stem}.html.gz"
        if kind != ARTICLE or not truth.get("main_content") or not html.exists():
            continue
        yield LabelledPage(
            name=path.stem,
            url=record.get("url") or "",
            html=gzip.decompress(html.read_bytes()),
            title=truth.get("title"),
            truth=truth["main_content"],
        )
