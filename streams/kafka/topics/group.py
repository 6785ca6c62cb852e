"""What a consumer group has committed, asked from the side."""

import asyncio

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    NotCoordinatorForGroupError,
)

# A coordinator that is not there yet, or still loading: it is asked again.
NOT_READY = (
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    NotCoordinatorForGroupError,
)
RETRY_S = 0.2
# The first question about any group makes Kafka create the topic of its offsets: a second or two.
_TRIES = 50


async def group_offsets(admin: AIOKafkaAdminClient, group: str) -> dict[TopicPartition, int]:
    """Return the next offset of each partition that the group has committed.

    Raises:
        KafkaError: Kafka cannot be reached, or its coordinator does not get ready.
    """
    for left in reversed(range(_TRIES)):
        try:
            found = await admin.list_consumer_group_offsets(group)
            break
        except NOT_READY:
            if not left:
                raise
            await asyncio.sleep(RETRY_S)
    return {tp: at.offset for tp, at in found.items() if at.offset >= 0}
