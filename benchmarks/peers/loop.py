"""Peer: a loop of confluent-kafka as one writes it by hand, without transactions or state on disk.

python -m benchmarks.peers.loop simple|rensa|datasketch
"""

import sys

from confluent_kafka import Consumer, Producer

from benchmarks.peers.jobs import JOBS
from benchmarks.peers.told import Told

AT_ONCE = 500


def main() -> None:
    """Read, work, publish, until it is ended."""
    told, work = Told.here(), JOBS[sys.argv[1]]()
    consumer = Consumer(
        {"bootstrap.servers": told.kafka, "group.id": told.name, "auto.offset.reset": "earliest"}
    )
    producer = Producer({"bootstrap.servers": told.kafka, "linger.ms": 5})
    consumer.subscribe([told.raw])
    while True:
        for message in consumer.consume(AT_ONCE, 0.05):
            value = message.value()
            if message.error() or value is None:
                continue
            while True:
                try:
                    producer.produce(told.out, work(value), key=message.key())
                    break
                except BufferError:
                    producer.poll(0.1)
        producer.poll(0)


if __name__ == "__main__":
    main()
