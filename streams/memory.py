"""Gives memory that was freed back to the system."""

import ctypes
import gc
from contextlib import suppress


def trim() -> None:
    """Give back what the C library keeps of freed memory; takes up to 10 ms.

    glibc keeps what lies between blocks that are still in use: after batches of records of many
    sizes 100 MB of a worker's 300 (measured). Other C libraries have no such function.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def collect_and_trim() -> None:
    """Let go of all garbage first: after a rebuild, which takes several times what it leaves."""
    gc.collect()
    trim()
