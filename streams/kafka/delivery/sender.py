"""What sends a lane's requests: aiokafka's sender, which asks soon again where that is enough.

A transaction is refused for some milliseconds at three moments, whatever the answer is called:

- its partitions, when it follows directly on another whose end the broker has not marked yet;
- its records, when the broker looks the transaction up while it is being changed (as if there were
  too few replicas);
- its offsets, when that is looked up together with another one's (as if there were no coordinator).

aiokafka asks again after 20 or 100 ms, after the last of them for the coordinator first.
"""

from collections.abc import Mapping
from typing import Any

from aiokafka.client import CoordinationType
from aiokafka.errors import (
    ConcurrentTransactions,
    CoordinatorNotAvailableError,
    GroupAuthorizationFailedError,
)
from aiokafka.producer.sender import (
    AddPartitionsToTxnHandler,
    Sender,
    SendProduceReqHandler,
    TxnOffsetCommitHandler,
)

# What a broker needs to mark the end of a transaction, or to have looked one up. The median of a
# transaction that follows directly was 40 ms with 20 in its place, 24 ms with this.
SOON_S = 0.003


class LaneSender(Sender):  # type: ignore[misc] # it carries no types
    """Sends the requests of a producer; its handlers say how soon again."""

    _offsets_refused = False
    _soon_s = SOON_S

    async def _do_add_partitions_to_txn(self, tps: Any) -> Any:
        node_id = await self._find_coordinator(
            CoordinationType.TRANSACTION, self._txn_manager.transactional_id
        )
        handler = _AddPartitions(self, tps)
        handler.soon_s = self._soon_s
        is_done = await handler.do(node_id)
        # A broker that needs longer has enough to do.
        self._soon_s = SOON_S if is_done else 2 * self._soon_s
        return is_done

    async def _send_produce_req(self, node_id: int, batches: Mapping[Any, Any]) -> None:
        await _Produce(self, batches).do(node_id)
        self._in_flight.remove(node_id)
        self._muted_partitions.difference_update(batches)

    async def _do_txn_offset_commit(self, offsets: Any, group_id: str) -> None:
        if not offsets:
            return
        try:
            node_id = await self._find_coordinator(CoordinationType.GROUP, group_id)
        except GroupAuthorizationFailedError as error:
            self._txn_manager.error_transaction(error)
            return
        handler = _CommitOffsets(self, offsets, group_id)
        handler.is_first = not self._offsets_refused
        self._offsets_refused = not await handler.do(node_id)


class _AddPartitions(AddPartitionsToTxnHandler):  # type: ignore[misc] # as above
    soon_s = SOON_S

    def handle_response(self, resp: Any) -> float | None:
        wait_s: float | None = super().handle_response(resp)
        if wait_s is not None and ConcurrentTransactions.errno in _codes(resp):
            return min(self.soon_s, float(self._default_backoff))
        return wait_s


class _Produce(SendProduceReqHandler):  # type: ignore[misc] # as above
    def __init__(self, sender: LaneSender, batches: Mapping[Any, Any]) -> None:
        super().__init__(sender, batches)
        if all(batch.retry_count == 1 for batch in batches.values()):
            self._default_backoff = SOON_S  # before the second try; then it may be the replicas


class _CommitOffsets(TxnOffsetCommitHandler):  # type: ignore[misc] # as above
    is_first = True

    def handle_response(self, resp: Any) -> float | None:
        if self.is_first and _codes(resp) == {CoordinatorNotAvailableError.errno}:
            return SOON_S  # if it is the coordinator, the next answer says so again
        wait_s: float | None = super().handle_response(resp)
        return wait_s


def _codes(answer: Any) -> set[int]:
    """Return the error codes of all partitions."""
    return {code for _, partitions in answer.errors for _, code in partitions}
