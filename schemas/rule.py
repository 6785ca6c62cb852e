"""The rules that name residue: phrases by language for all sources, and rules of one source.

Both are data with their own tests: an example that must be hit and a look-alike that must stay.
"""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from schemas.base import Contract
from schemas.removal import Reason

RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=4_000)]


def _known(reason: Reason) -> Reason:
    if not reason.is_known:
        raise ValueError(f"is none of {', '.join(Reason)}")
    return reason


class Sheet(Contract):
    """A table that people write: what is not known in it is a mistake."""

    model_config = ConfigDict(extra="forbid")


class PhraseMatch(StrEnum):
    """Where in a line a phrase must stand."""

    WHOLE = "whole"
    START = "start"
    END = "end"
    WITHIN = "within"
    LABEL = "label"  # the line's start, cut off by a sign: "READ ALSO | ..."
    CREDIT = "credit"  # what comes after it ends the line, and is short: "... Photo: Jane Miller"


class Strength(StrEnum):
    """How much a phrase says by itself."""

    CERTAIN = "certain"  # the line goes
    EDGE = "edge"  # it goes at the text's top or bottom, or beside removed lines that reach there
    HINT = "hint"  # it counts for the line model only


class PhraseGroup(Sheet):
    """Phrases of one kind in many languages, compared in their comparison form."""

    id: RuleId
    reason: Annotated[Reason, AfterValidator(_known)]
    match: PhraseMatch
    strength: Strength
    max_chars: int = Field(default=160, ge=1, description="Longer lines are not looked at.")
    counts: bool = Field(
        default=False, description="A number may stand before or after the label: `Comments (3)`."
    )
    names: bool = Field(
        default=False,
        description="What follows the phrase must be names: capitals, or letters without case.",
    )
    followed: bool = Field(
        default=False,
        description="Something must follow in the line: `Sources:` alone heads what is below it.",
    )
    heads_list: bool = Field(
        default=False, description="Titles of other stories may follow, a line each."
    )
    opens: tuple[str, ...] = Field(default=(), description="The line must open with one of these.")
    capitals: bool = Field(
        default=False, description="The label is in capitals, or cut off by a bar."
    )
    open_end: bool = Field(
        default=False, description="The line must not end as a sentence does: titles have no stop."
    )
    weight: float = Field(
        default=1.5,
        ge=-5,
        le=5,
        description="Log-odds that a line with it is residue, until training has counted them.",
    )
    why: Sentence
    phrases: dict[str, tuple[str, ...]] = Field(min_length=1)
    examples: tuple[Sentence, ...] = Field(min_length=1)
    keeps: tuple[Sentence, ...] = Field(min_length=1)


class PhraseFile(Sheet):
    """A file of `streams/core/residue/phrase_groups/`."""

    group: tuple[PhraseGroup, ...] = Field(min_length=1)


class Op(StrEnum):
    """What a source's rule does with what its pattern matches."""

    STRIP_PREFIX = "strip_prefix"
    STRIP_SUFFIX = "strip_suffix"
    DROP_LINE = "drop_line"
    CUT_AFTER = "cut_after"


class RuleField(StrEnum):
    """Where a source's rule looks."""

    TITLE = "title"
    BODY = "body"


class RuleExample(Sheet):
    """Text that the rule changes, and what becomes of it."""

    before: Sentence
    after: Annotated[str, Field(max_length=4_000)]


class RuleKeeps(Sheet):
    """Text that looks alike and must not change."""

    text: Sentence


# A quantified group that is itself quantified can take exponential time.
_NESTED_QUANTIFIER = re.compile(r"\([^()]*[*+}][^()]*\)[*+{]")


_Part = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class Rule(Sheet):
    """A rule of one source."""

    id: RuleId
    field: RuleField = RuleField.BODY
    op: Op
    pattern: Annotated[str, StringConstraints(min_length=3, max_length=500)]
    contains: _Part | Annotated[tuple[_Part, ...], Field(min_length=1, max_length=20)] | None = (
        Field(
            default=None,
            description="Text that every hit holds, or several of which it holds one: spares other "
            "articles the pattern.",
        )
    )
    reason: Annotated[Reason, AfterValidator(_known)]
    why: Sentence
    seen: Sentence = Field(description="When and where it was observed.")
    until: date | None = Field(default=None, description="Articles published later are left alone.")
    example: tuple[RuleExample, ...] = Field(min_length=1)
    keeps: tuple[RuleKeeps, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _pattern_is_sound(self) -> Self:
        wrong = []
        try:
            re.compile(self.pattern)
        except re.error as error:
            wrong.append(f"pattern is no regular expression: {error}")
        if not self.pattern.isascii() or not self.pattern.isprintable():
            wrong.append("pattern has signs that are not printable ASCII: write them as \\uXXXX")
        if _NESTED_QUANTIFIER.search(self.pattern):
            wrong.append("pattern repeats a group that repeats inside: it can take for ever")
        if self.op is Op.STRIP_PREFIX and not self.pattern.startswith("^"):
            wrong.append("pattern of strip_prefix must start with ^")
        if self.op is Op.STRIP_SUFFIX and not self.pattern.endswith("$"):
            wrong.append("pattern of strip_suffix must end with $")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


class RuleFile(Sheet):
    """A file of `streams/core/rules/residue_rules/`, named by the source's registrable domain."""

    rule: tuple[Rule, ...] = Field(min_length=1)
