"""A worker whose clock is wrong by SKEW_S seconds: `faust -A tests.support.skewed worker`."""

import os
import time

SKEW_S = float(os.environ.get("SKEW_S", "0"))
_time = time.time
if SKEW_S:  # a run of doctests imports this as well
    time.time = lambda: _time() + SKEW_S  # before anything takes the function itself

from streams.factory import create_app  # noqa: E402
from streams.settings.load import load_settings  # noqa: E402

app = create_app(load_settings())
