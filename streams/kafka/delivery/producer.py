"""The transactional producer of a lane, which knows when a request of its may still arrive."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import NodeNotReadyError, ProducerFenced, RequestTimedOutError
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.protocol.transaction import (
    AddOffsetsToTxnRequest,
    AddPartitionsToTxnRequest,
    EndTxnRequest,
    TxnOffsetCommitRequest,
)

from streams.core.messages.message import Output
from streams.headers import Headers
from streams.kafka.connection import client_options
from streams.kafka.delivery.sender import LaneSender
from streams.limits import LARGEST_REQUEST
from streams.settings import Settings

# What changes a transaction at a coordinator. Records are not among them: their sequence numbers
# already make the broker drop one that arrives twice or late.
OF_TRANSACTIONS = (
    AddOffsetsToTxnRequest,
    AddPartitionsToTxnRequest,
    EndTxnRequest,
    TxnOffsetCommitRequest,
)

# What goes to one partition in one request. When it is full, the next record waits until a request
# has left; 128 kB are only eleven articles.
MAX_BATCH_BYTES = 500_000

# After what Kafka refuses for the moment. aiokafka's 100 ms are much for a take-over.
RETRY_BACKOFF_MS = 20

_Record = tuple[bytes | None, bytes | None, Headers]

_partition_of = DefaultPartitioner()


class LaneProducer(AIOKafkaProducer):  # type: ignore[misc] # it carries no types
    """A transactional producer that notices requests which were sent and never answered.

    aiokafka sends such a request again on another connection. The first may be on its way still,
    and the versions that aiokafka speaks name the producer's epoch, but not the transaction: one
    that arrives in the next transaction ends that one half-way (KAFKA-17754). `in_doubt` says that
    the epoch must be raised before another transaction begins.

    With `metadata`, what brokers answered another client about our topics, it need not ask first.
    """

    def __init__(self, *, metadata: Any = None, **options: Any) -> None:
        super().__init__(**options)
        self._sender.__class__ = LaneSender  # it has not started
        if metadata is not None:
            self._metadata_of_another = metadata
            self.client.bootstrap = self._bootstrap
        self.in_doubt = False
        self._send_request = self.client.send
        self.client.send = self._watched

    async def _watched(self, node_id: int, request: Any, **options: Any) -> Any:
        try:
            return await self._send_request(node_id, request, **options)
        except NodeNotReadyError:
            raise  # it was never sent
        except BaseException:
            self.in_doubt |= isinstance(request, OF_TRANSACTIONS)
            raise

    @property
    def is_fenced(self) -> bool:
        """Whether another producer has taken over.

        What comes next is refused under other names: "not in the middle of a transaction".
        """
        ended = self._txn_manager.wait_for_transaction_end()
        return bool(
            ended
            and ended.done()
            and not ended.cancelled()
            and isinstance(ended.exception(), ProducerFenced)
        )

    async def send_all(
        self, outputs: Iterable[tuple[str, Output]]
    ) -> list["asyncio.Future[object]"]:
        """Send outputs to topics, in order within each partition; returns what to wait for."""
        partitions: dict[str, list[int]] = {}
        records: dict[tuple[str, int], list[_Record]] = {}
        for topic, output in outputs:
            if topic not in partitions:
                partitions[topic] = sorted(await self.partitions_for(topic))
            numbers, number = partitions[topic], output.partition
            if number is None:
                number = (
                    _partition_of(output.key, numbers, numbers) if len(numbers) > 1 else numbers[0]
                )
            record = output.key, output.value, output.headers
            records.setdefault((topic, number), []).append(record)
        return [
            await self.send_batch(batch, topic, partition=number)
            for (topic, number), of_partition in records.items()
            for batch in full_batches(self, of_partition)
        ]

    async def publish(self, outputs: Iterable[tuple[str, Output]]) -> None:
        """Send outputs to topics in a transaction of their own; for programs that are no lane.

        Raises:
            RequestTimedOutError: a request of the transaction before may still arrive in this one.
        """
        if self.in_doubt:
            raise RequestTimedOutError("a request was not answered, and may still arrive")
        async with self.transaction():
            await asyncio.gather(*await self.send_all(outputs))

    async def _bootstrap(self) -> None:
        client = self.client
        client.cluster.update_metadata(self._metadata_of_another)
        client._sync_task = asyncio.create_task(client._md_synchronizer())  # noqa: SLF001


def lane_producer(settings: Settings, transactional_id: str, metadata: Any = None) -> LaneProducer:
    """Return the producer of a lane, not started yet; see `LaneProducer` for `metadata`."""
    return LaneProducer(
        metadata=metadata,
        retry_backoff_ms=RETRY_BACKOFF_MS,
        **client_options(settings),
        transactional_id=transactional_id,
        transaction_timeout_ms=int(settings.delivery.transaction_timeout_s * 1000),
        max_batch_size=MAX_BATCH_BYTES,
        max_request_size=LARGEST_REQUEST,
    )


def full_batches(producer: AIOKafkaProducer, records: Iterable[_Record]) -> Iterator[Any]:
    """Yield records of one partition in few batches, to be sent one after the other.

    Record by record aiokafka makes a future for each, and sends what is there while the rest is
    still being added.
    """
    batch = producer.create_batch()
    for key, value, headers in records:
        record = {"timestamp": None, "key": key, "value": value, "headers": list(headers)}
        if batch.append(**record) is None:  # it is full; the first of a batch always fits
            yield batch
            batch = producer.create_batch()
            batch.append(**record)
    yield batch
