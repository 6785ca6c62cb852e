"""The admin client that a worker starts with: shared at first, and then let go."""

import asyncio

import pytest

from streams.kafka import connection
from streams.kafka.connection import FirstAdmin
from streams.settings import Settings

pytestmark = pytest.mark.kafka


async def test_it_is_shared_until_it_is_let_go(settings: Settings) -> None:
    """And whoever still has it then may go on."""
    first = FirstAdmin()
    async with first.open(settings) as one, first.open(settings) as same:
        assert one is same
        await first.let_go()
        assert await one.list_topics() is not None
    async with first.open(settings) as other:
        assert one._closed
        assert other is not one
        assert await other.list_topics() is not None
    assert one._closed


async def test_it_is_kept_for_a_while_only(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker without partitions would keep it for ever, and brokers move meanwhile."""
    monkeypatch.setattr(connection, "KEPT_S", 0.5)
    first = FirstAdmin()
    await first.ask_ahead(settings, [], "nobody")
    assert first.metadata is not None
    async with first.open(settings) as one:
        pass
    await asyncio.sleep(1)
    assert first.metadata is None
    async with first.open(settings) as other:
        assert one._closed
        assert other is not one
