"""A worker that recovers slowly, as from a large table: `faust -A tests.workers.slow worker`.

SLOW_RESTORE_S is what every two records of the changelog take. The index of a partition is rebuilt
when the file SLOW_REBUILD_UNTIL exists. It says on standard error what it rebuilds, past Faust's
log, which leaves out what is said again.
"""

import os
import time
from asyncio import sleep
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from aiokafka import AIOKafkaConsumer

from streams.core.window.window import Window
from streams.factory import create_app
from streams.settings.load import load_settings

RESTORE_S = float(os.environ.get("SLOW_RESTORE_S", "0"))
REBUILD_UNTIL = os.environ.get("SLOW_REBUILD_UNTIL")

# After so long Faust gives a recovery up, which here is 30 s otherwise.
FAUST_LIMIT_S = 8.0

_recover = Window.recover


class SlowConsumer(AIOKafkaConsumer):  # type: ignore[misc] # it carries no types
    """Reads two records, slowly."""

    async def getmany(self, *partitions: Any, timeout_ms: int = 0) -> Any:
        """Return them."""
        await sleep(RESTORE_S)
        return await super().getmany(*partitions, timeout_ms=timeout_ms, max_records=2)


def recover_slowly(window: Window, positions: Iterable[int], *tell: Any) -> None:
    """Rebuild the index of a partition, in the thread that does it."""
    _say("rebuild begins")
    while REBUILD_UNTIL and not Path(REBUILD_UNTIL).exists():
        time.sleep(0.02)
    _recover(window, positions, *tell)
    _say("rebuild ends")


def _say(what: str) -> None:
    os.write(2, f"{what}\n".encode())


patch("streams.kafka.on_faust.recovery.AIOKafkaConsumer", SlowConsumer).start()
patch.object(Window, "recover", recover_slowly).start()
app = create_app(load_settings())
app.conf.broker_request_timeout = FAUST_LIMIT_S
