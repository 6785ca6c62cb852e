"""Processes for work that takes time; they know nothing of articles or Kafka."""

from streams.pool.pool import Pool
from streams.pool.slot import Failure

__all__ = ["Failure", "Pool"]
