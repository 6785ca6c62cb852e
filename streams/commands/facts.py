"""What key and headers of an outcome say of it, without reading its value."""

from dataclasses import dataclass
from typing import Self

from streams.core.messages.message import Message
from streams.headers import REASON, STORY, VERDICT, text_in


@dataclass(frozen=True, slots=True)
class Facts:
    """Source, verdict (or reason of rejection) and story of an outcome; None where unknown."""

    source: str | None
    verdict: str | None
    story: str | None

    @classmethod
    def of(cls, message: Message) -> Self:
        """Return what is known of a record on clean, duplicates or rejected.

        An article's key is its id, `source/…`; a rejected message has its producer's key, which
        is the source where producers follow the advice.
        """
        key = (message.key or b"").decode("utf-8", "replace")
        if reason := text_in(message.headers, REASON):
            return cls(key or None, reason, None)
        source = key.partition("/")[0].replace("%2F", "/").replace("%25", "%")
        verdict, story = text_in(message.headers, VERDICT), text_in(message.headers, STORY)
        return cls(source or None, verdict or None, story or None)
