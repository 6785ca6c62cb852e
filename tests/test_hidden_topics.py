"""A topic that Kafka does not show is missing, hidden from us, or just being created."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import TopicAuthorizationFailedError

from streams.kafka.topics.topic_table import Topic
from streams.kafka.topics.topics import _refuse_hidden

RAW = Topic("news.raw", 4, ())
NO_SUCH_TOPIC, NOT_AUTHORIZED, NO_ERROR = 3, 29, 0


class Admin:
    """Stands in for the client: answers with one error code, and lists these topics."""

    def __init__(self, code: int, topics: list[str]) -> None:
        self._code = code
        self._topics = topics

    async def describe_configs(self, wanted: list[Any]) -> list[Any]:
        """Answer for each topic with the code."""
        rows = [(self._code, "", 2, resource.name, ()) for resource in wanted]
        return [SimpleNamespace(resources=rows)]

    async def list_topics(self) -> list[str]:
        """Return what we may see now."""
        return self._topics


async def test_a_missing_topic_is_missing() -> None:
    """Kafka says so."""
    await _refuse_hidden(Admin(NO_SUCH_TOPIC, []), [RAW])


@pytest.mark.parametrize("code", [NOT_AUTHORIZED, NO_ERROR])
async def test_a_topic_that_we_may_not_see_is_refused(code: int) -> None:
    """Whether we may see its configuration, and only that, or nothing at all."""
    with pytest.raises(TopicAuthorizationFailedError, match=r"news\.raw"):
        await _refuse_hidden(Admin(code, []), [RAW])


async def test_a_topic_that_was_just_created_is_not_refused() -> None:
    """By another worker that started at the same time."""
    await _refuse_hidden(Admin(NO_ERROR, ["news.raw"]), [RAW])
