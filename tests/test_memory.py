"""Freed memory goes back to the system, and where nobody can give it back nothing happens."""

import ctypes
import sys
from pathlib import Path

import pytest

from streams import memory


def _resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4_096 / 1e6


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="needs glibc"
)
def test_what_lies_between_blocks_in_use_is_given_back() -> None:
    """Of 100 MB in small blocks nearly all are freed; the few that stay keep the heap large."""
    blocks = [b"x" * (20_000 + number % 2) for number in range(5_000)]
    del blocks[::2], blocks[::2], blocks[1::50]
    kept = blocks[::40]
    del blocks
    before = _resident_mb()
    memory.trim()
    assert _resident_mb() < before - 20
    assert kept


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as the one of Alpine."""
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    memory.collect_and_trim()
