"""`SourceRecord`: what the messages of a source have been like lately, and whether that changed."""

from datetime import datetime
from typing import Any, Final, Literal

from pydantic import Field

from schemas.base import Contract, Label, OpenEnum
from schemas.removal import Reason


class SourceState(OpenEnum):
    """What is known of a source: the closed set used in records, metrics, alerts and docs."""

    LEARNING = "learning"
    STEADY = "steady"
    LAYOUT_CHANGED = "layout_changed"
    QUIET = "quiet"


# The states that mean a change.
DRIFTS: Final = (SourceState.LAYOUT_CHANGED, SourceState.QUIET)


class Measure(OpenEnum):
    """A figure of a message that has a usual range with each source."""

    KEPT_SHARE = "kept_share"
    CHARS = "chars"
    TITLE = "title"
    DATE = "date"
    REJECTED = "rejected"


class Figures(Contract):
    """What some messages of a source were like. Ratios are 0..1; none where nothing was cleaned."""

    messages: int = Field(ge=0)
    rejected_share: float = Field(ge=0, le=1)
    kept_share: float | None = Field(
        default=None, description="Median share of an article's characters that stayed."
    )
    chars: int | None = Field(
        default=None, description="Median of the code points that stayed, to a twentieth."
    )
    title_rate: float | None = Field(default=None, description="Share of articles with a title.")
    date_rate: float | None = Field(default=None, description="Share with a time of publication.")
    removed: dict[Reason, float] = Field(
        default_factory=dict, description="Characters taken out by reason, as a share of all."
    )
    rejections: dict[Label, int] = Field(
        default_factory=dict, description="Rejected messages by reason."
    )


class SourceChange(Contract):
    """How a source left what was usual with it."""

    drift: SourceState = Field(description="`layout_changed` or `quiet`.")
    since: datetime = Field(description="Arrival of the first message after the change, or last.")
    measures: tuple[Measure, ...] = Field(
        default=(), description="Which left their range, if the layout changed."
    )
    before: Figures
    after: Figures | None = None
    longest_gap_hours: int | None = Field(
        default=None, description="Of a quiet source: its longest silence in four weeks before."
    )
    silent_hours: int | None = Field(
        default=None, description="Of a quiet source: hours without a message when this was found."
    )
    examples: tuple[str, ...] = Field(
        default=(),
        max_length=2,
        description="Ids of articles after the change, of a quiet source the last ones; for a "
        "rejected message `topic/partition/offset`.",
    )


class SourceHour(Contract):
    """The messages of one hour by arrival."""

    start: datetime
    figures: Figures


class SourceRecord(Contract):
    """A source as it stands: written once in an hour with messages, and at each change of state.

    Key: the source, case folded. A record without value says that a source was forgotten.
    """

    schema_version: Literal[1] = 1
    source: Label
    states: tuple[SourceState, ...] = Field(description="Both, of a source that changed and left.")
    first_seen: datetime
    last_seen: datetime
    hour: SourceHour | None = Field(
        default=None, description="The last whole hour with messages before this record."
    )
    usual: Figures | None = Field(
        default=None, description="Up to a hundred messages before the recent ones."
    )
    recent: Figures = Field(description="The last ten messages.")
    changes: tuple[SourceChange, ...] = ()
    memory: dict[str, Any] = Field(
        default_factory=dict,
        description="What the worker goes on from; its content may change with any release.",
    )
