"""What the demo pushes and expects, read from steps.toml."""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from schemas import RawArticle, Reason
from streams.topology import Door

HERE = Path(__file__).parent
SEED_EXPECTED = (HERE / "seed_expected.txt").read_text(encoding="utf-8").rstrip("\n")


class FirstSeen(BaseModel):
    """A paragraph, counted from 1, that another step's article had first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    paragraph: int
    article: str


class Step(BaseModel):
    """A message to push, and the door, verdict and pointer that must come of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    label: str
    door: Door
    verdict: str | None = None
    reason: str | None = None
    copy_of: str | None = None
    revision: int = 1
    first_seen: FirstSeen | None = None
    removed: Reason | None = Field(default=None, description="A removal that must be there.")
    source: str | None = None
    url: str | None = None
    id: str | None = None
    title: str | None = None
    content: Annotated[str, Field(min_length=1)] | None = None
    content_file: str | None = None
    bytes_hex: str | None = None
    explain: bool = Field(default=False, description="Its verdict is explained at the end.")
    exact: bool = Field(default=False, description="Its text must be seed_expected.txt.")

    @property
    def text(self) -> str:
        """The content of the article; empty when the message is no article."""
        if self.content_file:
            return (HERE / self.content_file).read_text(encoding="utf-8")
        return (self.content or "").strip("\n")

    @property
    def key(self) -> bytes | None:
        """The key, as a producer would choose it."""
        key = self.id or self.url
        return key.encode() if key else None

    @property
    def value(self) -> bytes:
        """The bytes that are pushed."""
        if self.bytes_hex:
            return bytes.fromhex(self.bytes_hex)
        article = RawArticle(
            content=self.text, source=self.source, url=self.url, id=self.id, title=self.title
        )
        return article.model_dump_json(exclude_unset=True, exclude_none=True).encode()


def steps() -> list[Step]:
    """Return the steps in the order in which they are pushed."""
    with (HERE / "steps.toml").open("rb") as file:
        return [Step.model_validate(step) for step in tomllib.load(file)["step"]]
