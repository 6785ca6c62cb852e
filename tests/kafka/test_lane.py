"""A lane: what it commits together, and what it does not wait for."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, cast

import pytest
from aiokafka import TopicPartition

from streams.core.messages.message import Handled, Message, Output
from streams.exit_status import ExitStatus
from streams.kafka.delivery.lane import Lane, Terms
from streams.kafka.delivery.ledger import Ledger
from streams.kafka.delivery.place import Place
from streams.kafka.delivery.sequence import Link
from streams.settings import DeliverySettings

RAW = TopicPartition("news.raw", 0)


class Transactions:
    """Stands in for the producer: what it was sent, transaction by transaction."""

    in_doubt = False

    def __init__(self) -> None:
        self.committed: list[tuple[list[bytes | None], int]] = []
        self._sent: list[bytes | None] = []
        self._offset = -1
        self.aborted = 0

    async def begin_transaction(self) -> None:
        """Open one."""
        self._sent = []

    async def send_all(self, outputs: Iterable[tuple[str, Output]]) -> list["asyncio.Future[Any]"]:
        """Take records."""
        self._sent += [output.value for _, output in outputs]
        return []

    async def send_offsets_to_transaction(
        self, offsets: Mapping[TopicPartition, Any], _group: str
    ) -> None:
        """Take the next offset."""
        self._offset = offsets[RAW].offset

    async def commit_transaction(self) -> None:
        """Close it."""
        self.committed.append((self._sent, self._offset))

    async def abort_transaction(self) -> None:
        """Give it up."""
        self.aborted += 1

    async def stop(self) -> None:
        """Do nothing."""


def lane(producer: Transactions, successor: Transactions | None = None, committed: int = 0) -> Lane:
    """Return a lane that has committed nothing, and what it finds when it takes over anew."""
    terms = Terms(
        group_id="news-cleanwire",
        topics={"prepared": "news.prepared"},
        limits=DeliverySettings(),
        on_commit=lambda _handled: None,
    )

    async def take_over(_: TopicPartition) -> tuple[Any, Place]:
        return successor, Place(RAW, committed, Ledger())

    place = Place(RAW, 0, Ledger())
    written_down: asyncio.Future[Mapping[TopicPartition, Place]] = asyncio.Future()
    written_down.set_result({RAW: place})
    return Lane(
        place,
        cast("Any", producer),
        terms,
        generation=1,
        take_over=take_over,
        written_down=written_down,
    )


def put(into: Lane, offset: int) -> "asyncio.Future[Handled]":
    """Hand the lane a message; its work is done when the future is."""
    work: asyncio.Future[Handled] = asyncio.get_running_loop().create_future()
    assert into.accept(offset, Link(generation=1, follows_from=offset))
    into.put([Message(RAW.topic, RAW.partition, offset, 0, None, b"raw")], [work])
    return work


def done(work: "asyncio.Future[Handled]", value: bytes) -> None:
    """End the work on a message with one record."""
    work.set_result(Handled(outputs=(Output("prepared", None, value),)))


async def until(condition: Any) -> None:
    """Return when something has become true; it must within some seconds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - looked at from outside
            await asyncio.sleep(0.01)


async def test_a_slow_article_does_not_hold_up_those_before_it() -> None:
    """They are committed without it, and it opens the next transaction."""
    producer = Transactions()
    made = lane(producer)
    works = [put(made, offset) for offset in range(3)]
    done(works[0], b"first")
    done(works[2], b"third")
    await until(lambda: producer.committed == [([b"first"], 1)])
    done(works[1], b"second")
    await until(lambda: producer.committed[1:] == [([b"second", b"third"], 3)])
    assert made.committed == 3
    await made.close(within_s=1)


async def test_messages_that_are_done_at_once_share_a_transaction() -> None:
    """In offset order, whichever was done first."""
    producer = Transactions()
    made = lane(producer)
    works = [put(made, offset) for offset in range(3)]
    for offset in (2, 1, 0):
        done(works[offset], b"%d" % offset)
    await until(lambda: producer.committed == [([b"0", b"1", b"2"], 3)])
    await made.close(within_s=1)


async def test_a_lane_that_closes_lets_go_of_what_is_not_done() -> None:
    """Nothing of it is committed, and its work is called off. No transaction is open for it."""
    producer = Transactions()
    made = lane(producer)
    works = [put(made, offset) for offset in range(4)]
    done(works[0], b"first")
    await until(lambda: producer.committed)
    await made.close(within_s=0.1)
    assert (made.committed, producer.aborted) == (1, 0)
    assert all(work.cancelled() for work in works[1:])


async def test_after_an_unanswered_request_the_next_transaction_has_a_new_epoch() -> None:
    """A request of the old one may still arrive, and would end a transaction of the same epoch."""
    first, second = Transactions(), Transactions()
    made = lane(first, second, committed=1)
    done(put(made, 0), b"first")
    await until(lambda: first.committed)
    first.in_doubt = True
    done(put(made, 1), b"second")
    await until(lambda: second.committed == [([b"second"], 2)])
    assert first.committed == [([b"first"], 1)]
    await made.close(within_s=1)


async def test_a_lane_that_was_overtaken_meanwhile_ends_the_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The other has committed further: what this one has in hand would come out twice."""
    ended: list[ExitStatus] = []

    def end(status: ExitStatus, *_: object, **__: object) -> None:
        ended.append(status)
        raise asyncio.CancelledError

    monkeypatch.setattr("streams.kafka.delivery.lane.end_process", end)
    first, second = Transactions(), Transactions()
    made = lane(first, second, committed=5)
    done(put(made, 0), b"first")
    await until(lambda: first.committed)
    first.in_doubt = True
    done(put(made, 1), b"second")
    await until(lambda: ended)
    assert (ended, second.committed) == ([ExitStatus.FENCED], [])
    await made.close(within_s=1)
