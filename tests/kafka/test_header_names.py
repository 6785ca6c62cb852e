"""A header may be called anything: no name ends a worker."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.producer import message_accumulator
from aiokafka.producer import producer as producer_module
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy as BatchBuilder

from streams.kafka.header_names import FetchedRecords
from streams.settings import Settings
from streams.topology import Door
from tests.support.pipe import Pipe, create_topics, running

GZIP = 1


class Name(str):
    """A name that is written as other bytes than UTF-8."""

    __slots__ = ()

    def encode(self, *_: Any) -> bytes:
        """Return it in Latin-1."""
        return super().encode("latin-1")


def batch(names: list[str], compression_type: int) -> bytes:
    """Return a batch of records, each with a header of such a name."""
    builder = BatchBuilder(
        magic=2,
        compression_type=compression_type,
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=10_000,
    )
    for offset, name in enumerate(names):
        builder.append(offset, 1, b"key", b"value %d" % offset, [(name, b"x"), ("b", None)])
    return bytes(builder.build())


@pytest.mark.parametrize("compression_type", [0, GZIP])
def test_every_record_of_a_fetch_is_read(compression_type: int) -> None:
    """Those before, with and after such a name, in its batch and in the others."""
    fetched = batch(["a", "c"], compression_type) + batch(["a", Name("é"), "c"], compression_type)
    records = FetchedRecords(fetched + batch(["d"], compression_type))
    found = []
    while records.has_next():
        found.append([(r.value, r.headers) for r in records.next_batch()])
    names = [[headers[0][0] for _, headers in each] for each in found]
    assert names == [["a", "c"], ["a", "\\xe9", "c"], ["d"]]
    assert [value for value, _ in found[1]] == [b"value 0", b"value 1", b"value 2"]
    assert found[1][1][1] == [("\\xe9", b"x"), ("b", None)]


@pytest.mark.kafka
async def test_such_a_record_has_its_outcome(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An article with it is published and a broken message is rejected; nothing restarts."""
    for module in (producer_module, message_accumulator):
        monkeypatch.setattr(module, "DefaultRecordBatchBuilder", BatchBuilder)
    await create_topics(settings)
    pipe = Pipe(settings)
    text = json.dumps({"content": "The ferry to the outer islands runs twice a day from May."})
    async with AIOKafkaProducer(bootstrap_servers=settings.kafka) as producer:
        for value in (text, "{"):
            headers = [(Name("naïve"), b"x"), ("", b""), ("x" * 3_000, None)]
            await producer.send_and_wait(f"{settings.prefix}.raw", value.encode(), headers=headers)
    with running(settings, tmp_path):
        records = await asyncio.to_thread(pipe.take, 2)
    pipe.close()
    assert {record.door for record in records} == {Door.CLEAN, Door.REJECTED}
    rejected = next(record for record in records if record.door is Door.REJECTED)
    assert ("na\\xefve", b"x") in rejected.headers
