"""Rows that become more keep what they hold."""

import mmap

import numpy as np
import pytest

from streams.core.window.rows import Rows


class Unmovable(mmap.mmap):
    """Pages on a system that cannot move them."""

    def resize(self, newsize: int) -> None:
        """Refuse, as Python does there."""
        raise SystemError(f"mmap: resizing to {newsize} not available--no mremap()")


@pytest.mark.parametrize("pages", [mmap.mmap, Unmovable])
def test_rows_keep_their_numbers_and_begin_as_zeros(
    pages: type[mmap.mmap], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system can move pages, and where they are copied."""
    monkeypatch.setattr("streams.core.window.rows.mmap.mmap", pages)
    made = Rows(3, 16)
    assert not made.values.any()
    made.values[:] = np.arange(48).reshape(3, 16)
    made.extend(5_000)
    assert made.values.shape == (5_000, 16)
    assert made.values[:3].ravel().tolist() == list(range(48))
    assert not made.values[3:].any()
    made.values[4_999] = 7


def test_rows_do_not_move_under_an_array_in_use() -> None:
    """It would read memory that is no longer there."""
    made = Rows(3, 16)
    view = made.values[1:]
    with pytest.raises(BufferError):
        made.extend(6)
    assert view.shape == (2, 16)
