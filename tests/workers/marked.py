"""A worker that is killed at a marked point: `faust -A tests.workers.marked worker`.

MARK names the point, as "before commit" or "after table write"; MARK_CHANCE is how likely it is met
each time. It is SIGKILL: nothing after it runs.
"""

import os
import random
import signal
from collections.abc import Awaitable, Callable
from typing import Any

from streams.factory import create_app
from streams.kafka.delivery.producer import LaneProducer
from streams.kafka.on_faust.table import RecentParagraphs
from streams.settings.load import load_settings

# What a transaction does, in order.
POINTS: dict[str, tuple[type[Any], str]] = {
    "table write": (RecentParagraphs, "write"),
    "begin": (LaneProducer, "begin_transaction"),
    "send": (LaneProducer, "send_all"),
    "offsets": (LaneProducer, "send_offsets_to_transaction"),
    "commit": (LaneProducer, "commit_transaction"),
}
MOMENT, _, POINT = os.environ["MARK"].partition(" ")
CHANCE = float(os.environ["MARK_CHANCE"])


def marked(function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Return `function` with the mark before or after it."""

    async def call(*arguments: Any, **options: Any) -> Any:
        hit = random.random() < CHANCE  # noqa: S311 - no secret
        if hit and MOMENT == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = await function(*arguments, **options)
        if hit:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return call


where, name = POINTS[POINT]
setattr(where, name, marked(getattr(where, name)))
app = create_app(load_settings())
