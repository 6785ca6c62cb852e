"""The producer of a lane, as it fares with a real broker."""

import asyncio

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import IllegalOperation
from aiokafka.structs import OffsetAndMetadata

from streams.core.messages.message import Output
from streams.kafka.delivery.producer import lane_producer
from streams.settings import Settings
from streams.topology import names
from tests.support.pipe import create_topics

pytestmark = pytest.mark.kafka


async def test_a_producer_that_was_overtaken_knows_it(settings: Settings) -> None:
    """Aiokafka refuses what is asked of it afterwards as if it had never been in a transaction.

    A worker that was frozen past its session ended with status 70, an error, in the place of 72.
    """
    await create_topics(settings)
    clean = names(settings).topic("clean")
    async with lane_producer(settings, f"{settings.prefix}-lane") as first:
        await first.begin_transaction()
        assert not first.is_fenced
        async with lane_producer(settings, f"{settings.prefix}-lane") as second:
            assert not second.is_fenced
        sent = await first.send_all([(clean, Output("clean", None, b"late"))])
        await asyncio.wait(sent, timeout=10)
        with pytest.raises(IllegalOperation):
            await first.send_offsets_to_transaction(
                {TopicPartition(clean, 0): OffsetAndMetadata(1, "")}, "group"
            )
        assert first.is_fenced
