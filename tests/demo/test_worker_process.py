"""What is said of a worker that does not get ready."""

import sys
from pathlib import Path

import pytest

from streams.demo import worker_process
from streams.demo.check import DemoError
from streams.demo.worker_process import JOINING, STARTING, WorkerProcess
from streams.kafka.broker.listening import free_port
from streams.settings import Settings


async def test_a_worker_that_ends_is_said_to_have_ended(tmp_path: Path) -> None:
    """With its status, what it was at, and the end of its log."""
    settings = Settings(kafka="127.0.0.1:1", web_port=free_port(), data_dir=str(tmp_path))
    async with WorkerProcess(settings, tmp_path / "worker.log") as worker:
        with pytest.raises(DemoError, match="with status 75") as error:
            await worker.ready()
    # Its probes answer shortly before it finds that Kafka does not.
    assert any(f"while {state}" in str(error.value) for state in (STARTING, JOINING))
    assert "nothing listens on 127.0.0.1:1" in str(error.value)


async def test_a_worker_that_is_slow_is_waited_for_aloud(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is waited for is said meanwhile, and at the end for how long."""
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 30\n", encoding="utf-8")
    slow.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(slow))
    monkeypatch.setattr(worker_process, "READY_LIMIT_S", 1.0)
    monkeypatch.setattr(worker_process, "SAY_EVERY_S", 0.2)
    said: list[str] = []
    settings = Settings(web_port=free_port(), data_dir=str(tmp_path))
    async with WorkerProcess(settings, tmp_path / "worker.log") as worker:
        with pytest.raises(DemoError, match="not ready after 1 s: it starts"):
            await worker.ready(said.append)
    assert said
    assert set(said) == {"waiting for the worker: it starts, and does not answer yet"}
