"""What all contracts share: frozen records that a later release may add to."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

# Bounds that keep one hostile message from filling topics, state or metric labels.
Identifier = Annotated[str, Field(min_length=1, max_length=512)]
Label = Annotated[str, Field(max_length=255)]
_Title = Annotated[str, Field(max_length=2_000)]
_Url = Annotated[str, Field(max_length=2_048)]


class Contract(BaseModel):
    """A record on a topic. Frozen; a field that this release does not know is left out."""

    # An error names the field, never what stood in it: articles stay out of logs.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class OpenEnum(StrEnum):
    """A set of words that a later release may add to: on reading, a new word stands for itself.

    So a worker can go back to the release before, whose stage 2 then reads what the newer stage 1
    has left on the prepared topic.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        word = str.__new__(cls, value)
        word._name_ = word._value_ = value
        return word

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Publish the words as examples: a reader must take others too."""
        schema = handler(core_schema)
        words = handler.resolve_ref_schema(schema)
        words["examples"] = words.pop("enum")
        return schema

    @property
    def is_known(self) -> bool:
        """Whether this release knows the word."""
        return self.value in type(self)._value2member_map_


class PubStatus(StrEnum):
    """Whether an article may be used (ninjs `pubstatus`)."""

    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELED = "canceled"


class RawRef(Contract):
    """Where the raw message stands: provenance, and how a redelivered message is known."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        """Return `topic/partition/offset`, as headers and `cleanwire explain` have it."""
        return f"{self.topic}/{self.partition}/{self.offset}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the reference that `text` names.

        Raises:
            ValueError: it names none.

        >>> str(RawRef.parse("news.raw/0/17"))
        'news.raw/0/17'
        """
        topic, _, rest = text.partition("/")
        partition, _, offset = rest.partition("/")
        return cls(topic=topic, partition=int(partition), offset=int(offset))


class Metadata(Contract):
    """What a producer may say of an article beside its text, in the terms of ninjs and schema.org.

    Carried from the raw article to the outputs.
    """

    url: _Url | None = None
    canonical_url: _Url | None = None
    title: _Title | None = None
    summary: Annotated[str, Field(max_length=10_000)] | None = None
    byline: Annotated[str, Field(max_length=1_000)] | None = None
    authors: tuple[Label, ...] = Field(default=(), max_length=100)
    language: Annotated[str, Field(max_length=35)] | None = Field(
        default=None, description="BCP 47 tag, declared by the producer or detected."
    )
    published_at: datetime | None = None
    updated_at: datetime | None = None
    version: Label | None = None
    pub_status: PubStatus = PubStatus.USABLE
    signal: tuple[Label, ...] = Field(
        default=(), max_length=32, description="NewsML-G2 signals such as `sig:correction`."
    )
    categories: tuple[Label, ...] = Field(default=(), max_length=100)
    copyright_notice: Annotated[str, Field(max_length=2_000)] | None = None
    usage_terms: Annotated[str, Field(max_length=2_000)] | None = None
    extra: dict[Label, Annotated[str, Field(max_length=2_000)]] = Field(
        default_factory=dict, max_length=32, description="Passed through untouched."
    )
