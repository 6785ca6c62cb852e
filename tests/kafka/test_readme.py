"""The programs in README.md run as they stand there, against a real worker."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import pytest

from streams.demo.worker_process import WorkerProcess
from streams.kafka.broker.listening import free_port
from streams.kafka.topics.topics import ensure
from streams.settings import Settings

pytestmark = pytest.mark.kafka

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
PROGRAMS = dict(re.findall(r"<!-- ([\w-]+) -->\n```python\n(.*?)```", README, re.DOTALL))


@pytest.mark.parametrize("name", ["aiokafka", "confluent-kafka"])
async def test_a_program_pushes_and_reads(name: str, settings: Settings, tmp_path: Path) -> None:
    """It sends an article and prints what came of it; only address and prefix differ here."""
    settings = settings.model_copy(update={"web_port": free_port()})
    program = PROGRAMS[name].replace("127.0.0.1:9092", settings.kafka)
    for topic in ("raw", "clean"):
        program = program.replace(f"news.{topic}", f"{settings.prefix}.{topic}")
    await ensure(settings, create=True)
    async with WorkerProcess(settings, tmp_path / "worker.log") as worker:
        await worker.ready()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, stdout=subprocess.PIPE
        )
        out, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0
    assert out.startswith(b"new example.com/")
