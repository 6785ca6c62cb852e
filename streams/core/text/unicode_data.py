"""What Unicode says of every character, for tables: all categories and case foldings at once.

Every process that reads text makes such tables when it starts. Made one character after another
they took half of that start, 0.6 s of processor time.
"""

import unicodedata
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Up to the end of the supplementary ideographs; tags, private use and unassigned planes follow.
SIZE: Final = 0x33480


@cache
def categories() -> NDArray[np.bytes_]:
    """Return the general category of each character."""
    return np.array([*map(unicodedata.category, map(chr, range(SIZE)))], "S2")


@cache
def folded() -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """Return the case folding of each character, and whether it is one character.

    Where it is several, the first of them stands in its place.
    """
    forms = [*map(str.casefold, map(chr, range(SIZE)))]
    lengths = np.fromiter(map(len, forms), np.intp, SIZE)
    points = np.frombuffer("".join(forms).encode("utf-32-le", "surrogatepass"), np.uint32)
    return points[lengths.cumsum() - lengths], lengths == 1


@cache
def blanks() -> NDArray[np.intp]:
    """Return the code points of all blanks, as `str.isspace` knows them."""
    return np.array([*map(ord, filter(str.isspace, map(chr, range(SIZE))))], np.intp)
