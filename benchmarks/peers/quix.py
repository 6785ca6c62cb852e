"""Peer: Quix Streams, exactly once, doing the simple job with its state in RocksDB.

python -m benchmarks.peers.quix
"""

from typing import Any

from quixstreams import Application, State

from benchmarks.peers.jobs import paragraph_hashes
from benchmarks.peers.told import Told

# As often as cleanwire; its own default is 5 s.
COMMIT_EVERY_S = 0.2


def work(article: dict[str, Any], state: State) -> dict[str, Any]:
    """Count the paragraphs that were seen under the same key."""
    seen = 0
    for each in paragraph_hashes(article):
        if state.get(each):
            seen += 1
        else:
            state.set(each, 1)
    return article | {"seen": seen}


def main() -> None:
    """Run until ended."""
    told = Told.here()
    app = Application(
        broker_address=told.kafka,
        consumer_group=told.name,
        auto_offset_reset="earliest",
        processing_guarantee="exactly-once",
        commit_interval=COMMIT_EVERY_S,
        state_dir=told.folder,
    )
    stream = app.dataframe(app.topic(told.raw, value_deserializer="json"))
    stream = stream.apply(work, stateful=True)
    stream.to_topic(app.topic(told.out, value_serializer="json"))
    app.run()


if __name__ == "__main__":
    main()
