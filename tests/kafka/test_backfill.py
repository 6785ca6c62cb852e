"""`cleanwire backfill`: old articles by their own time, once each, apart from what is live."""

import asyncio
import json
import signal
import subprocess
from pathlib import Path

import pytest

from streams.commands.backfill import lane_of
from streams.settings import Settings
from tests.support.archive import expected, write_archive
from tests.support.command import CLEANWIRE, cleanwire
from tests.support.harness import load
from tests.support.pipe import Pipe, Record, create_topics, running
from tests.support.program import environment

pytestmark = pytest.mark.kafka

TEXT = (
    "The ferry to the outer islands will run twice a day from May, the harbour office said.\n"
    "Tickets stay at nine euros, and children under six travel without paying anything.\n"
)


def verdicts(records: list[Record]) -> list[tuple[str, str, str | None]]:
    """Return id, verdict and first of the story of each article, in order of their ids."""
    articles = [json.loads(record.value or b"") for record in records]
    return sorted(
        (each["id"], each["verdict"], (each.get("duplicate_of") or {}).get("id"))
        for each in articles
    )


async def backfill(settings: Settings, folder: Path, *arguments: str | Path) -> tuple[int, str]:
    """Run the command to its end; return status and all that it says."""
    done = await asyncio.to_thread(
        cleanwire, "backfill", *arguments, cwd=folder, env=environment(settings)
    )
    return done.returncode, done.stdout + done.stderr


def started(settings: Settings, folder: Path, *arguments: str | Path) -> "subprocess.Popen[bytes]":
    """Start the command."""
    return subprocess.Popen(
        [CLEANWIRE, "backfill", *arguments],
        cwd=folder,
        env=environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


async def test_after_each_kill_the_same_command_goes_on(settings: Settings, tmp_path: Path) -> None:
    """Nothing is lost or comes out twice, the verdicts are those of an archive in order."""
    stories = 1_500
    files = write_archive(tmp_path, stories)
    pipe = Pipe(lane_of(settings, "backfill"))
    seen: list[Record] = []
    kills = 0
    for more in (1, 600, 600):
        run = started(settings, tmp_path, *files)
        seen += await asyncio.to_thread(pipe.take, more)
        kills += run.poll() is None
        run.send_signal(signal.SIGKILL)
        run.communicate()
    assert kills == 3
    status, said = await backfill(settings, tmp_path, *files)
    assert status == 0, said
    seen += await asyncio.to_thread(pipe.take, 2 * stories - len(seen))
    assert not await asyncio.to_thread(pipe.take, 1, 2)
    pipe.close()
    assert verdicts(seen) == sorted(expected(stories))
    assert len({record.header("cleanwire-origin") for record in seen}) == 2 * stories
    status, said = await backfill(settings, tmp_path, *files)
    assert (status, said.count(f"{2 * stories:,} were done before")) == (0, 1), said
    assert "0 messages done" in said


async def test_ctrl_c_says_what_is_done(settings: Settings, tmp_path: Path) -> None:
    """Status 130, the count, and that the same command goes on; SIGTERM is the same."""
    stories = 1_000
    files = write_archive(tmp_path, stories)
    pipe = Pipe(lane_of(settings, "backfill"))
    seen: list[Record] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        run = started(settings, tmp_path, *files)
        seen += await asyncio.to_thread(pipe.take, 1)
        run.send_signal(number)
        said = (await asyncio.to_thread(run.communicate, None, 60))[0].decode()
        assert run.returncode == 130, said
        assert "the same command goes on from here" in said
        assert "messages done" in said
        seen += await asyncio.to_thread(pipe.take, 2 * stories, 2)
    status, said = await backfill(settings, tmp_path, *files)
    assert status == 0, said
    seen += await asyncio.to_thread(pipe.take, 2 * stories - len(seen))
    pipe.close()
    assert verdicts(seen) == sorted(expected(stories))


async def test_live_verdicts_are_those_without_a_backfill(
    settings: Settings, tmp_path: Path
) -> None:
    """The very same articles are new in both lanes, and copies of their own lane's alone."""
    stories = 100
    await create_topics(settings)
    files = write_archive(tmp_path, stories)
    live, old = Pipe(settings), Pipe(lane_of(settings, "backfill"))
    with running(settings, tmp_path):
        run = started(settings, tmp_path, *files)
        for article in load(stories):
            live.queue(article.value(), key=f"story-{article.story}".encode())
        live.flush()
        of_live = await asyncio.to_thread(live.take, 2 * stories)
        of_old = await asyncio.to_thread(old.take, 2 * stories)
        assert (await asyncio.to_thread(run.communicate, None, 60), run.returncode)[1] == 0
        assert not await asyncio.to_thread(live.take, 1, 1)
    assert verdicts(of_live) == verdicts(of_old) == sorted(expected(stories))
    live.close()
    old.close()


def write_lines(path: Path, *articles: dict[str, object]) -> None:
    """Write articles as JSON lines."""
    path.write_text("".join(json.dumps(article) + "\n" for article in articles), "utf-8")


def article(source: str, published_at: str | None = None, text: str = TEXT) -> dict[str, object]:
    """Return an article of a source."""
    dated = {"published_at": published_at} if published_at else {}
    return {"id": "1", "source": source, "content": text, **dated}


async def test_copies_are_known_inside_the_window_by_their_own_time(
    settings: Settings, tmp_path: Path
) -> None:
    """Letters are sources of one story; the window has 72 hours, and time may go anywhere.

    2020-01-01  a new      2020-01-03  b copy of a    2019-06-01  c new (a year back)
    2031-01-01  d new      2019-06-02  e copy of c    2020-01-04  f copy of a, after all that
    no date     g copy of a (the time of the one before)
    1955-05-01  h new          1955-05-02  i copy of h
    """
    file = tmp_path / "old.jsonl"
    dates = {
        "a": "2020-01-01", "b": "2020-01-03", "c": "2019-06-01", "d": "2024-01-01",
        "e": "2019-06-02", "f": "2020-01-04", "g": None,
        "h": "1955-05-01", "i": "1955-05-02",
    }  # fmt: skip
    write_lines(file, *(article(name, date) for name, date in dates.items()))
    status, said = await backfill(settings, tmp_path, file)
    assert status == 0, said
    pipe = Pipe(lane_of(settings, "backfill"))
    seen = await asyncio.to_thread(pipe.take, len(dates))
    pipe.close()
    assert {r.header("cleanwire-story")[0] + (r.key or b"").decode()[0] for r in seen} == {
        *("aa", "ab", "cc", "dd", "ce", "af", "ag", "hh", "hi")
    }


async def test_what_is_remembered_lasts_from_run_to_run(settings: Settings, tmp_path: Path) -> None:
    """Lines that were added are done next time, and are copies of those before."""
    file = tmp_path / "old.jsonl"
    write_lines(file, article("a", "2020-01-01"))
    assert (await backfill(settings, tmp_path, file))[0] == 0
    write_lines(file, article("a", "2020-01-01"), article("b", "2020-01-02"))
    assert (await backfill(settings, tmp_path, file))[0] == 0
    pipe = Pipe(lane_of(settings, "backfill"))
    seen = await asyncio.to_thread(pipe.take, 2)
    assert not await asyncio.to_thread(pipe.take, 1, 1)
    pipe.close()
    assert {record.header("cleanwire-verdict") for record in seen} == {"new", "syndicated"}
    assert {record.header("cleanwire-origin") for record in seen} == {f"{file}/0/0", f"{file}/0/1"}


async def test_a_file_that_has_changed_is_not_taken_for_the_one_that_was_done(
    settings: Settings, tmp_path: Path
) -> None:
    """Status 2 and what to do, whether it begins otherwise or is shorter."""
    file = tmp_path / "old.jsonl"
    write_lines(file, article("a", "2020-01-01"), article("b", "2020-01-02"))
    assert (await backfill(settings, tmp_path, file))[0] == 0
    for articles in ([article("c"), article("d"), article("e")], [article("a", "2020-01-01")]):
        write_lines(file, *articles)
        status, said = await backfill(settings, tmp_path, file)
        assert status == 2, said
        assert "has changed: 2 of its messages were done" in said


async def test_bad_messages_are_rejected_on_the_lane(settings: Settings, tmp_path: Path) -> None:
    """With the reason, their bytes, and the file and number as origin; what is no JSON is named."""
    file = tmp_path / "old.jsonl"
    file.write_text('{"content": " "}\n{"content": \n' + json.dumps(article("a")) + "\n", "utf-8")
    status, said = await backfill(settings, tmp_path, file)
    assert status == 4, said
    assert f"{file}:2: not JSON" in said
    pipe = Pipe(lane_of(settings, "backfill"))
    rejected, clean = await asyncio.to_thread(pipe.take, 2)
    pipe.close()
    if rejected.door != "rejected":
        rejected, clean = clean, rejected
    assert rejected.header("cleanwire-reason") == "no_text"
    assert rejected.header("cleanwire-origin") == f"{file}/0/0"
    assert json.loads(rejected.value or b"") == {"content": " "}
    assert clean.header("cleanwire-verdict") == "new"


async def test_a_topic_is_read_from_one_time_to_another(settings: Settings, tmp_path: Path) -> None:
    """Partitions are merged by the time of their records, and each record is done once."""
    await create_topics(settings, raw={"message.timestamp.type": "CreateTime"})
    pipe = Pipe(settings)
    day_ms, begin_ms = 86_400_000, 1_700_000_000_000
    for day in range(10):
        text = f"Story {day // 2}: {TEXT}".replace("nine", f"{day // 2}7")
        value = json.dumps({"source": f"s{day}.example", "content": text}).encode()
        pipe.queue(value, key=f"{day}".encode(), timestamp_ms=begin_ms + day * day_ms)
    pipe.flush()
    old = Pipe(lane_of(settings, "backfill"))
    from_, to = "2023-11-16T00:00+00:00", "2023-11-22T00:00+00:00"  # days 2 to 7
    arguments = ("--topic", f"{settings.prefix}.raw", "--from", from_, "--to", to)
    for _ in range(2):
        status, said = await backfill(settings, tmp_path, *arguments)
        assert status == 0, said
    seen = await asyncio.to_thread(old.take, 6)
    assert not await asyncio.to_thread(old.take, 1, 1)
    assert sorted(
        (json.loads(r.value or b"")["source"], r.header("cleanwire-verdict")) for r in seen
    ) == [(f"s{day}.example", "syndicated" if day % 2 else "new") for day in range(2, 8)]
    assert all(r.header("cleanwire-origin").startswith(f"{settings.prefix}.raw/") for r in seen)
    pipe.close()
    old.close()


async def test_a_second_run_fences_the_first(settings: Settings, tmp_path: Path) -> None:
    """The first ends with status 72; together they do everything once."""
    stories = 1_000
    files = write_archive(tmp_path, stories)
    pipe = Pipe(lane_of(settings, "backfill"))
    first = started(settings, tmp_path, *files)
    seen = await asyncio.to_thread(pipe.take, 1)
    status, said = await backfill(settings, tmp_path, *files)
    assert status == 0, said
    told = (await asyncio.to_thread(first.communicate, None, 60))[0].decode()
    assert first.returncode == 72, told
    assert "another backfill has taken over" in told
    seen += await asyncio.to_thread(pipe.take, 2 * stories - len(seen))
    assert not await asyncio.to_thread(pipe.take, 1, 1)
    pipe.close()
    assert verdicts(seen) == sorted(expected(stories))


async def test_what_cannot_be_done_is_said(settings: Settings, tmp_path: Path) -> None:
    """Status 2 and the option that is wrong."""
    for arguments, words in {
        (): "name files, or --topic",
        ("a.jsonl", "--from", "2d"): "--from and --to are of a --topic",
        ("a.jsonl", "--lane", "No"): "--lane No",
        ("-",): "name a file",
    }.items():
        status, said = await backfill(settings, tmp_path, *arguments)
        assert (status, words in said) == (2, True), said
