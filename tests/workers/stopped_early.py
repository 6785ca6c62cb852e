"""A worker that is told to stop while it takes partitions over, before Faust knows its topics.

`faust -A tests.workers.stopped_early worker`
"""

import asyncio
import os
import signal
from collections.abc import Iterable
from unittest.mock import patch

from faust.transport.conductor import Conductor

from streams.factory import create_app
from streams.kafka.on_faust.consumer import Consumer
from streams.settings.load import load_settings

_subscribe = Consumer.subscribe
_wait_for_subscriptions = Conductor.maybe_wait_for_subscriptions


async def subscribe(consumer: Consumer, topics: Iterable[str]) -> None:
    """Subscribe, and come back late."""
    await _subscribe(consumer, topics)
    await asyncio.sleep(5)


async def wait_for_subscriptions(conductor: Conductor) -> None:
    """Wait as Faust does when it takes partitions over."""
    os.kill(os.getpid(), signal.SIGTERM)
    await _wait_for_subscriptions(conductor)


patch.object(Consumer, "subscribe", subscribe).start()
patch.object(Conductor, "maybe_wait_for_subscriptions", wait_for_subscriptions).start()
app = create_app(load_settings())
