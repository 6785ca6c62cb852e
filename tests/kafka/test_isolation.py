"""A worker reads committed records only, or it does not run."""

import pytest

from streams.exit_status import ExitStatus
from streams.settings import Settings
from tests.support.pipe import create_topics, run_until_it_ends


@pytest.mark.kafka
async def test_a_consumer_that_reads_aborted_records_ends_the_worker(settings: Settings) -> None:
    """As when a release of aiokafka no longer takes the level from where it is set."""
    await create_topics(settings)
    done = await run_until_it_ends(settings, app="tests.workers.uncommitted")
    assert done.returncode == ExitStatus.FAILED
    assert "records of aborted transactions" in done.stdout
