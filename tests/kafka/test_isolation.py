"""A worker reads committed records only, or it does not run."""

from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer

from streams.exit_status import ExitStatus
from streams.kafka.on_faust.consumer import refuse_uncommitted
from streams.settings import Settings
from tests.support.pipe import create_topics, run_until_it_ends


@pytest.mark.kafka
async def test_a_consumer_that_reads_aborted_records_ends_the_worker(settings: Settings) -> None:
    """As when a release of aiokafka no longer takes the level from where it is set."""
    await create_topics(settings)
    done = await run_until_it_ends(settings, app="tests.support.uncommitted")
    assert done.returncode == ExitStatus.FAILED
    assert "records of aborted transactions" in done.stdout


@pytest.mark.kafka
async def test_a_consumer_that_reads_committed_records_is_taken(
    settings: Settings, tmp_path: Path
) -> None:
    """The check looks where aiokafka keeps the level."""
    del tmp_path
    async with AIOKafkaConsumer(
        bootstrap_servers=settings.kafka, isolation_level="read_committed"
    ) as consumer:
        refuse_uncommitted(consumer)
