"""TLS costs no pauses: uvloop takes 30 s to close a TLS connection with a request in flight."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from streams.settings import Settings
from tests.support.guarded import GuardedBroker, Way
from tests.support.pipe import Pipe, create_topics
from tests.support.program import environment

pytestmark = [pytest.mark.kafka, pytest.mark.trust]

PAUSE_LIMIT_S = 10.0


def _worker(broker: GuardedBroker, settings: Settings, log: Path) -> "subprocess.Popen[bytes]":
    """Start `cleanwire worker`, which is what runs on uvloop."""
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-c", "from streams.start import main; main()", "worker"],
            env={
                **environment(settings),
                "CLEANWIRE_KAFKA": broker.at(Way.TLS),
                "CLEANWIRE_KAFKA_TLS": "1",
                "CLEANWIRE_KAFKA_CA_FILE": str(broker.authority.pair.cert),
                "CLEANWIRE_WEB_PORT": "0",
            },
            stdout=file,
            stderr=subprocess.STDOUT,
        )


async def test_joining_and_leaving_pause_no_longer_than_without_tls(
    prefix: str, tmp_path: Path
) -> None:
    """A second worker joins, the first leaves; articles keep coming out, and it ends in time."""
    with GuardedBroker(tmp_path) as broker:
        settings = Settings(
            kafka=broker.bootstrap, prefix=prefix, data_dir=str(tmp_path), web_port=0
        )
        await create_topics(settings)
        pipe = Pipe(settings)
        pauses = []
        started = time.monotonic()
        first = _worker(broker, settings, tmp_path / "first.log")
        second = None
        for number in range(40):
            line = f"Lock {number} opens at dawn for barges of up to {number + 60} metres."
            article = {"content": line, "source": "a", "id": str(number)}
            pushed_at = time.monotonic()
            pipe.push(json.dumps(article).encode())
            assert len(await asyncio.to_thread(pipe.take, 1)) == 1
            pauses.append(time.monotonic() - pushed_at)
            if number == 10:
                second = _worker(broker, settings, tmp_path / "second.log")
            if number == 30:
                first.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.25)
        assert second is not None
        stopped_at = time.monotonic()
        second.send_signal(signal.SIGTERM)
        statuses = [await asyncio.to_thread(worker.wait, 40) for worker in (first, second)]
        took_s = time.monotonic() - stopped_at
        pipe.close()
    assert statuses == [0, 0]
    assert max(pauses) < PAUSE_LIMIT_S, (pauses, started)
    assert took_s < PAUSE_LIMIT_S
