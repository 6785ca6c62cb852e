"""Processes for work that takes time; they know nothing of articles or Kafka."""

from streams.pool.pool import Failure, Pool

__all__ = ["Failure", "Pool"]
