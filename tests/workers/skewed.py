"""A worker whose clock is wrong by SKEW_S seconds: `faust -A tests.workers.skewed worker`."""

import os
import time

SKEW_S = float(os.environ["SKEW_S"])
_time = time.time
time.time = lambda: _time() + SKEW_S  # before anything takes the function itself

from streams.factory import create_app  # noqa: E402
from streams.settings.load import load_settings  # noqa: E402

app = create_app(load_settings())
