"""`cleanwire dry-run`: both stages over files, in memory."""

import json
from pathlib import Path
from typing import Any

import pytest

from streams.commands.dry_run import pipeline_of
from streams.commands.dry_run_messages import Clock, of_files
from streams.commands.dry_run_shown import Run
from streams.commands.files import Unreadable
from streams.commands.raw_input import Given, raw_inputs
from streams.core.dry_run.run_differences import Difference, EarlierRun, outcome_in
from streams.settings import DedupeSettings, Settings
from tests.support.command import cleanwire
from tests.support.stories import TEXTS

POOL = "\n".join(TEXTS["pool"])


def messages(path: Path, *rows: dict[str, Any]) -> Path:
    """Write JSON lines."""
    file = path / "raw.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return file


def runs(file: Path, clock: Clock, **dedupe: Any) -> list[Run]:
    """Run the messages of a file through both stages."""
    pipeline = pipeline_of(Settings(dedupe=DedupeSettings(**dedupe)))
    return [
        Run(each, *(pipeline.run(each.message, each.arrived_at_ms) or (None, None)))
        for each in of_files(raw_inputs([file], Given()), "news.raw", clock)
        if not isinstance(each, Unreadable)
    ]


def test_every_message_comes_out_once_in_order(tmp_path: Path) -> None:
    """A line for each: topic with the prefix, key, headers as text, and the article."""
    file = messages(
        tmp_path,
        {"content": POOL, "source": "wire", "id": "1"},
        {"content": POOL, "source": "paper", "id": "2"},
        {"content": "", "source": "paper", "id": "3"},
    )
    done = cleanwire("dry-run", file.name, "--format", "jsonl", cwd=tmp_path)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 4
    assert [line["line"] for line in lines] == [1, 2, 3]
    assert [line["topic"] for line in lines] == ["news.clean", "news.duplicates", "news.rejected"]
    assert [line["key"] for line in lines[:2]] == ["wire/1", "paper/2"]
    assert lines[1]["headers"]["cleanwire-verdict"] == "syndicated"
    assert lines[1]["value"]["duplicate_of"]["id"] == "wire/1"


def test_the_table_names_verdict_row_and_original(tmp_path: Path) -> None:
    """For people: a line for each message."""
    file = messages(
        tmp_path, {"content": POOL, "source": "wire"}, {"content": POOL, "source": "paper"}
    )
    table = cleanwire("dry-run", "raw.jsonl", cwd=file.parent).stdout.splitlines()
    assert table[0].split()[:3] == ["raw.jsonl:1", "new", "no_match"]
    assert table[1].split()[:3] == ["raw.jsonl:2", "syndicated", "other_source_copy"]


def test_a_field_says_when_a_message_arrived(tmp_path: Path) -> None:
    """A copy that came after the window is new; without the field a second lies between."""
    file = messages(
        tmp_path,
        {"content": POOL, "source": "wire", "meta": {"at": "2026-01-02T10:00:00Z"}},
        {"content": POOL, "source": "paper", "meta": {"at": "2026-01-09T10:00:00Z"}},
    )
    by_field, by_second = Clock(0, 1_000, "meta.at"), Clock(1_780_000_000_000, 1_000, None)
    assert [run.output.outcome for run in runs(file, by_field) if run.output] == ["new", "new"]
    assert [run.output.outcome for run in runs(file, by_second) if run.output] == [
        "new",
        "syndicated",
    ]


@pytest.mark.parametrize(
    ("value", "moment_ms"),
    [(1_795_510_500, 1_795_510_500_000), (1_795_510_500_123, 1_795_510_500_123)],
)
def test_seconds_and_milliseconds_are_times(value: int, moment_ms: int) -> None:
    """As producers write them."""
    assert Clock(0, 0, "t").moment_ms(3, json.dumps({"t": value}).encode()) == moment_ms


def test_a_message_without_its_field_is_named(tmp_path: Path) -> None:
    """It would have no place in the order of time."""
    file = messages(tmp_path, {"content": POOL})
    (found,) = of_files(raw_inputs([file], Given()), "news.raw", Clock(0, 0, "at"))
    assert isinstance(found, Unreadable)
    assert "--arrived-at at" in found.why


def test_a_bare_message_has_its_content_type(tmp_path: Path) -> None:
    """A whole file is the value of a message, as a producer of feeds sends it."""
    item = "<item><title>Pool</title><description>" + POOL + "</description></item>"
    (tmp_path / "item").write_text(item, "utf-8")
    done = cleanwire(
        *("dry-run", "item", "--type", "application/rss+xml", "--header", "cleanwire-source=wire"),
        *("--format", "jsonl"),
        cwd=tmp_path,
    )
    value = json.loads(done.stdout)["value"]
    assert (value["title"], value["source"]) == ("Pool", "wire")


def published(path: Path, file: Path, **env: str) -> Path:
    """Return the lines of a dry run over a file."""
    before = path / "before.jsonl"
    done = cleanwire("dry-run", file.name, "--format=jsonl", cwd=path, env=env)
    before.write_text(done.stdout, "utf-8")
    return before


def as_tailed(before: Path) -> Path:
    """Return the same outcomes as `cleanwire tail` prints them."""
    lines = []
    for line in map(json.loads, before.read_text("utf-8").splitlines()):
        if isinstance(line["value"], dict):
            lines.append(line["value"])
        else:
            named = {k.removeprefix("cleanwire-"): v for k, v in line["headers"].items()}
            lines.append(named | {"key": line["key"], "value": line["value"]})
    tailed = before.with_name("tailed.jsonl")
    tailed.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return tailed


STRICT = {"CLEANWIRE_DEDUPE__CONTAINMENT": "0.95"}


@pytest.mark.parametrize("tailed", [False, True])
def test_two_runs_are_compared(tmp_path: Path, *, tailed: bool) -> None:
    """What a setting would change: verdicts by row, with messages to look at."""
    file = messages(
        tmp_path,
        {"content": POOL, "source": "wire", "title": "Pool"},
        {"content": "", "source": "wire"},
        {"content": "\n".join(TEXTS["pool"][:3] + TEXTS["bank"][:1]), "source": "paper"},
    )
    before = published(tmp_path, file)
    before = as_tailed(before) if tailed else before
    same = cleanwire("dry-run", file.name, "--against", before, cwd=tmp_path)
    assert (same.returncode, same.stdout) == (0, "nothing differs in 3 messages\n")
    other = cleanwire("dry-run", file.name, "--against", before, cwd=tmp_path, env=STRICT)
    assert other.returncode == 1
    rows = [" ".join(row.split()) for row in other.stdout.splitlines()]
    assert rows[:2] == ["verdicts:", "1 syndicated (other_source_copy) -> new (no_match)"]
    assert rows[2].startswith("raw.jsonl:3 paper/")
    assert rows[-1] == "1 differ in 3 messages"


def test_differences_for_programs(tmp_path: Path) -> None:
    """A line for each message that differs."""
    file = messages(
        tmp_path, {"content": POOL, "source": "wire"}, {"content": POOL, "source": "paper"}
    )
    before = published(tmp_path, file)
    never = {"CLEANWIRE_DEDUPE__NEVER_SUPPRESS": "paper"}
    done = cleanwire(
        *("dry-run", file.name, "--against", before, "--format", "jsonl"), cwd=tmp_path, env=never
    )
    (line,) = map(json.loads, done.stdout.splitlines())
    assert (line["place"], line["before"]["verdict"]) == ("raw.jsonl:2", "syndicated")
    assert line["after"] == {"verdict": "new", "rule": "never_suppress", "of": None}
    assert line["removed_now"] == {}


def test_what_was_before_is_run_and_not_shown(tmp_path: Path) -> None:
    """A copy finds its original, which came before --from; what came from --to on is left out."""
    rows = [
        {"content": POOL, "source": source, "at": f"2026-01-0{day}T10:00:00Z"}
        for day, source in enumerate(("wire", "paper", "daily"), 2)
    ]
    file = messages(tmp_path, *rows)
    during = ("--arrived-at=at", "--from=2026-01-03T00:00Z", "--to=2026-01-04T00:00Z")
    shown = cleanwire("dry-run", file.name, *during, cwd=tmp_path).stdout.splitlines()
    assert [row.split()[:2] for row in shown] == [["raw.jsonl:2", "syndicated"]]
    cold = cleanwire("dry-run", file.name, *during, "--warm-up=0", cwd=tmp_path).stdout.splitlines()
    assert [row.split()[:2] for row in cold] == [["raw.jsonl:2", "new"]]


@pytest.mark.parametrize("against", ["no.jsonl", "./published"])
def test_what_can_be_no_topic_must_be_a_file(tmp_path: Path, against: str) -> None:
    """A mistyped name is no reason to look for a broker."""
    file = messages(tmp_path, {"content": POOL})
    done = cleanwire("dry-run", file.name, "--against", against, cwd=tmp_path)
    assert (done.returncode, "there is no such file" in done.stderr) == (2, True)


def test_nothing_to_read_is_said(tmp_path: Path) -> None:
    """Neither files nor a time."""
    done = cleanwire("dry-run", cwd=tmp_path)
    assert (done.returncode, "--from" in done.stderr) == (2, True)


def line(place: str, *rules: str, **fields: Any) -> dict[str, Any]:
    """Return a line of a dry run that removed a line by each rule."""
    value = {
        "id": place,
        "source": "wire",
        "text": "text",
        "verdict": "new",
        "decision": {"rule": "no_match"},
        "removals": [{"rule": rule, "text": f"by {rule}"} for rule in rules],
        "arrived_at": "2026-01-01T00:00:00Z",
    }
    return {"file": place, "line": None, "headers": {}, "value": value | fields}


def difference(before: dict[str, Any], after: dict[str, Any]) -> Difference:
    """Return what differs between two lines."""
    return EarlierRun([outcome_in(before)]).take(outcome_in(after))


def test_removals_are_compared_by_rule() -> None:
    """A rule that takes a line more, and one that takes none any more."""
    found = difference(line("a", "x", "y", "y"), line("a", "y", "y", "z"))
    assert list(found.removals) == [(False, "x", ("by x",)), (True, "z", ("by z",))]
    assert not difference(line("a", "x"), line("a", "x")).is_one


def test_removals_that_are_not_carried_along_are_not_compared() -> None:
    """With CLEANWIRE_CLEAN__REMOVALS=counts nothing is known of rules."""
    found = difference(line("a", removed_chars={"share": 4}), line("a", "x"))
    assert (found.is_one, found.carries_removals) == (False, False)


def test_other_stories_texts_and_headlines_are_seen() -> None:
    """Verdict and rules stayed."""
    of_one, of_two = ({"duplicate_of": {"id": each}} for each in ("1", "2"))
    assert difference(line("a", **of_one), line("a", **of_two)).other_story
    assert difference(line("a"), line("a", text="longer text")).other_text
    assert difference(line("a", title="One"), line("a", title="Two")).other_title


def test_what_was_sent_before_is_no_difference() -> None:
    """A message that came twice left no trace on the output topics."""
    redelivered = {"file": "a", "line": 2, "headers": {}, "value": None}
    assert not EarlierRun([]).take(outcome_in(redelivered)).is_one
    assert EarlierRun([]).take(outcome_in(line("a"))).is_one


def test_versions_of_one_id_are_told_by_their_order() -> None:
    """What a person released is there as it was decided."""

    def tailed(verdict: str, rule: str, offset: int) -> dict[str, Any]:
        ref = {"topic": "news.raw", "partition": 0, "offset": offset}
        fields = {"verdict": verdict, "decision": {"rule": rule}, "raw_ref": ref}
        return dict(line("a", **fields)["value"])

    rows = [
        tailed("duplicate", "same_source_same", 1),
        tailed("new", "released", 1),
        tailed("update", "same_source_changed", 2),
    ]
    comparison = EarlierRun(map(outcome_in, rows))
    first, second = comparison.take(outcome_in(line("a"))), comparison.take(outcome_in(line("a")))
    assert first.verdict == ("duplicate (same_source_same)", "new (no_match)")
    assert second.verdict == ("update (same_source_changed)", "new (no_match)")
    assert not list(comparison.left())
