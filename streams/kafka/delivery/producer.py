"""The transactional producer of a lane, which knows when a request of its may still arrive."""

from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import NodeNotReadyError
from aiokafka.protocol.transaction import (
    AddOffsetsToTxnRequest,
    AddPartitionsToTxnRequest,
    EndTxnRequest,
    TxnOffsetCommitRequest,
)

# What changes a transaction at a coordinator. Records are not among them: their sequence numbers
# already make the broker drop one that arrives twice or late.
OF_TRANSACTIONS = (
    AddOffsetsToTxnRequest,
    AddPartitionsToTxnRequest,
    EndTxnRequest,
    TxnOffsetCommitRequest,
)


class LaneProducer(AIOKafkaProducer):  # type: ignore[misc] # it carries no types
    """A transactional producer that notices requests which were sent and never answered.

    aiokafka sends such a request again on another connection. The first may be on its way still,
    and the versions that aiokafka speaks name the producer's epoch, but not the transaction: one
    that arrives in the next transaction ends that one half-way (KAFKA-17754). `in_doubt` says that
    the epoch must be raised before another transaction begins.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
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
