"""What two runs over the same messages decided differently, message by message."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

import xxhash

_KEPT_CHARS: Final = 160
REDELIVERED: Final = "redelivered"
RELEASED: Final = "released"
NOTHING: Final = "nothing"

MessageKeys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What became of one message: enough to compare two runs.

    `keys` name its message: by the first one that another run has too, the two are matched.
    """

    place: str  # where its message stands: topic/partition/offset, or file:line
    keys: MessageKeys
    verdict: str  # of an article; else `rejected`, or `redelivered` where nothing was sent
    row: str = ""  # of the verdict table, or the reason of the rejection
    id: str = ""
    title: str = ""
    of: str = ""  # id of the article that it is a copy or a version of
    text: int = 0  # hash of the text that was published
    removed: Mapping[str, tuple[str, ...]] | None = None  # lines by rule; None: not carried along
    arrived_at_ms: int | None = None  # at stage 2, since 1970

    @classmethod
    def of_article(cls, article: Mapping[str, Any], place: str, keys: MessageKeys) -> Self:
        """Return the outcome that a record on clean or duplicates tells."""
        removed: dict[str, list[str]] = defaultdict(list)
        for removal in article.get("removals") or ():
            removed[removal["rule"]].append(removal["text"][:_KEPT_CHARS])
        carried = bool(removed) or not article.get("removed_chars")
        title = article.get("title") or ""
        of = article.get("duplicate_of") or article.get("previous") or {}
        return cls(
            place=place,
            keys=(*keys, f"id {article['id']}", f"title {article['source']} {title}"),
            verdict=article["verdict"],
            row=article["decision"]["rule"],
            id=article["id"],
            title=title or article["text"][:_KEPT_CHARS],
            of=of.get("id", ""),
            text=xxhash.xxh3_64_intdigest(article["text"].encode("utf-8", "replace")),
            removed={rule: tuple(lines) for rule, lines in removed.items()} if carried else None,
            arrived_at_ms=round(datetime.fromisoformat(article["arrived_at"]).timestamp() * 1000),
        )

    @classmethod
    def of_rejection(cls, reason: str, value: str, place: str, keys: MessageKeys) -> Self:
        """Return the outcome of a message that was rejected; `value` is its own, as text."""
        return cls(place, (*keys, value_key(value)), "rejected", reason)

    @property
    def label(self) -> str:
        """The verdict and its row."""
        return f"{self.verdict} ({self.row})" if self.row else self.verdict


def value_key(value: str) -> str:
    """Return the key of a message by its value: all that is known of a rejected one in a file."""
    return f"value {xxhash.xxh3_64_hexdigest(value.encode('utf-8', 'replace'))}"


def outcome_in(line: Mapping[str, Any]) -> RunOutcome:
    """Return the outcome in a line of `dry-run --format jsonl` or of `tail`.

    Raises:
        KeyError, TypeError: it is neither.
    """
    if "file" not in line:
        if "verdict" in line:
            origin = origin_in(line["raw_ref"])
            return RunOutcome.of_article(line, origin, (f"origin {origin}",))
        value = line["value"] if isinstance(line["value"], str) else ""
        of_topic = (f"origin {line['origin']}",)
        return RunOutcome.of_rejection(line["reason"], value, line["origin"], of_topic)
    headers = line["headers"]
    place, keys = _place(line)
    if isinstance(line["value"], dict):
        return RunOutcome.of_article(line["value"], place, keys)
    if line["value"] is None:
        return RunOutcome(place, keys, REDELIVERED)
    return RunOutcome.of_rejection(headers["cleanwire-reason"], line["value"], place, keys)


def _place(line: Mapping[str, Any]) -> tuple[str, MessageKeys]:
    """Return where the message of a line of a dry run stands, and its key."""
    if line["file"] is None:
        return line["line"], (f"origin {line['line']}",)
    place = line["file"] if line["line"] is None else f"{line['file']}:{line['line']}"
    return place, (f"file {place}",)


def origin_in(raw_ref: Mapping[str, Any]) -> str:
    """Return where a raw message stands."""
    return f"{raw_ref['topic']}/{raw_ref['partition']}/{raw_ref['offset']}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One message with another outcome; before or after is None where a run does not have it."""

    before: RunOutcome | None
    after: RunOutcome | None

    @property
    def any(self) -> RunOutcome:
        """An outcome that names the message: the new one if there is one."""
        found = self.after if self.after and self.after.id else self.before or self.after
        assert found is not None  # noqa: S101 - one of the two is there
        return found

    @property
    def verdict(self) -> tuple[str, str] | None:
        """Verdict and row before and after, where they differ."""
        labels = self._label(self.before), self._label(self.after)
        return labels if labels[0] != labels[1] else None

    @staticmethod
    def _label(outcome: RunOutcome | None) -> str:
        return outcome.label if outcome else NOTHING

    @property
    def has_both(self) -> bool:
        """Whether both are articles, so that their texts can be compared."""
        return self._both is not None

    @property
    def _both(self) -> tuple[RunOutcome, RunOutcome] | None:
        before, after = self.before, self.after
        return (before, after) if before and after and before.id and after.id else None

    @property
    def carries_removals(self) -> bool:
        """Whether both tell what was removed of them."""
        return self._both is not None and None not in [each.removed for each in self._both]

    @property
    def other_story(self) -> bool:
        """Whether the verdict stayed and what it points to did not."""
        return bool(self._both and not self.verdict and self._both[0].of != self._both[1].of)

    @property
    def removals(self) -> list[tuple[bool, str, tuple[str, ...]]]:
        """Return (is it removed now, rule, lines) for each rule that took other lines."""
        if not self._both:
            return []
        before, after = self._both[0].removed, self._both[1].removed
        if before is None or after is None:
            return []
        found = []
        for rule in sorted(before.keys() | after.keys()):
            earlier, now = Counter(before.get(rule, ())), Counter(after.get(rule, ()))
            found.append((True, rule, tuple((now - earlier).elements())))
            found.append((False, rule, tuple((earlier - now).elements())))
        return [(is_now, rule, lines) for is_now, rule, lines in found if lines]

    @property
    def other_text(self) -> bool:
        """Whether the published text differs though every rule took the same lines."""
        return bool(self._both and self._both[0].text != self._both[1].text and not self.removals)

    @property
    def other_title(self) -> bool:
        """Whether the headline differs."""
        return bool(self._both and self._both[0].title != self._both[1].title)

    @property
    def is_one(self) -> bool:
        """Whether anything differs. What was sent before is sent by neither run."""
        if self.before is None and self.after and self.after.verdict == REDELIVERED:
            return False
        return bool(
            self.verdict or self.other_story or self.other_text or self.other_title or self.removals
        )

    def described(self) -> dict[str, Any]:
        """Return the difference as JSON."""
        return {
            "place": self.any.place,
            "id": self.any.id or None,
            "title": self.any.title or None,
            "before": _described(self.before),
            "after": _described(self.after),
            "removed_now": _by_rule(self.removals, now=True),
            "no_longer_removed": _by_rule(self.removals, now=False),
            "other_text": self.other_text,
            "other_title": self.other_title,
        }


def _described(outcome: RunOutcome | None) -> dict[str, str | None] | None:
    if outcome is None:
        return None
    return {"verdict": outcome.verdict, "rule": outcome.row or None, "of": outcome.of or None}


def _by_rule(
    removals: Iterable[tuple[bool, str, tuple[str, ...]]], *, now: bool
) -> dict[str, list[str]]:
    return {rule: list(lines) for is_now, rule, lines in removals if is_now is now}


class EarlierRun:
    """An earlier run, with which a run is compared as it goes."""

    def __init__(self, before: Iterable[RunOutcome]) -> None:
        """Two outcomes of one key, such as two versions with one id, are told by their order.

        A release is nobody's message: what it released is there as it was decided.
        """
        self._before: list[RunOutcome | None] = []
        self._numbers: dict[str, int] = {}
        earlier: Counter[str] = Counter()
        for outcome in before:
            if outcome.row == RELEASED:
                continue
            for key in _numbered(outcome.keys, earlier):
                self._numbers.setdefault(key, len(self._before))
            self._before.append(outcome)
        self._now: Counter[str] = Counter()

    def arrived_at_ms(self, key: str) -> int | None:
        """Return when the message of a key arrived at stage 2, in ms since 1970, if it is known."""
        number = self._numbers.get(f"{key} #0")
        outcome = None if number is None else self._before[number]
        return outcome.arrived_at_ms if outcome else None

    def take(self, after: RunOutcome) -> Difference:
        """Return how an outcome compares with the one of the same message before."""
        keys = list(_numbered(after.keys, self._now))
        found = (self._numbers[key] for key in keys if key in self._numbers)
        number = next((number for number in found if self._before[number]), None)
        before = None if number is None else self._before[number]
        if number is not None:
            self._before[number] = None
        return Difference(before, after)

    def left(self) -> Iterator[RunOutcome]:
        """Yield the outcomes of the earlier run whose messages did not come."""
        return (outcome for outcome in self._before if outcome is not None)


def _numbered(keys: MessageKeys, seen: Counter[str]) -> Iterator[str]:
    """Yield keys with how many outcomes had them before."""
    for key in keys:
        yield f"{key} #{seen[key]}"
        seen[key] += 1
