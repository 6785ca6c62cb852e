"""Where logs begin and end, asked of all their leaders at once."""

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, LeaderNotAvailableError, for_code
from aiokafka.protocol.offset import OffsetRequest, OffsetResetStrategy

from streams.kafka.topics.group import RETRY_S
from streams.kafka.topics.topic_facts import topic_facts

_NO_REPLICA = -1
# Not read_committed: its end stands before a transaction that is still open.
_READ_UNCOMMITTED = 0

# A partition may be without a leader for as long as clients wait for an answer.
LEADER_S = 40.0

logger = logging.getLogger(__name__)

Offsets = dict[TopicPartition, int]
Bounds = tuple[Offsets, Offsets]


async def bounds_of(
    admin: AIOKafkaAdminClient,
    partitions: Collection[TopicPartition],
    leaders: Mapping[TopicPartition, int] | None = None,
) -> Bounds:
    """Return the first offsets and the ends of logs, whoever is or becomes their leader.

    Raises:
        KafkaError: Kafka cannot be reached or refuses.
    """
    deadline = asyncio.get_running_loop().time() + LEADER_S
    topics = sorted({tp.topic for tp in partitions})
    while True:
        try:
            if leaders is None:
                leaders = (await topic_facts(admin, topics)).leaders
            return await _ask_all(admin, partitions, leaders)
        except KafkaError as error:
            if not error.retriable or asyncio.get_running_loop().time() > deadline:
                raise
            logger.warning("where logs end: %s; asking again", type(error).__name__)
            await asyncio.sleep(RETRY_S)
            leaders = None


async def _ask_all(
    admin: AIOKafkaAdminClient,
    partitions: Iterable[TopicPartition],
    leaders: Mapping[TopicPartition, int],
) -> Bounds:
    by_leader: dict[int, dict[str, list[int]]] = {}
    for tp in partitions:
        leader = leaders.get(tp, -1)
        if leader < 0:
            raise LeaderNotAvailableError(tp)
        by_leader.setdefault(leader, {}).setdefault(tp.topic, []).append(tp.partition)

    async def asked(strategy: int) -> Offsets:
        found: Offsets = {}
        for answer in await asyncio.gather(
            *(_ask(admin, leader, topics, strategy) for leader, topics in by_leader.items())
        ):
            found |= answer
        return found

    begins, ends = await asyncio.gather(
        asked(OffsetResetStrategy.EARLIEST), asked(OffsetResetStrategy.LATEST)
    )
    return begins, ends


async def _ask(
    admin: AIOKafkaAdminClient, leader: int, topics: Mapping[str, list[int]], strategy: int
) -> Offsets:
    request = OffsetRequest(
        _NO_REPLICA,
        _READ_UNCOMMITTED,
        [(topic, [(number, strategy) for number in numbers]) for topic, numbers in topics.items()],
    )
    response = await admin._send_request(request, leader)  # noqa: SLF001 - no other way
    found: Offsets = {}
    for topic, rows in response.topics:
        for number, code, _timestamp, offset in rows:
            if code:
                raise for_code(code)(f"{topic}[{number}]")
            found[TopicPartition(topic, number)] = offset
    return found
