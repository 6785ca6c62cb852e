"""A lane: what it commits together, and what it does not wait for."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, cast

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import ProducerFenced

from streams.core.messages.message import Handled, Message, Output
from streams.exit_status import ExitStatus
from streams.kafka.delivery.lane import LANE_MAX_MESSAGES, Lane, Terms
from streams.kafka.delivery.ledger import Ledger
from streams.kafka.delivery.place import Place
from streams.kafka.delivery.sequence import Link
from streams.settings import DeliverySettings

RAW = TopicPartition("news.raw", 0)


class Transactions:
    """Stands in for the producer: what it was sent, transaction by transaction."""

    in_doubt = False
    is_fenced = False

    def __init__(self) -> None:
        self.committed: list[tuple[list[bytes | None], int]] = []
        self._sent: list[bytes | None] = []
        self._offset = -1
        self.aborted = 0
        self.answers = asyncio.Event()  # whether Kafka answers a commit
        self.answers.set()

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
        await self.answers.wait()
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
    assert into.accept(offset, Link(generation=1, follows_from=offset), 0)
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


def decided(into: Lane, offset: int, by: list[int]) -> None:
    """Hand the lane a message that is decided when its turn comes, which `by` notes."""

    def decide() -> Handled:
        by.append(offset)
        return Handled(outputs=(Output("prepared", None, b"%d" % offset),))

    assert into.accept(offset, Link(generation=1, follows_from=offset), 0)
    into.put([Message(RAW.topic, RAW.partition, offset, 0, None, b"raw")], [decide])


async def committing(made: Lane, producer: Transactions) -> list[int]:
    """Have the lane commit message 0 and get no answer yet; returns what it decides, in order."""
    order: list[int] = []
    producer.answers.clear()
    decided(made, 0, order)
    await until(lambda: order == [0])
    await asyncio.sleep(0.02)  # longer than a lane waits for more
    return order


async def test_what_comes_during_a_commit_is_decided_and_goes_together() -> None:
    """The next transaction begins when the one before has ended, and holds all of it, in order."""
    producer = Transactions()
    made = lane(producer)
    order = await committing(made, producer)
    for offset in (1, 2, 3):
        await asyncio.sleep(0.02)  # longer than a lane waits for more
        decided(made, offset, order)
    await until(lambda: order == [0, 1, 2, 3])
    assert (producer.committed, made.committed) == ([], 0)
    producer.answers.set()
    await until(lambda: producer.committed == [([b"0"], 1), ([b"1", b"2", b"3"], 4)])
    await made.close(within_s=1)


async def test_a_lane_that_closes_commits_what_it_has_decided() -> None:
    """First the transaction under way, then what was decided meanwhile; nothing new is begun."""
    producer = Transactions()
    made = lane(producer)
    order = await committing(made, producer)
    decided(made, 1, order)
    await until(lambda: order == [0, 1])
    closing = asyncio.create_task(made.close(within_s=5))
    await asyncio.sleep(0)
    decided(made, 2, order)
    producer.answers.set()
    await closing
    assert (producer.committed, order) == ([([b"0"], 1), ([b"1"], 2)], [0, 1])


async def test_a_lane_cut_off_in_a_commit_leaves_the_rest_to_the_next_owner() -> None:
    """What was decided meanwhile is not even sent."""
    producer = Transactions()
    made = lane(producer)
    order = await committing(made, producer)
    decided(made, 1, order)
    await until(lambda: order == [0, 1])
    await made.close(within_s=0)
    assert (producer.committed, producer.aborted) == ([], 0)


async def test_a_commit_that_fails_is_told_while_nothing_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The lane waits for messages meanwhile, and must not stand still in silence."""
    ended: list[ExitStatus] = []

    def end(status: ExitStatus, *_: object, **__: object) -> None:
        ended.append(status)
        raise asyncio.CancelledError

    monkeypatch.setattr("streams.kafka.delivery.lane.end_process", end)
    producer = Transactions()
    made = lane(producer)

    async def fail() -> None:
        raise ProducerFenced

    monkeypatch.setattr(producer, "commit_transaction", fail)
    decided(made, 0, [])
    await until(lambda: ended == [ExitStatus.FENCED])
    await made.close(within_s=1)


async def test_a_lane_with_enough_to_do_has_no_room() -> None:
    """Counting what is under way to it."""
    made = lane(Transactions())
    assert made.has_room_for(LANE_MAX_MESSAGES - 1)
    assert not made.has_room_for(LANE_MAX_MESSAGES)
    for offset in range(LANE_MAX_MESSAGES):
        put(made, offset)
    assert not made.has_room_for(0)
    await made.close(within_s=0)
