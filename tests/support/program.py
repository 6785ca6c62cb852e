"""Programs of this project, run by tests."""

import os
from pathlib import Path

from streams.settings import Settings

ROOT = Path(__file__).parents[2]


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment that gives `settings` to a program, from any directory."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "CLEANWIRE_KAFKA": settings.kafka,
        "CLEANWIRE_PREFIX": settings.prefix,
        "CLEANWIRE_DATA_DIR": settings.data_dir,
    }
