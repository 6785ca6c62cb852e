"""How far a backfill is, and what its windows remember, on a compacted topic of its own.

It is written in the transaction that publishes, so it is true whenever the run ends, and however.

key `done/PLACE`                      how many messages of a file or a partition are done
key `article/PARTITION/ERA/POSITION`  the record of an article, without value once it counts no more
key `scope`                           which articles are compared with each other
"""

import json
from dataclasses import asdict, dataclass

from streams.backfill.eras import Eras, RecordKey
from streams.kafka.topics.reading import open_reader
from streams.settings import Settings

_DONE, _ARTICLE, _SCOPE = "done/", "article/", "scope"

Kept = tuple[bytes, bytes | None]  # key and value of a record on the topic


@dataclass(frozen=True, slots=True)
class DoneSoFar:
    """How much of a file or of a partition of a topic is done."""

    messages: int  # from the beginning of the file; of a partition the next offset
    digest: str = ""  # of those messages of a file: a file that has changed is noticed
    whole: str = ""  # size and time of change of a file that was read to its end


def kept_done(place: str, done: DoneSoFar) -> Kept:
    """Return the record that says how much of a place is done."""
    return f"{_DONE}{place}".encode(), json.dumps(asdict(done)).encode()


def kept_article(key: RecordKey, record: bytes | None) -> Kept:
    """Return the record of an article, or that it is let go of."""
    return f"{_ARTICLE}{key.partition}/{key.era}/{key.position}".encode(), record


def kept_scope(scope: str) -> Kept:
    """Return the record that names the scope."""
    return _SCOPE.encode(), scope.encode()


async def read_progress(
    settings: Settings, topic: str, eras: Eras
) -> tuple[dict[str, DoneSoFar], str]:
    """Return what is done by place, and the scope; empty at first. Articles go to `eras`.

    Raises:
        KafkaError: if Kafka cannot be reached, or gives a part only.
    """
    done: dict[str, DoneSoFar] = {}
    scope = ""
    async with open_reader(settings, [topic]) as reader:
        await reader.to_beginning()
        async for message in reader.to_end():
            key = (message.key or b"").decode()
            if key.startswith(_ARTICLE):
                numbers = map(int, key.removeprefix(_ARTICLE).split("/"))
                eras.take_in(RecordKey(*numbers), message.value)
            elif key.startswith(_DONE):
                done[key.removeprefix(_DONE)] = DoneSoFar(**json.loads(message.value or b""))
            elif key == _SCOPE:
                scope = (message.value or b"").decode()
    return done, scope
