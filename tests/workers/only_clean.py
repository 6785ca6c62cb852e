"""A worker whose stage 2 never ends its work: `faust -A tests.workers.only_clean worker`."""

import asyncio
from collections.abc import Sequence
from unittest.mock import patch

from streams.agents.dedupe import DedupeStage
from streams.core.messages.message import Handled, Message
from streams.factory import create_app
from streams.settings.load import load_settings


def wait_for_ever(_: DedupeStage, messages: Sequence[Message]) -> list["asyncio.Future[Handled]"]:
    """Begin on messages, and never come to an end."""
    return [asyncio.get_running_loop().create_future() for _ in messages]


patch.object(DedupeStage, "begin", wait_for_ever).start()
app = create_app(load_settings())
