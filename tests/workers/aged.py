"""A worker for which articles arrived when their raw records say (`faust -A tests.workers.aged`).

Nobody can push into the past of a topic that keeps the broker's time.
"""

from unittest.mock import patch

from schemas import PreparedArticle
from streams.agents import dedupe
from streams.core.messages.message import Handled, Message
from streams.factory import create_app
from streams.settings.load import load_settings

_handle = dedupe.DedupeStage._handle


def handle_as_aged(stage: dedupe.DedupeStage, message: Message) -> Handled:
    """Handle a message as if it had been appended when its raw record says."""
    entry = dedupe.read_entry(message)
    if isinstance(entry, PreparedArticle):
        message = message._replace(timestamp_ms=entry.raw_timestamp_ms)
    return _handle(stage, message)


patch.object(dedupe.DedupeStage, "_handle", handle_as_aged).start()
app = create_app(load_settings())
