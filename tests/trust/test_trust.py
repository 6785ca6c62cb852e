"""Rows of docs/delivery.md: the promise on bad networks, bad disks and in bad hands.

`make test-trust` runs all of them and writes the table; `-k` picks some, whose rows alone change.
"""

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from streams.settings import Settings
from tests.support.cluster import Cluster, ProxiedBroker
from tests.support.harness import Run
from tests.trust import disturbances as do
from tests.trust import table

pytestmark = [pytest.mark.kafka, pytest.mark.trust]

STORIES = int(os.environ.get("TRUST_STORIES", "2500"))
RATE = 150.0
POINTS = ("table write", "begin", "send", "offsets", "commit")
# How likely a call is met, of which a transaction has one of each. After a kill what has waited is
# done in few transactions.
CHANCE = 0.2


@dataclass(frozen=True)
class Row:
    """A disturbance under its name in the table, and what it needs."""

    name: str
    disturb: do.Disturbance
    needs: str = "broker"
    stories: int = STORIES
    rate: float = RATE  # messages a second


ROWS = (
    Row("round trip of 200 ms", do.far(do.latency(0.1))),
    Row("200 kB/s for each connection", do.far(do.throttle(200_000))),
    Row("connections cut, 10 times", do.far(do.cut(10))),
    Row("a commit that arrives in the next transaction, 10 times", do.far(do.late_end_txn(10))),
    Row("a black hole for 8 s, 3 times", do.far(do.black_hole(3, 8))),
    Row("half-open connections, 3 times", do.far(do.half_open(3))),
    Row("zombies: SIGSTOP for 15 s, 3 times", do.freeze(3, 15)),
    Row("a worker joins and leaves every 3 s, 8 times", do.storm(8)),
    Row("clocks an hour fast and an hour slow, 4 SIGKILL", do.skew(3600, -3600)),
    *(
        Row(
            f"killed {moment} {point}, {do.KILLS} times",
            do.kill_at(f"{moment} {point}", do.KILLS, CHANCE),
            # A killed worker's session lasts 6 s; there must be something to do until the last.
            stories=1_000 * do.KILLS,
            rate=50,
        )
        for point in POINTS
        for moment in ("before", "after")
    ),
    Row("the offset of prepared deleted", do.stopped(do.delete_offset_of("prepared"), "offsets")),
    Row("the offset of a raw partition deleted", do.stopped(do.delete_offset_of("raw"), "offsets")),
    Row("all offsets deleted", do.stopped(do.delete_group, "offsets")),
    Row("the prepared topic deleted", do.stopped(do.delete_topic("prepared"), "offsets")),
    Row("the end of a raw log lost", do.stopped(do.cut_log("raw"), "offsets")),
    Row("the end of prepared lost", do.stopped(do.cut_log("prepared"), "offsets")),
    Row("the release before, and back, twice", do.release_before_and_back, "release"),
    Row("three brokers, a leader killed 3 times", do.leader_killed(3), "cluster"),
    Row("the broker's disk full", do.disk_full, "tmpfs"),
)
written: dict[str, str] = {}


@pytest.fixture(scope="session", autouse=True)
def page() -> Iterator[None]:
    """Write the rows that were run."""
    yield
    table.write(written, [row.name for row in ROWS])


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProxiedBroker]:
    """One broker behind a proxy."""
    with ProxiedBroker(tmp_path_factory.mktemp("broker")) as started:
        yield started


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder with room for a few records."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    how = ["-t", "tmpfs", "-o", "size=400m", "tmpfs", str(folder)]
    if not mount or not umount or subprocess.run([mount, *how], check=False).returncode:
        raise UnavailableError("no right to mount a small disk")
    yield folder
    subprocess.run([umount, str(folder)], check=False)


class UnavailableError(Exception):
    """This machine cannot make a disturbance."""


def world_of(row: Row, folder: Path, request: pytest.FixtureRequest) -> do.World:
    """Return what a row runs in.

    Raises:
        UnavailableError: this machine has not what it takes.
    """
    cluster: Cluster | None = None
    if row.needs == "cluster":
        cluster = Cluster(folder / "nodes")
        request.addfinalizer(cluster.stop)
        cluster.start()
    if row.needs == "release" and not (shutil.which("git") and (do.ROOT / ".git").exists()):
        raise UnavailableError("no history of releases here")
    if row.needs == "tmpfs":
        small = request.getfixturevalue("small_disk")
        broker = ProxiedBroker(small)
        request.addfinalizer(broker.close)
        broker.start()
    else:
        broker = request.getfixturevalue("broker")
    settings = Settings(
        kafka=cluster.bootstrap if cluster else broker.bootstrap,
        prefix=f"trust-{uuid.uuid4().hex[:8]}",
        data_dir=str(folder),
        replication=3 if cluster else 1,
    )
    return do.World(Run(settings, folder, stories=row.stories, rate=row.rate), broker, cluster)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_promise(row: Row, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Each message once, each story new once, whatever is done meanwhile."""
    try:
        world = world_of(row, tmp_path, request)
    except UnavailableError as reason:
        written[row.name] = table.skipped(row.name, str(reason))
        pytest.skip(str(reason))
    try:
        row.disturb(world)
        result = world.run.finish()
    finally:
        world.run.leave_nothing_running()
    written[row.name] = table.row(row.name, result)
    print(written[row.name])  # noqa: T201 - seen while the others run
    assert result.good, result
