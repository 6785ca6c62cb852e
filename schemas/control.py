"""What else than articles stands on the prepared topic: requests for a release, and notes."""

from typing import Literal

from schemas.base import Contract, Label
from schemas.output import DuplicateArticle


class ReleaseRequest(Contract):
    """Publish an article after all that was held back as a copy.

    Keyed as the article was on the prepared topic, so that it meets the same window. It brings
    the held-back article along, since the worker keeps no text.
    """

    schema_version: Literal[1] = 1
    article: DuplicateArticle
    reason: str | None = None


class RejectionNote(Contract):
    """A message of a source was rejected by stage 1: stage 2, which knows sources, counts it."""

    schema_version: Literal[1] = 1
    source: Label
    reason: Label
    origin: str  # topic/partition/offset of the raw message
