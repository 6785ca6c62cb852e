"""`cleanwire demo` on a broker that is there already."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from streams.settings import Settings
from tests.support.program import environment

pytestmark = pytest.mark.kafka


async def demo_topics(kafka: str) -> list[str]:
    """Return the topics of demos on a broker."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        return [name for name in await admin.list_topics() if name.startswith("demo-")]
    finally:
        await admin.close()


def test_the_demo_ends_well_and_leaves_nothing_behind(settings: Settings, tmp_path: Path) -> None:
    """Every step comes out as it says, status 0, and the demo's topics are gone again."""
    done = subprocess.run(
        [sys.executable, "-m", "streams.cli", "demo"],
        env=environment(settings),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing lost, nothing twice" in done.stdout
    assert asyncio.run(demo_topics(settings.kafka)) == []
