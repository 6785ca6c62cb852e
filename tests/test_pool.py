"""The pool: results in order, and a limit that ends what takes too long."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence

import pytest

from streams.pool import Failure, Pool


def work(jobs: Sequence[str]) -> list[str]:
    """Do what a job says."""
    for job in jobs:
        if job == "hang":
            time.sleep(60)
        if job == "die":
            os._exit(9)
    return [job.upper() for job in jobs]


@pytest.fixture
async def pool() -> AsyncIterator[Pool[str, str]]:
    """A pool of one process with a limit of half a second."""
    made = Pool[str, str](work, processes=1, time_limit_s=0.5, size=len)
    yield made
    made.stop()


async def test_results_come_in_the_order_of_the_jobs(pool: Pool[str, str]) -> None:
    """Jobs of many batches keep their results apart."""
    jobs = [f"job {number}" for number in range(200)]
    results = await asyncio.gather(*map(pool.submit, jobs))
    assert results == [job.upper() for job in jobs]


@pytest.mark.parametrize(
    ("culprit", "failure"), [("hang", Failure.TIME_LIMIT), ("die", Failure.PROCESS_DIED)]
)
async def test_only_the_culprit_of_a_batch_fails(
    pool: Pool[str, str], culprit: str, failure: Failure
) -> None:
    """Its neighbours get their results, and the pool goes on."""
    results = await asyncio.gather(*map(pool.submit, ["a", culprit, "b"]))
    assert results == ["A", failure, "B"]
    assert await pool.submit("c") == "C"
