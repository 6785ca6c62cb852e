"""What a dry run shows: what became of each message, or what differs from an earlier run."""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from schemas import CleanArticle
from streams.commands.dry_run_messages import Arrival, Span
from streams.commands.files import Unreadable
from streams.commands.shared import REJECTED, err, out, say_of
from streams.core.dry_run.run_differences import (
    Difference,
    EarlierRun,
    RunOutcome,
    outcome_in,
    value_key,
)
from streams.core.messages.message import Output
from streams.settings import Settings
from streams.topology import names

DIFFERS = 1
EXAMPLE_CHARS = 100


class DryRunFormat(StrEnum):
    """A table for people, or a JSON line for each record."""

    TABLE = "table"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class Run:
    """What became of one message; no output where it was known already."""

    arrival: Arrival
    output: Output | None
    article: CleanArticle | None

    def described(self, settings: Settings) -> dict[str, Any]:
        """Return the record as JSON: topic, key, headers as text, and value."""
        described: dict[str, Any] = {"file": self.arrival.file, "line": self.arrival.line}
        if self.output is None:
            return described | {"topic": None, "key": None, "headers": {}, "value": None}
        value = (self.output.value or b"").decode("utf-8", "replace")
        return described | {
            "topic": names(settings).topic(self.output.door),
            "key": _text(self.output.key),
            "headers": {name: _text(held) for name, held in self.output.headers},
            "value": json.loads(value) if self.article else value,
        }

    def outcome(self, settings: Settings) -> RunOutcome:
        """Return what is compared with an earlier run."""
        found = outcome_in(self.described(settings))
        if self.arrival.file is None:
            # A message of a topic stands where it stands: another with that id is another.
            return replace(found, keys=(self.arrival.key,))
        value = (self.arrival.message.value or b"").decode("utf-8", "replace")
        return replace(found, keys=(*found.keys, value_key(value)))

    @property
    def is_rejected(self) -> bool:
        """Whether it was no article."""
        return self.output is not None and self.article is None

    def row(self) -> str:
        """Return a line for people."""
        place = self.arrival.place
        if self.output is None:
            return f"{place:24} redelivered"
        if self.article is None:
            return f"{place:24} rejected     {self.output.outcome}"
        of = getattr(self.article, "duplicate_of", None) or self.article.previous
        pointer = f" -> {of.id}" if of else ""
        title = self.article.title or self.article.text[:60].replace("\n", " ")
        removed = f" ({len(self.article.removals)} removed)" if self.article.removals else ""
        rule = self.article.decision.rule
        return f"{place:24} {self.output.outcome:12} {rule:26} {title}{pointer}{removed}"


def _text(held: bytes | None) -> str | None:
    return None if held is None else held.decode("utf-8", "replace")


class AllOutcomes:
    """Shows what became of each message."""

    def __init__(self, settings: Settings, form: DryRunFormat) -> None:
        self._settings = settings
        self._form = form
        self._refused = 0

    def refuse(self, found: Unreadable) -> None:
        """Say that something is no message."""
        self._refused += 1
        say_of(found.name, found.why)

    def take(self, run: Run, *, is_wanted: bool) -> None:
        """Show what became of a message, if that is asked for."""
        if not is_wanted:
            return
        self._refused += run.is_rejected
        if self._form is DryRunFormat.JSONL:
            _print_json(run.described(self._settings))
        else:
            _print_row(run.row())

    def end(self) -> int:
        """Return the exit status."""
        return REJECTED if self._refused else 0


class Changes:
    """Shows what differs from an earlier run."""

    def __init__(
        self,
        settings: Settings,
        earlier: EarlierRun,
        span: Span,
        form: DryRunFormat,
        examples: int,
    ) -> None:
        self._settings = settings
        self._earlier = earlier
        self._span = span
        self._form = form
        self._kinds = DifferencesByKind(examples)
        self._messages = self._differ = self._not_carried = self._refused = 0

    def refuse(self, found: Unreadable) -> None:
        """Say that something is no message."""
        self._refused += 1
        say_of(found.name, found.why)

    def take(self, run: Run, *, is_wanted: bool) -> None:
        """Compare what became of a message, if that is asked for."""
        difference = self._earlier.take(run.outcome(self._settings))
        if is_wanted:
            self._messages += 1
            self._note(difference)

    def _note(self, difference: Difference) -> None:
        self._not_carried += difference.has_both and not difference.carries_removals
        if not difference.is_one:
            return
        self._differ += 1
        if self._form is DryRunFormat.JSONL:
            _print_json(difference.described())
        else:
            self._kinds.note(difference)

    def end(self) -> int:
        """Show what is left and the sums; return the exit status."""
        for outcome in self._earlier.left():
            if self._is_in_span(outcome):
                self._note(Difference(outcome, None))
        if self._form is DryRunFormat.TABLE:
            for row in self._kinds.rows():
                _print_row(row)
            differ = f"{self._differ:,} differ" if self._differ else "nothing differs"
            _print_row(f"{differ} in {self._messages:,} messages")
        if self._not_carried:
            err.print(
                f"{self._not_carried:,} articles do not carry what was removed of them "
                "(CLEANWIRE_CLEAN__REMOVALS=counts): rules were not compared there"
            )
        if self._differ:
            return DIFFERS
        return REJECTED if self._refused else 0

    def _is_in_span(self, outcome: RunOutcome) -> bool:
        if outcome.arrived_at_ms is None:
            return self._span.is_all
        return self._span.wants(outcome.arrived_at_ms)


class DifferencesByKind:
    """What differs, by kind: how often, and some messages to look at."""

    def __init__(self, examples: int) -> None:
        self._most = examples
        self._counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._examples: dict[tuple[str, str], list[str]] = defaultdict(list)

    def note(self, difference: Difference) -> None:
        """Count a message that differs under each kind of its difference."""
        about = _about(difference)
        if difference.verdict:
            self._add("verdicts", " -> ".join(difference.verdict), about)
        elif difference.other_story and difference.before and difference.after:
            pointers = f"{difference.before.of or 'none'} -> {difference.after.of or 'none'}"
            self._add("verdicts", f"{difference.after.label}, of another", f"{about}: {pointers}")
        for is_now, rule, lines in difference.removals:
            kind = f"{'removed now' if is_now else 'no longer removed'} by {rule}"
            for line in lines:
                self._add("lines", kind, f"{_short(line)}  ({difference.any.place})")
        if difference.other_text:
            self._add("texts", "other text, the same lines removed", about)
        if difference.other_title and difference.before and difference.after:
            titles = f"{_short(difference.before.title)} -> {_short(difference.after.title)}"
            self._add("texts", "other headline", f"{difference.any.place}: {titles}")

    def _add(self, kind: str, name: str, example: str) -> None:
        self._counts[kind][name] += 1
        examples = self._examples[kind, name]
        if len(examples) < self._most:
            examples.append(example)

    def rows(self) -> Iterator[str]:
        """Yield what differs as lines for people, what is most frequent first."""
        for kind in ("verdicts", "lines", "texts"):
            if not self._counts[kind]:
                continue
            yield f"{kind}:"
            counts = self._counts[kind].items()
            for name, count in sorted(counts, key=lambda item: (-item[1], item[0])):
                yield f"{count:6,}  {name}"
                yield from (f"          {example}" for example in self._examples[kind, name])


def _about(difference: Difference) -> str:
    outcome = difference.any
    return "  ".join(filter(None, (outcome.place, outcome.id, _short(outcome.title))))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXAMPLE_CHARS else line[: EXAMPLE_CHARS - 1] + "…"


def _print_json(described: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(described, ensure_ascii=False) + "\n")


def _print_row(row: str) -> None:
    out.print(row, markup=False, highlight=False, soft_wrap=True)
