"""What `make test-trust` does to workers, networks, brokers and their disks."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from streams.exit_status import ExitStatus
from streams.kafka.topics.topics import ensure
from streams.settings import Settings
from streams.topology import names
from tests.support.broker_logs import keep_log, lose_end
from tests.support.cluster import Cluster, ProxiedBroker
from tests.support.harness import Run, environment
from tests.support.offsets import delete_offset
from tests.support.proxy import END_TXN

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("TRUST_KILLS", "20"))
# The last commit before records went in batches. It leaves out fields that it does not know.
RELEASE_BEFORE = os.environ.get("TRUST_RELEASE_BEFORE", "d7364f3")


@dataclass
class World:
    """A run, the broker under it, and how to reach it from far away."""

    run: Run
    broker: ProxiedBroker
    cluster: Cluster | None = None

    @property
    def far(self) -> Settings:
        """The settings of a worker behind the proxy."""
        return self.run.settings.model_copy(update={"kafka": self.broker.proxy.bootstrap})

    def after_output(self, pause_s: float = 0.7) -> None:
        """Wait until something comes out, and a moment more."""
        self.run.wait_for_output()
        time.sleep(pause_s)

    @property
    def is_fed(self) -> bool:
        """Whether all messages have been pushed."""
        return not self.run.feeder.is_alive()


Disturbance = Callable[[World], None]


def far(disturb: Disturbance, workers: int = 2) -> Disturbance:
    """Put the workers behind the proxy first."""

    def disturbed(world: World) -> None:
        for _ in range(workers):
            world.run.add_worker(settings=world.far)
        try:
            disturb(world)
        finally:
            network = world.broker.proxy.network
            network.latency_s = network.bytes_per_s = 0
            network.black_hole = False

    return disturbed


def latency(each_way_s: float) -> Disturbance:
    """Let everything take longer."""

    def disturb(world: World) -> None:
        world.broker.proxy.network.latency_s = each_way_s
        world.run.feeder.join()
        world.run.wait_for_all()

    return disturb


def throttle(bytes_per_s: float) -> Disturbance:
    """Let little through."""

    def disturb(world: World) -> None:
        world.after_output()
        world.broker.proxy.network.bytes_per_s = bytes_per_s
        world.run.feeder.join()

    return disturb


def cut(times: int) -> Disturbance:
    """Reset all connections again and again."""

    def disturb(world: World) -> None:
        for _ in range(times):
            world.after_output()
            world.broker.proxy.cut()

    return disturb


def black_hole(times: int, seconds: float) -> Disturbance:
    """Swallow all that is sent, for a while."""

    def disturb(world: World) -> None:
        for _ in range(times):
            world.after_output()
            world.broker.proxy.network.black_hole = True
            time.sleep(seconds)
            world.broker.proxy.network.black_hole = False

    return disturb


def half_open(times: int) -> Disturbance:
    """Reset the broker's side of all connections, and tell the workers nothing for a while."""

    def disturb(world: World) -> None:
        for _ in range(times):
            world.after_output()
            world.broker.proxy.half_open()
            time.sleep(5)
            world.broker.proxy.network.black_hole = False

    return disturb


def late_end_txn(times: int) -> Disturbance:
    """Hold a commit back, cut its connection, and let it arrive in a later transaction."""

    def disturb(world: World) -> None:
        proxy = world.broker.proxy
        for _ in range(times):
            world.after_output(0.1)
            proxy.hold(END_TXN)
            while not proxy.held and not world.is_fed:
                time.sleep(0.005)
            time.sleep(0.4)
            proxy.deliver()

    return disturb


def freeze(times: int, seconds: float) -> Disturbance:
    """Stop a worker, let another take over, and let it go on: a zombie."""

    def disturb(world: World) -> None:
        for turn in range(times):
            world.after_output()
            frozen = world.run.workers[turn % len(world.run.workers)]
            frozen.send(signal.SIGSTOP)
            time.sleep(seconds)
            frozen.send(signal.SIGCONT)

    return near(2)(disturb)


def near(workers: int) -> Callable[[Disturbance], Disturbance]:
    """Start workers that reach the broker without the proxy."""

    def decorate(disturb: Disturbance) -> Disturbance:
        def disturbed(world: World) -> None:
            for _ in range(workers):
                world.run.add_worker()
            disturb(world)

        return disturbed

    return decorate


def storm(times: int) -> Disturbance:
    """Let workers join and leave faster than a rebalance ends."""

    def disturb(world: World) -> None:
        for _ in range(times):
            guest = world.run.add_worker()
            time.sleep(2.5)
            assert guest.end() in {0, -signal.SIGTERM}

    return near(2)(disturb)


def kill_at(point: str, kills: int, chance: float) -> Disturbance:
    """Let workers kill themselves at a point, until it has happened often enough."""

    def disturb(world: World) -> None:
        victim = world.run.add_worker("tests.workers.marked", MARK=point, MARK_CHANCE=str(chance))
        while len(victim.exits) < kills and not world.run.is_done:
            time.sleep(0.1)
        victim.wanted = False
        victim.process.kill()
        victim.process.wait()
        assert len(victim.exits) >= kills, f"only {victim.exits}"
        world.run.feeder.stop()
        world.run.add_worker()

    return disturb


def skew(*seconds: float) -> Disturbance:
    """Run workers whose clocks differ, and let them take over from one another."""

    def disturb(world: World) -> None:
        for each in seconds:
            world.run.add_worker("tests.workers.skewed", SKEW_S=str(each))
        for turn in range(4):
            world.after_output()
            world.run.workers[turn % len(seconds)].send(signal.SIGKILL)

    return disturb


def leader_killed(times: int) -> Disturbance:
    """SIGKILL one broker of three after the other, and bring it back."""

    def disturb(world: World) -> None:
        assert world.cluster is not None
        for turn in range(times):
            world.after_output(1)
            node = world.cluster.nodes[turn % 3]
            node.kill()
            time.sleep(5)
            node.start()

    return near(2)(disturb)


def disk_full(world: World) -> None:
    """Fill the broker's disk, which ends it, and make room again."""
    for _ in range(2):
        world.run.add_worker()
    world.after_output(1)
    filler = world.broker.data_dir / "kafka" / "filler"
    with filler.open("wb") as file:
        try:
            while True:
                file.write(b"x" * 1_000_000)
                file.flush()
        except OSError:
            pass
    time.sleep(8)
    filler.unlink()
    world.broker.kill()
    world.broker.start()


def stopped(act: Callable[[World], None], then: str | None) -> Disturbance:
    """Stop the worker, let something be lost, see it refused, and take the way out."""

    def disturb(world: World) -> None:
        worker = world.run.start_worker()
        world.after_output(3)
        assert worker.end() == 0
        act(world)
        asyncio.run(ensure(world.run.settings, create=True))
        if then:
            refused = world.run.add_worker()
            refused.wanted = False
            assert refused.process.wait(60) == ExitStatus.TOPICS_MISMATCH, refused.log[-2_000:]
            assert f"cleanwire reset {then}" in refused.log
            reset(world.run.settings, then)
        world.run.start_worker()

    return disturb


def reset(settings: Settings, what: str) -> None:
    """Run the command that leads out."""
    subprocess.run(
        [sys.executable, "-m", "streams.cli", "reset", what, "--yes"],
        env={**os.environ, **environment(settings)},
        check=True,
    )


def delete_topic(door: str) -> Callable[[World], None]:
    """Delete a topic of ours, with all that is on it."""

    def act(world: World) -> None:
        topic = names(world.run.settings).topic(door)
        admin = world.run.admin
        admin.delete_topics([topic])[topic].result()
        while topic in admin.list_topics(timeout=10).topics:
            time.sleep(0.1)

    return act


def delete_offset_of(door: str) -> Callable[[World], None]:
    """Delete the committed offset of a topic's first partition."""

    def act(world: World) -> None:
        named = names(world.run.settings)
        delete_offset(world.run.settings.kafka, named.app_id, named.topic(door), 0)

    return act


def delete_group(world: World) -> None:
    """Delete all committed offsets."""
    group = names(world.run.settings).app_id
    admin = world.run.admin  # without a name it would be gone before Kafka answers
    admin.delete_consumer_groups([group])[group].result()


def cut_log(door: str) -> Callable[[World], None]:
    """Take a log back to where it was some hundred messages ago.

    All that the lost part was about has its outcome: what nobody has read by then is lost with it.
    """

    def act(world: World) -> None:
        run, broker = world.run, world.broker
        log = names(run.settings).topic(door), 0, Path(run.settings.data_dir) / "before"
        run.counting.outputs.origins_repeat = door == "raw"
        run.feeder.pause()
        keep_log(broker, *log)
        worker = run.start_worker()
        world.after_output(2)
        run.quiet()
        assert worker.end() == 0
        lose_end(broker, *log)

    return act


def release_before_and_back(world: World) -> None:
    """Run the release before, this one, and that one again, as an upgrade that is taken back."""
    root = Path(world.run.settings.data_dir) / "release"
    root.mkdir()
    git, tar = shutil.which("git") or "", shutil.which("tar") or ""
    archive = subprocess.run(
        [git, "-C", str(ROOT), "archive", RELEASE_BEFORE], capture_output=True, check=True
    )
    subprocess.run([tar, "xf", "-", "-C", str(root)], input=archive.stdout, check=True)
    for where in (root, None, root, None):
        last = world.run.add_worker(root=where, PYTHONPATH=str(where or ROOT))
        world.after_output(3)
        if where is not None or not world.is_fed:
            assert last.end() == 0
    if not last.wanted:
        world.run.add_worker()
