"""A worker whose stage 2 never ends its work: `faust -A tests.workers.only_clean worker`."""

import asyncio
from typing import Any, NoReturn
from unittest.mock import patch

from streams.agents.dedupe import DedupeStage
from streams.factory import create_app
from streams.settings.load import load_settings


async def wait_for_ever(*_: Any) -> NoReturn:
    """Handle a message, and never come to an end."""
    await asyncio.Event().wait()
    raise AssertionError


patch.object(DedupeStage, "_handle", wait_for_ever).start()
app = create_app(load_settings())
