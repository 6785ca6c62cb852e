"""The delivery promise, kept while workers and brokers are killed; counted at the outputs.

`make test` runs the short form, `make test-failures` every row of docs/delivery.md.
"""

import os
import random
import signal
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from streams.kafka.broker.broker import EmbeddedBroker
from streams.settings import DedupeSettings, Scope, Settings
from tests.support.harness import Result, Run

SESSION_S = Settings().delivery.session_timeout_s

Disturbance = Callable[[Run, EmbeddedBroker | None], None]


def _between_outputs(run: Run) -> Iterator[random.Random]:
    """Yield again and again when something has just come out, after a moment of normal work."""
    rng = random.Random(1)  # noqa: S311 - repeatable, no secret
    while True:
        run.wait_for_output()
        time.sleep(rng.uniform(0.3, 2.0))
        yield rng


def nothing(run: Run, broker: EmbeddedBroker | None) -> None:
    """Leave the workers alone."""


def kill(times: int) -> Disturbance:
    """SIGKILL a worker `times` times."""

    def disturb(run: Run, broker: EmbeddedBroker | None) -> None:  # noqa: ARG001
        for _, rng in zip(range(times), _between_outputs(run), strict=False):
            rng.choice(run.workers).send(signal.SIGKILL)

    return disturb


def terminate(times: int) -> Disturbance:
    """SIGTERM a worker `times` times; it is started again."""

    def disturb(run: Run, broker: EmbeddedBroker | None) -> None:  # noqa: ARG001
        for _, rng in zip(range(times), _between_outputs(run), strict=False):
            rng.choice(run.workers).send(signal.SIGTERM)

    return disturb


def join_and_leave(times: int) -> Disturbance:
    """Let one more worker join and leave."""

    def disturb(run: Run, broker: EmbeddedBroker | None) -> None:  # noqa: ARG001
        for _, _ in zip(range(times), _between_outputs(run), strict=False):
            guest = run.add_worker()
            time.sleep(8)
            run.wait_for_output()
            assert guest.end() == 0

    return disturb


def freeze(times: int) -> Disturbance:
    """Stop a worker until its session is over and another has its partitions; then let it go on."""

    def disturb(run: Run, broker: EmbeddedBroker | None) -> None:  # noqa: ARG001
        for _, rng in zip(range(times), _between_outputs(run), strict=False):
            frozen = rng.choice(run.workers)
            frozen.send(signal.SIGSTOP)
            time.sleep(SESSION_S + 4)
            frozen.send(signal.SIGCONT)

    return disturb


def stop_broker(seconds: float) -> Disturbance:
    """Stop the broker in order, and start it again after a while."""

    def disturb(run: Run, broker: EmbeddedBroker | None) -> None:
        assert broker is not None
        next(_between_outputs(run))
        broker.stop()
        time.sleep(seconds)
        broker.start()

    return disturb


def kill_broker(times: int) -> Disturbance:
    """SIGKILL the broker, and start it again."""

    def disturb(run: Run, broker: EmbeddedBroker | None) -> None:
        assert broker is not None
        for _, _ in zip(range(times), _between_outputs(run), strict=False):
            broker.kill()
            broker.start()

    return disturb


@dataclass(frozen=True)
class Scenario:
    """What is done to how many workers."""

    name: str
    workers: int
    disturb: Disturbance


LONG = (
    Scenario("undisturbed", 1, nothing),
    Scenario("10 SIGKILL, one worker", 1, kill(10)),
    Scenario("10 SIGKILL, two workers", 2, kill(10)),
    Scenario("6 SIGTERM and restart, two workers", 2, terminate(6)),
    Scenario("a third worker joins and leaves, 3 times", 2, join_and_leave(3)),
    Scenario("SIGSTOP past the session and resumed, 3 times, two workers", 2, freeze(3)),
    Scenario("broker stopped for 30 s, two workers", 2, stop_broker(30)),
    Scenario("broker killed 3 times, two workers", 2, kill_broker(3)),
)
SHORT = (
    Scenario("3 SIGKILL, two workers", 2, kill(3)),
    Scenario("SIGSTOP past the session and resumed, two workers", 2, freeze(1)),
)


def _settings(kafka: str, folder: Path, partitions: int) -> Settings:
    return Settings(
        kafka=kafka,
        prefix=f"fail-{uuid.uuid4().hex[:8]}",
        data_dir=str(folder),
        dedupe=DedupeSettings(
            scope=Scope.ALL if partitions == 1 else Scope.SOURCE, partitions=partitions
        ),
    )


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedBroker]:
    """A broker of our own, to be stopped and killed."""
    if os.environ.get("CLEANWIRE_KAFKA"):
        pytest.skip("CLEANWIRE_KAFKA names a broker that is not ours to stop")
    with EmbeddedBroker(tmp_path_factory.mktemp("broker")) as started:
        yield started


def _run(
    scenario: Scenario,
    settings: Settings,
    folder: Path,
    broker: EmbeddedBroker | None,
    *,
    stories: int,
    rate: float,
) -> Result:
    run = Run(settings, folder, stories=stories, rate=rate)
    try:
        for _ in range(scenario.workers):
            run.add_worker()
        scenario.disturb(run, broker)
        return run.finish()
    finally:
        run.leave_nothing_running()


@pytest.mark.kafka
@pytest.mark.parametrize("scenario", SHORT, ids=lambda s: s.name)
def test_a_disturbed_worker_loses_nothing_and_publishes_nothing_twice(
    scenario: Scenario, kafka: str, tmp_path: Path
) -> None:
    """The short form: 6,000 messages through both stages, four prepared partitions."""
    settings = _settings(kafka, tmp_path, partitions=4)
    result = _run(scenario, settings, tmp_path, None, stories=3_000, rate=400)
    assert result.good, result


@pytest.mark.kafka
@pytest.mark.failure
@pytest.mark.parametrize("partitions", [1, 4])
@pytest.mark.parametrize("scenario", LONG, ids=lambda s: s.name)
def test_the_delivery_promise_row_by_row(
    scenario: Scenario, partitions: int, broker: EmbeddedBroker, tmp_path: Path
) -> None:
    """20,000 messages through both stages; prints the row of docs/delivery.md."""
    settings = _settings(broker.bootstrap, tmp_path, partitions)
    result = _run(scenario, settings, tmp_path, broker, stories=10_000, rate=250)
    exits = ", ".join(f"{n} x {status}" for status, n in sorted(result.exits.items())) or "none"
    print(  # noqa: T201 - the row
        f"\n| {scenario.name} | {partitions} | {result.messages:,} | {result.lost} "
        f"| {result.published_twice} | {result.not_once_new} | {result.verdicts_changed} "
        f"| {result.left_behind} | {result.longest_pause_s:.1f} s | {exits} |"
    )
    assert result.good, result
