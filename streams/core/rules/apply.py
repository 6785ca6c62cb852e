"""The rules of one source: TOML files by registrable domain, `_any.toml` for all.

Adding one needs no Python: `cleanwire rules new DOMAIN` writes a stub, `cleanwire rules check`
runs every example and counter-example (docs/cleaning.md).
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from schemas import Removal
from schemas.rule import Op, Rule, RuleField, RuleFile
from streams.core.text.lines import Line

RULES_FOLDER = Path(__file__).parent / "residue_rules"
ANY_SOURCE = "_any"

# A pattern sees no more of a line than this: what a rule is for is shorter, and time is bounded.
_MAX_LINE_CHARS = 4_000


@dataclass(frozen=True, slots=True)
class NamedRule:
    """A rule with its full name, `domain/id`, and its pattern ready to run."""

    name: str
    rule: Rule
    pattern: re.Pattern[str]


Rules = Mapping[str, tuple[NamedRule, ...]]


@cache
def installed_rules() -> Rules:
    """Return the rules that come with cleanwire, by domain."""
    return read_rules(RULES_FOLDER)


def read_rules(directory: Path) -> Rules:
    """Return the rules of all files in a directory, by domain, in file order.

    Raises:
        ValueError: a file cannot be read; the message names it and everything that is wrong in it.
    """
    rules: dict[str, tuple[NamedRule, ...]] = {}
    for path in sorted(directory.glob("*.toml")):
        try:
            file = RuleFile.model_validate(tomllib.loads(path.read_text("utf-8")))
        except (ValidationError, tomllib.TOMLDecodeError) as error:
            raise ValueError(f"{path.name}: {error}") from None
        rules[path.stem] = tuple(
            NamedRule(f"{path.stem}/{rule.id}", rule, re.compile(rule.pattern))
            for rule in file.rule
        )
    return rules


def rules_for(rules: Rules, domain: str | None, published: date | None) -> list[NamedRule]:
    """Return the rules that an article of this source and day is under: its own, then `_any`."""
    named = rules.get(ANY_SOURCE, ())
    if domain and domain != ANY_SOURCE:
        named = (*rules.get(domain, ()), *named)
    return [
        named_rule
        for named_rule in named
        if named_rule.rule.until is None or published is None or published <= named_rule.rule.until
    ]


def apply_rules(
    rules: Iterable[NamedRule], text: str, lines: Sequence[Line]
) -> tuple[list[Line], list[Removal]]:
    """Return the lines that are left of `lines`, cut where a rule says so, and what was removed."""
    left = list(lines)
    removals: list[Removal] = []
    joined = "\n".join([line.text for line in lines])
    for named in rules:
        if named.rule.field is RuleField.BODY and may_hit(named.rule, joined):
            left, gone = _apply(named, text, left)
            removals.extend(gone)
    return left, removals


def may_hit(rule: Rule, text: str) -> bool:
    """Say whether a text holds what every hit of the rule does."""
    if rule.contains is None:
        return True
    parts = (rule.contains,) if isinstance(rule.contains, str) else rule.contains
    return any(map(text.__contains__, parts))


def apply_to_title(rules: Iterable[NamedRule], title: str) -> str:
    """Return a title without what the title rules strip. A title is never emptied."""
    for named in rules:
        if named.rule.field is RuleField.TITLE:
            title = named.pattern.sub("", title[:_MAX_LINE_CHARS], count=1).strip() or title
    return title


def _apply(named: NamedRule, text: str, lines: Sequence[Line]) -> tuple[list[Line], list[Removal]]:
    left: list[Line] = []
    gone: list[Removal] = []
    for number, line in enumerate(lines):
        match = named.pattern.search(line.text[:_MAX_LINE_CHARS])
        if match is None or (named.rule.op is Op.STRIP_SUFFIX and match.end() < len(line.text)):
            left.append(line)
            continue
        if named.rule.op is Op.CUT_AFTER:
            gone.extend(_removal(named, text, x.start, x.end) for x in lines[number:])
            break
        rest = _rest(named.rule.op, text, line, match)
        if rest is line:
            left.append(line)
        elif rest is None:
            gone.append(_removal(named, text, line.start, line.end))
        else:
            left.append(rest)
            at_start = rest.start > line.start
            span = (line.start, rest.start) if at_start else (rest.end, line.end)
            gone.append(_removal(named, text, *span))
    return left, gone


def _rest(op: Op, text: str, line: Line, match: re.Match[str]) -> Line | None:
    """Return what a rule leaves of a line; the line itself where its place cannot be told."""
    if op is Op.DROP_LINE:
        return None
    kept = line.text[match.end() :] if op is Op.STRIP_PREFIX else line.text[: match.start()]
    if not kept.strip():
        return None
    raw = text[line.start : line.end]
    if " ".join(raw.split()) != line.text:  # its encoding was repaired: offsets no longer agree
        return line
    if op is Op.STRIP_PREFIX:
        start = _raw_offset(raw, len(line.text) - len(kept.lstrip()))
        return Line(kept.lstrip(), line.start + start, line.end)
    end = _raw_offset(raw, len(kept.rstrip()))
    return Line(kept.rstrip(), line.start, line.start + end)


def _raw_offset(raw: str, offset: int) -> int:
    """Return where in `raw` the character stands that has `offset` when blanks are collapsed.

    The end of a word is the place right behind its last character.
    """
    solid = len("".join(" ".join(raw.split())[:offset].split()))
    at_end = bool(offset) and not " ".join(raw.split())[offset - 1].isspace()
    seen = 0
    for at, sign in enumerate(raw):
        if sign.isspace():
            continue
        if seen == solid and not at_end:
            return at
        seen += 1
        if seen == solid and at_end:
            return at + 1
    return len(raw)


def _removal(named: NamedRule, text: str, start: int, end: int) -> Removal:
    return Removal(
        start=start,
        end=end,
        reason=named.rule.reason,
        rule=named.name,
        text=text[start:end],
        why=named.rule.why,
    )


def apply_alone(named: NamedRule, text: str) -> str:
    """Return what a rule leaves of a text by itself, its lines joined as they were."""
    if named.rule.field is RuleField.TITLE:
        return apply_to_title([named], text)
    lines = [Line(" ".join(x.split()), 0, 0) for x in text.splitlines() if x.strip()]
    joined = "\n".join(line.text for line in lines)
    at, placed = 0, []
    for line in lines:
        placed.append(Line(line.text, at, at + len(line.text)))
        at += len(line.text) + 1
    left, _ = _apply(named, joined, placed)
    return "\n".join(line.text for line in left)
