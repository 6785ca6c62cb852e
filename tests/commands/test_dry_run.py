"""`cleanwire dry-run`: both stages over files, in memory."""

import json
from pathlib import Path
from typing import Any

import pytest

from streams.commands.dry_run import Clock, Run, dry_run
from streams.commands.files import Unreadable
from streams.commands.raw_input import Given, raw_inputs
from streams.core.dry_run.run_differences import RunOutcome, differences_of_runs
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
    settings = Settings(dedupe=DedupeSettings(**dedupe))
    found = list(dry_run(raw_inputs([file], Given()), settings, clock, ()))
    return [each for each in found if not isinstance(each, Unreadable)]


def test_every_message_comes_out_once_in_order(tmp_path: Path) -> None:
    """A line for each: topic with the prefix, key, headers as text, and the article."""
    file = messages(
        tmp_path,
        {"content": POOL, "source": "wire", "id": "1"},
        {"content": POOL, "source": "paper", "id": "2"},
        {"content": "", "source": "paper", "id": "3"},
    )
    done = cleanwire("dry-run", file, "--format", "jsonl", cwd=tmp_path)
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
    settings = Settings()
    (found,) = dry_run(raw_inputs([file], Given()), settings, Clock(0, 0, "at"), ())
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


def test_two_runs_are_compared(tmp_path: Path) -> None:
    """What a setting would change: verdicts by row, with messages to look at."""
    file = messages(
        tmp_path,
        {"content": POOL, "source": "wire"},
        {"content": "\n".join(TEXTS["pool"][:3] + TEXTS["bank"][:1]), "source": "paper"},
    )
    before = tmp_path / "before.jsonl"
    before.write_text(cleanwire("dry-run", file, "--format=jsonl", cwd=tmp_path).stdout, "utf-8")
    same = cleanwire("dry-run", file, "--against", before, cwd=tmp_path)
    assert (same.returncode, same.stdout) == (0, "nothing differs in 2 messages\n")
    strict = {"CLEANWIRE_DEDUPE__CONTAINMENT": "0.95"}
    other = cleanwire("dry-run", file, "--against", before, cwd=tmp_path, env=strict)
    assert other.returncode == 1
    assert "syndicated (other_source_copy) -> new (no_match)" in other.stdout
    assert "raw.jsonl:2" in other.stdout


def test_removals_are_compared_by_rule() -> None:
    """A rule that takes a line more, and messages that only one run has."""

    def outcome(place: str, *rules: str) -> RunOutcome:
        value = {
            "verdict": "new",
            "decision": {"rule": "no_match"},
            "removals": [{"rule": rule} for rule in rules],
        }
        return RunOutcome.of({"file": place, "line": None, "headers": {}, "value": value})

    before = [outcome("a", "x"), outcome("b"), outcome("c")]
    now = [outcome("a"), outcome("b", "y"), outcome("d")]
    assert [line.split(maxsplit=1)[1] for line in differences_of_runs(before, now)] == [
        "no longer removed by x: a",
        "only in the earlier run: c",
        "only in this run: d",
        "removed now by y: b",
    ]
