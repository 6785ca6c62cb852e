"""Setting a few configurations of a topic and leaving all others as they are.

aiokafka has AlterConfigs alone, which sets back to its default whatever is not sent along: wrong
for a topic that somebody else has set up.
"""

from collections.abc import Mapping

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Int8, Int16, Int32, Schema, String

TOPIC = 2
SET = 0


class IncrementalAlterConfigsResponse_v0(Response):  # type: ignore[misc]  # noqa: N801 - as aiokafka
    """Kafka's answer."""

    API_KEY = 44
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "resources",
            Array(
                ("error_code", Int16),
                ("error_message", String("utf-8")),
                ("resource_type", Int8),
                ("resource_name", String("utf-8")),
            ),
        ),
    )


class IncrementalAlterConfigsRequest_v0(RequestStruct):  # type: ignore[misc]  # noqa: N801 - as above
    """The request on the wire; Kafka 2.3 and later know it."""

    API_KEY = 44
    API_VERSION = 0
    RESPONSE_TYPE = IncrementalAlterConfigsResponse_v0
    SCHEMA = Schema(
        (
            "resources",
            Array(
                ("resource_type", Int8),
                ("resource_name", String("utf-8")),
                (
                    "configs",
                    Array(
                        ("name", String("utf-8")),
                        ("operation", Int8),
                        ("value", String("utf-8")),
                    ),
                ),
            ),
        ),
        ("validate_only", Boolean),
    )


class SetConfigsRequest(Request[IncrementalAlterConfigsRequest_v0]):  # type: ignore[misc] # as above
    """Asks for values of one topic to be set."""

    API_KEY = 44

    def __init__(self, topic: str, values: Mapping[str, str]) -> None:
        self._topic = topic
        self._values = values

    def build(
        self, request_struct_class: type[IncrementalAlterConfigsRequest_v0]
    ) -> IncrementalAlterConfigsRequest_v0:
        """Return the request on the wire."""
        configs = [(name, SET, value) for name, value in self._values.items()]
        only_validate = False
        return request_struct_class([(TOPIC, self._topic, configs)], only_validate)


async def set_configs(admin: AIOKafkaAdminClient, topic: str, values: Mapping[str, str]) -> None:
    """Set these values of a topic.

    Raises:
        KafkaError: Kafka refuses, or is older than 2.3.
    """
    response = await admin._send_request(SetConfigsRequest(topic, values))  # noqa: SLF001 - no other
    for code, message, *_ in response.resources:
        if code:
            raise for_code(code)(f"topic {topic} cannot be altered: {message}")
