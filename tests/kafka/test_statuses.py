"""Every exit status of docs/operations.md, each provoked; and how a worker stops.

Elsewhere: 70 in test_isolation.py, 73 in test_watchdog.py, 74 in test_refusals.py and
test_lost_logs.py, 77 in test_security.py.
"""

import asyncio
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from streams.exit_status import ExitStatus
from streams.kafka.broker.listening import free_port
from streams.settings import Settings
from streams.topology import names
from tests.support.cluster import ProxiedBroker
from tests.support.harness import Worker
from tests.support.harness import environment as worker_environment
from tests.support.limited import LimitedBroker
from tests.support.pipe import Pipe, create_topics, run_until_it_ends, running
from tests.support.program import environment

pytestmark = pytest.mark.kafka

STOPS_WITHIN_S = 30.0


def _article(number: int) -> bytes:
    line = f"Lock {number} opens at dawn for barges of up to {number + 60} metres."
    return json.dumps({"content": line, "source": "a", "id": str(number)}).encode()


async def test_a_kafka_that_is_not_there(settings: Settings) -> None:
    """75, with the address and the setting."""
    port = free_port()
    nowhere = settings.model_copy(update={"kafka": f"127.0.0.1:{port}"})
    done = await run_until_it_ends(nowhere)
    assert done.returncode == ExitStatus.BROKER_UNREACHABLE
    assert f"nothing listens on 127.0.0.1:{port} (CLEANWIRE_KAFKA)" in done.stdout
    assert "Traceback" not in done.stdout


async def test_a_name_that_cannot_be_resolved(settings: Settings) -> None:
    """75, with the name."""
    nowhere = settings.model_copy(update={"kafka": "nowhere.invalid:9092"})
    done = await run_until_it_ends(nowhere)
    assert done.returncode == ExitStatus.BROKER_UNREACHABLE
    assert "nowhere.invalid:9092 (CLEANWIRE_KAFKA) cannot be resolved" in done.stdout


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("CLEANWIRE_DATA_DIR", "/dev/null/here", "cannot be written to"),
        ("CLEANWIRE_WEB_HOST", "nowhere.invalid", "probes cannot listen on nowhere.invalid"),
        ("CLEANWIRE_KAFKA_PASSWORD_FILE", "/nothing", "cannot be read"),
    ],
)
async def test_a_setting_that_does_not_fit_this_machine(
    settings: Settings, setting: str, value: str, says: str
) -> None:
    """2, with its name."""
    await create_topics(settings)
    done = await run_until_it_ends(settings, **{setting: value})
    assert done.returncode == ExitStatus.CONFIGURATION, done.stdout[-2_000:]
    assert says in done.stdout
    assert setting in done.stdout
    assert "Traceback" not in done.stdout


async def test_a_record_that_is_passed_over(settings: Settings) -> None:
    """71: nothing is committed past it."""
    await create_topics(settings)
    pipe = Pipe(settings)
    for number in range(3):
        pipe.queue(_article(number), key=b"one partition")
    pipe.flush()
    done = await run_until_it_ends(settings, app="tests.workers.skipping")
    assert done.returncode == ExitStatus.RECORD_SKIPPED
    assert "were passed over" in done.stdout
    pipe.close()


async def test_another_worker_that_has_taken_over(settings: Settings, tmp_path: Path) -> None:
    """72: whoever comes later has the partition."""
    await create_topics(settings)
    named = names(settings)
    pipe = Pipe(settings)
    worker = Worker(worker_environment(settings), tmp_path)
    pipe.push(_article(0))
    assert len(await asyncio.to_thread(pipe.take, 1)) == 1
    async with AIOKafkaProducer(
        bootstrap_servers=settings.kafka,
        transactional_id=named.transactional_id(named.prepared, 0),
    ):
        pipe.push(_article(1))
        assert len(await asyncio.to_thread(pipe.take, 1)) == 1  # by the restarted one
    pipe.close()
    status = await asyncio.to_thread(worker.end)
    assert (worker.exits, status) == ([ExitStatus.FENCED], 0), worker.log[-3_000:]


@pytest.mark.parametrize("after_s", [0.0, 0.1, 0.3, 0.6, 1.0, 1.5])
async def test_sigterm_in_the_first_second(settings: Settings, after_s: float) -> None:
    """0: nothing has begun. Python itself takes some 50 ms to begin."""
    await create_topics(settings)  # without them the worker ends by itself within the second
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from streams.start import main; main()", "worker"),
        env=environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    await asyncio.sleep(0.25 + after_s)
    worker.send_signal(signal.SIGTERM)
    out, _ = await asyncio.wait_for(worker.communicate(), STOPS_WITHIN_S)
    assert worker.returncode == 0, out.decode()[-4_000:]


async def test_sigterm_while_partitions_are_taken_over(settings: Settings) -> None:
    """0: Faust then waited for its topics, and the stop for Faust, until Kubernetes killed both."""
    await create_topics(settings)
    done = await run_until_it_ends(settings, app="tests.workers.stopped_early")
    assert done.returncode == 0, done.stdout[-4_000:]


async def test_ctrl_c(settings: Settings) -> None:
    """0, when the transactions in hand are finished."""
    await create_topics(settings)
    pipe = Pipe(settings)
    pipe.push(_article(0))
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from streams.start import main; main()", "worker"),
        env=environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert len(await asyncio.to_thread(pipe.take, 1)) == 1
    pipe.close()
    worker.send_signal(signal.SIGINT)
    out, _ = await asyncio.wait_for(worker.communicate(), STOPS_WITHIN_S)
    assert worker.returncode == 0, out.decode()[-4_000:]


@pytest.mark.trust
@pytest.mark.parametrize("state", ["away", "hanging", "slow"])
async def test_sigterm_whatever_state_kafka_is_in(prefix: str, tmp_path: Path, state: str) -> None:
    """Inside 30 s with work in hand; what was not committed is done by the next worker, once."""
    with ProxiedBroker(tmp_path / "kafka") as broker:
        near = Settings(kafka=broker.bootstrap, prefix=prefix, data_dir=str(tmp_path), web_port=0)
        far = near.model_copy(update={"kafka": broker.proxy.bootstrap})
        await create_topics(near)
        pipe = Pipe(near)
        pipe.push(_article(0))
        worker = Worker(worker_environment(far), tmp_path)
        first = await asyncio.to_thread(pipe.take, 1)
        for number in range(1, 100):
            pipe.queue(_article(number))
        pipe.flush()
        if state == "slow":
            broker.proxy.network.latency_s = 0.3
        else:
            broker.proxy.network.refusing = state == "away"
            broker.proxy.network.black_hole = state == "hanging"
            if state == "away":
                broker.proxy.cut()
        await asyncio.sleep(1)
        asked_at = time.monotonic()
        status = await asyncio.to_thread(worker.end)
        took_s = time.monotonic() - asked_at
        with running(near, tmp_path):
            taken = [*first, *await asyncio.to_thread(pipe.take, 99)]
        more = await asyncio.to_thread(pipe.take, 1, 2)
        pipe.close()
    assert took_s < STOPS_WITHIN_S
    assert status in {0, ExitStatus.STALLED}, worker.log[-3_000:]
    assert (len({record.key for record in taken}), len(taken), more) == (100, 100, [])


@pytest.mark.trust
async def test_sigterm_while_kafka_hangs_at_the_start(prefix: str, tmp_path: Path) -> None:
    """A worker that waits for its first answer stops, too."""
    with ProxiedBroker(tmp_path / "kafka") as broker:
        broker.proxy.network.black_hole = True
        far = Settings(
            kafka=broker.proxy.bootstrap, prefix=prefix, data_dir=str(tmp_path), web_port=0
        )
        worker = Worker(worker_environment(far), tmp_path)
        await asyncio.sleep(4)
        asked_at = time.monotonic()
        status = await asyncio.to_thread(worker.end)
    assert time.monotonic() - asked_at < STOPS_WITHIN_S
    assert status in {0, ExitStatus.STALLED, ExitStatus.BROKER_UNREACHABLE}, worker.log[-3_000:]


LIMITS = {
    "transaction.max.timeout.ms=30000": "CLEANWIRE_DELIVERY__TRANSACTION_TIMEOUT_S",
    "group.min.session.timeout.ms=10000": "CLEANWIRE_DELIVERY__SESSION_TIMEOUT_S",
}


@pytest.mark.parametrize("limit", LIMITS)
async def test_a_limit_of_the_brokers(prefix: str, tmp_path: Path, limit: str) -> None:
    """2, with the setting's name and the broker's."""
    with LimitedBroker(tmp_path / "kafka", limit) as broker:
        settings = Settings(
            kafka=broker.bootstrap, prefix=prefix, data_dir=str(tmp_path), web_port=0
        )
        await create_topics(settings)
        done = await run_until_it_ends(settings)
    assert done.returncode == ExitStatus.CONFIGURATION, done.stdout[-3_000:]
    assert LIMITS[limit] in done.stdout
    assert limit.partition("=")[0] in done.stdout


async def test_a_foreign_member_in_the_group(settings: Settings) -> None:
    """2, with the group's name: two programs cannot share the partitions out."""
    from aiokafka import AIOKafkaConsumer  # noqa: PLC0415 - here only

    await create_topics(settings)
    named = names(settings)
    async with AIOKafkaConsumer(
        named.raw[0], bootstrap_servers=settings.kafka, group_id=named.app_id
    ):
        done = await run_until_it_ends(settings)
    assert done.returncode == ExitStatus.CONFIGURATION, done.stdout[-3_000:]
    assert f"group {named.app_id} has a member that is no worker" in done.stdout
