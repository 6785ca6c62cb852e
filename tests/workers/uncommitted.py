"""A worker on an aiokafka that keeps its isolation level elsewhere.

`faust -A tests.workers.uncommitted worker`
"""

from unittest.mock import patch

from aiokafka import AIOKafkaConsumer

from streams.factory import create_app
from streams.settings.load import load_settings

# What is set there has no effect.
elsewhere = property(lambda _: "read_uncommitted", lambda *_: None)
patch.object(AIOKafkaConsumer, "_isolation_level", elsewhere, create=True).start()
app = create_app(load_settings())
