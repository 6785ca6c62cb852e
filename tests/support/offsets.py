"""Deletes a committed offset, as Kafka's own tool does; its Python clients cannot."""

import asyncio

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Int16, Int32, Schema, String


class OffsetDeleteResponse_v0(Response):  # type: ignore[misc]  # noqa: N801 - as aiokafka names them
    """Kafka's answer."""

    API_KEY = 47
    API_VERSION = 0
    SCHEMA = Schema(
        ("error_code", Int16),
        ("throttle_time_ms", Int32),
        (
            "topics",
            Array(
                ("topic", String("utf-8")),
                ("partitions", Array(("partition", Int32), ("error_code", Int16))),
            ),
        ),
    )


class OffsetDeleteRequest_v0(RequestStruct):  # type: ignore[misc]  # noqa: N801 - as above
    """The request on the wire."""

    API_KEY = 47
    API_VERSION = 0
    RESPONSE_TYPE = OffsetDeleteResponse_v0
    SCHEMA = Schema(
        ("group_id", String("utf-8")),
        (
            "topics",
            Array(("topic", String("utf-8")), ("partitions", Array(Int32))),
        ),
    )


class OffsetDeleteRequest(Request[OffsetDeleteRequest_v0]):  # type: ignore[misc] # as above
    """Asks for the offset of one partition to be deleted."""

    API_KEY = 47

    def __init__(self, group: str, topic: str, partition: int) -> None:
        self._fields = (group, [(topic, [partition])])

    def build(self, request_struct_class: type[OffsetDeleteRequest_v0]) -> OffsetDeleteRequest_v0:
        """Return the request on the wire."""
        return request_struct_class(*self._fields)


def delete_offset(kafka: str, group: str, topic: str, partition: int) -> None:
    """Delete the offset of a group that no worker is in."""

    async def delete() -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
        await admin.start()
        try:
            coordinator = await admin.find_coordinator(group)
            answer = await admin._send_request(
                OffsetDeleteRequest(group, topic, partition), coordinator
            )
        finally:
            await admin.close()
        assert answer.error_code == 0, answer
        assert [error for _, rows in answer.topics for _, error in rows] == [0], answer

    asyncio.run(delete())
