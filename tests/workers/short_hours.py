"""A worker whose hours have two minutes (`faust -A tests.workers.short_hours worker`).

A window of some hours then fills, and is let go of hour by hour, within minutes. Whoever wants
such hours imports this before anything else of ours: lengths are copied from where they are.
"""

from streams import units

units.HOUR_S = 120  # type: ignore[misc] # this is the point
units.HOUR_MS = 120_000  # type: ignore[misc]
units.DAY_MS = 24 * 120_000  # type: ignore[misc]

from streams.factory import create_app  # noqa: E402 - see above
from streams.settings.load import load_settings  # noqa: E402

app = create_app(load_settings())
