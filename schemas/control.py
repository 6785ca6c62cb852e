"""`ReleaseRequest`: a control record on the prepared topic, sent by `cleanwire release`."""

from typing import Literal

from schemas.base import Contract
from schemas.output import DuplicateArticle


class ReleaseRequest(Contract):
    """Publish an article after all that was held back as a copy.

    Keyed as the article was on the prepared topic, so that it meets the same window. It brings
    the held-back article along, since the worker keeps no text.
    """

    schema_version: Literal[1] = 1
    article: DuplicateArticle
    reason: str | None = None
