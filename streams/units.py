"""Lengths of time in the units that Kafka and the records use."""

from typing import Final

HOUR_S: Final = 3_600
HOUR_MS: Final = 1_000 * HOUR_S
DAY_MS: Final = 24 * HOUR_MS
