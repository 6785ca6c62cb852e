"""Peer: Faust the obvious way, doing the simple job: an agent, a table, `send`.

python -m benchmarks.peers.faust_app
"""

import json
from typing import Any

import faust
from faust.worker import Worker

from benchmarks.peers.jobs import paragraph_hashes
from benchmarks.peers.told import Told


def main() -> None:
    """Run until ended."""
    told = Told.here()
    app = faust.App(
        told.name,
        broker=f"kafka://{told.kafka}",
        store="memory://",
        datadir=told.folder,
        web_enabled=False,
        topic_partitions=4,
    )
    raw = app.topic(told.raw, value_type=bytes, value_serializer="raw")
    out = app.topic(told.out, value_serializer="json")
    seen = app.Table("seen", default=int, partitions=4)

    @app.agent(raw)
    async def work(articles: Any) -> None:
        async for key, value in articles.items():
            article = json.loads(value)
            hashes = paragraph_hashes(article)
            article["seen"] = sum(each in seen for each in hashes)
            for each in hashes:
                seen[each] = 1
            await out.send(key=key, value=article)

    Worker(app, loglevel="WARNING").execute_from_commandline()


if __name__ == "__main__":
    main()
