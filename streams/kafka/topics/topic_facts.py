"""What brokers know of topics: ids, leaders, and what we may do with them.

A topic that was deleted and made anew has another id. aiokafka asks for metadata as Kafka 1.0 knew
them, without ids and rights.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any
from uuid import UUID

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import IncompatibleBrokerVersion
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    AbstractType,
    Boolean,
    CompactArray,
    CompactString,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)

NO_ID = UUID(int=0)


class Right(IntEnum):
    """An operation on a topic, by Kafka's number for it."""

    READ = 3
    WRITE = 4
    DESCRIBE_CONFIGS = 10


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """What brokers know of those topics that exist."""

    leaders: Mapping[TopicPartition, int]  # every partition; -1 where none leads just now
    # By topic; nothing at all from brokers before Kafka 3.1.
    ids: Mapping[str, str] = field(default_factory=dict)
    rights: Mapping[str, frozenset[Right]] = field(default_factory=dict)
    # How often each partition has had another leader; as for ids.
    epochs: Mapping[TopicPartition, int] = field(default_factory=dict)


class Uuid(AbstractType[UUID]):  # type: ignore[misc] # it carries no types
    """Sixteen bytes."""

    @classmethod
    def encode(cls, value: UUID) -> bytes:
        """Return them."""
        return value.bytes

    @classmethod
    def decode(cls, data: Any) -> UUID:
        """Read them."""
        return UUID(bytes=data.read(16))


class MetadataResponse_v12(Response):  # type: ignore[misc]  # noqa: N801 - as aiokafka names them
    """Kafka's answer."""

    API_KEY = 3
    API_VERSION = 12
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            CompactArray(
                ("node_id", Int32),
                ("host", CompactString("utf-8")),
                ("port", Int32),
                ("rack", CompactString("utf-8")),
                ("tags", TaggedFields),
            ),
        ),
        ("cluster_id", CompactString("utf-8")),
        ("controller_id", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16),
                ("topic", CompactString("utf-8")),
                ("topic_id", Uuid),
                ("is_internal", Boolean),
                (
                    "partitions",
                    CompactArray(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", CompactArray(Int32)),
                        ("isr", CompactArray(Int32)),
                        ("offline", CompactArray(Int32)),
                        ("tags", TaggedFields),
                    ),
                ),
                ("authorized_operations", Int32),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class MetadataRequest_v12(RequestStruct):  # type: ignore[misc]  # noqa: N801 - as above
    """The request on the wire; Kafka 3.1 and later know it."""

    API_KEY = 3
    API_VERSION = 12
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = MetadataResponse_v12
    SCHEMA = Schema(
        (
            "topics",
            CompactArray(
                ("topic_id", Uuid), ("topic", CompactString("utf-8")), ("tags", TaggedFields)
            ),
        ),
        ("allow_auto_topic_creation", Boolean),
        ("include_topic_authorized_operations", Boolean),
        ("tags", TaggedFields),
    )


class TopicsRequest(Request[MetadataRequest_v12]):  # type: ignore[misc] # as above
    """Asks for some topics by name."""

    API_KEY = 3

    def __init__(self, topics: list[str]) -> None:
        self._topics = topics

    def build(self, request_struct_class: type[MetadataRequest_v12]) -> MetadataRequest_v12:
        """Return the request on the wire."""
        no_tags: dict[int, bytes] = {}
        topics = [(NO_ID, topic, no_tags) for topic in self._topics]
        create, rights = False, True
        return request_struct_class(topics, create, rights, no_tags)


async def topic_facts(admin: AIOKafkaAdminClient, topics: list[str]) -> TopicFacts:
    """Return what brokers know of `topics`, those that do not exist left out.

    Raises:
        KafkaError: Kafka cannot be reached.
    """
    try:
        response = await admin._send_request(TopicsRequest(topics))  # noqa: SLF001 - no other way
    except (IncompatibleBrokerVersion, NotImplementedError):
        return TopicFacts(_by_partition(await admin.describe_topics(topics), "leader"))
    found = [topic for topic in response.to_object()["topics"] if not topic["error_code"]]
    return TopicFacts(
        _by_partition(found, "leader"),
        {topic["topic"]: topic["topic_id"].hex for topic in found if topic["topic_id"] != NO_ID},
        {
            topic["topic"]: _rights(topic["authorized_operations"])
            for topic in found
            if topic["authorized_operations"] > 0  # else a broker that does not say
        },
        _by_partition(found, "leader_epoch"),
    )


def _by_partition(topics: list[dict[str, Any]], field_: str) -> dict[TopicPartition, int]:
    return {
        TopicPartition(topic["topic"], partition["partition"]): partition[field_]
        for topic in topics
        for partition in topic["partitions"]
    }


def _rights(bits: int) -> frozenset[Right]:
    """Return what the bits of an answer allow.

    >>> sorted(_rights(0b1000).difference({Right.WRITE}))
    [<Right.READ: 3>]
    """
    return frozenset(right for right in Right if bits >> right & 1)
