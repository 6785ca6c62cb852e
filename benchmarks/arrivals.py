"""What has arrived at a consumer, without waiting for more."""

from confluent_kafka import Consumer, Message


def arrived(consumer: Consumer, most: int, wait_s: float) -> list[Message]:
    """Return up to `most` messages as soon as there is one; none after `wait_s`.

    `consume` alone waits for `most` of them until its time is over: with 50 ms it made each of few
    messages some 25 ms late.
    """
    first = consumer.poll(wait_s)
    return [] if first is None else [first, *consumer.consume(most - 1, 0)]
