"""A worker that loses every third record between fetch and agent, as Faust's queues once did.

`faust -A tests.workers.skipping worker`
"""

from typing import Any
from unittest.mock import patch

from streams.factory import create_app
from streams.kafka.on_faust.consumer import Consumer
from streams.settings.load import load_settings

_to_message = Consumer._to_message


def lose_a_link(consumer: Consumer, tp: Any, record: Any) -> Any:
    """Return the message as if the one before it had never come."""
    for each in record if isinstance(record, list) else ():
        if each.offset:
            each.offset += 1
            each.follows_from += 1
    return _to_message(consumer, tp, record)


patch.object(Consumer, "_to_message", lose_a_link).start()
app = create_app(load_settings())
