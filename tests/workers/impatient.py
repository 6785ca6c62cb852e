"""A worker whose watchdog is less patient than its pool, which settings refuse.

`faust -A tests.workers.impatient worker`
"""

from streams.factory import create_app
from streams.settings.load import load_settings

_settings = load_settings()
app = create_app(
    _settings.model_copy(
        update={
            "clean": _settings.clean.model_copy(update={"time_limit_s": 60}),
            "delivery": _settings.delivery.model_copy(update={"stall_timeout_s": 5}),
        }
    )
)
