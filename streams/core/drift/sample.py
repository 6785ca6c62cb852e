"""What stage 1 found out about one message, as far as its source is judged by it."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log2
from typing import Final

from schemas import PreparedArticle, Reason

# Bits, characters before and after cleaning; then a reason and its characters, any number of times.
_HEAD: Final = struct.Struct("<BII")
_REMOVED: Final = struct.Struct("<BI")
_TITLE, _DATE = 1, 2
# By their place, so new reasons go to the end of their class.
_REASONS: Final = tuple(reason.value for reason in Reason)
_PLACES: Final = {reason: place for place, reason in enumerate(_REASONS)}

# A level is a byte: shares in steps of 1/200, lengths in twelfths of a doubling (6 %).
SHARE_STEPS: Final = 200
STEPS_A_DOUBLING: Final = 12
_TOP: Final = 255


@dataclass(frozen=True, slots=True)
class Sample:
    """One message of a source. `name` is the article's id, or where a rejected message stands."""

    name: str
    chars_in: int = 0
    chars: int = 0  # what stayed
    has_title: bool = False
    has_date: bool = False
    removed: Mapping[str, int] = field(default_factory=dict)  # characters by reason
    rejected: str = ""  # the reason; empty for an article

    @property
    def levels(self) -> bytes:
        """A byte for each measure of `schemas.source.Measure`, in its order.

        >>> list(Sample("wire/1", chars_in=4000, chars=3000, has_title=True).levels)
        [150, 139, 1, 0, 0]
        """
        if self.rejected:
            return b"\0\0\0\0\1"
        share = SHARE_STEPS * min(self.chars, self.chars_in) // (self.chars_in or 1)
        length = min(_TOP, round(STEPS_A_DOUBLING * log2(self.chars + 1)))
        return bytes((share, length, self.has_title, self.has_date, 0))

    def pack(self) -> bytes:
        """Return the sample of an article in some 30 bytes, without its name."""
        parts = [self.has_title * _TITLE | self.has_date * _DATE, self.chars_in, self.chars]
        for reason, chars in self.removed.items():
            if reason in _PLACES:
                parts += (_PLACES[reason], chars)
        # The module keeps the layouts that it was asked for.
        return struct.pack(_HEAD.format + _REMOVED.format[1:] * (len(parts) // 2 - 1), *parts)


def unpack_sample(name: str, packed: bytes) -> Sample:
    """Return the sample that was packed.

    >>> one = Sample("wire/1", 4000, 3000, removed={Reason.SHARE: 12})
    >>> unpack_sample("wire/1", one.pack()) == one
    True
    """
    bits, chars_in, chars = _HEAD.unpack_from(packed)
    removed = _REMOVED.iter_unpack(packed[_HEAD.size :])
    return Sample(
        name,
        chars_in,
        chars,
        bool(bits & _TITLE),
        bool(bits & _DATE),
        {_REASONS[place]: count for place, count in removed if place < len(_REASONS)},
    )


def sample_of(article: PreparedArticle) -> Sample:
    """Return what there is to know of a prepared article."""
    # Plain words: a member of an enum takes a call each time it is looked up.
    removed = {str(reason): chars for reason, chars in article.removed_chars.items()}
    return Sample(
        article.id,
        article.chars_in,
        sum([len(paragraph.text) for paragraph in article.paragraphs]),
        article.title is not None,
        article.published_at is not None,
        removed,
    )
