"""What two runs over the same messages decided differently: verdicts by row, removals by rule."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What became of one message: enough to compare two runs."""

    place: str
    verdict: str
    rules: Counter[str]

    @classmethod
    def of(cls, described: Mapping[str, Any]) -> "RunOutcome":
        """Return the outcome that a line of `dry-run --format jsonl` describes."""
        line = described["line"]
        place = described["file"] if line is None else f"{described['file']}:{line}"
        value = described["value"]
        if isinstance(value, dict):
            verdict = f"{value['verdict']} ({value['decision']['rule']})"
            rules = Counter(removal["rule"] for removal in value.get("removals", ()))
            return cls(place, verdict, rules)
        reason = described["headers"].get("cleanwire-reason")
        return cls(place, f"rejected ({reason})" if reason else "redelivered", Counter())


def differences_of_runs(before: Sequence[RunOutcome], now: Sequence[RunOutcome]) -> list[str]:
    """Return a line for each kind of difference: how often, and examples to look at."""
    known = {outcome.place: outcome for outcome in before}
    places: dict[str, list[str]] = defaultdict(list)
    for outcome in now:
        earlier = known.pop(outcome.place, None)
        if earlier is None:
            places["only in this run"].append(outcome.place)
            continue
        if earlier.verdict != outcome.verdict:
            places[f"{earlier.verdict} -> {outcome.verdict}"].append(outcome.place)
        for rule in sorted(outcome.rules | earlier.rules):
            change = outcome.rules[rule] - earlier.rules[rule]
            if change:
                name = "removed now" if change > 0 else "no longer removed"
                places[f"{name} by {rule}"].append(outcome.place)
    places["only in the earlier run"].extend(known)
    return [
        f"{len(found):6,}  {kind}: {', '.join(found[:EXAMPLES])}{', …' * (len(found) > EXAMPLES)}"
        for kind, found in sorted(places.items(), key=lambda item: (-len(item[1]), item[0]))
        if found
    ]
