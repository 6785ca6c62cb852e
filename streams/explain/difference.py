"""Where two paragraphs differ, word by word."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

_WORD = re.compile(r"\s+|[^\s]+")


class Piece(NamedTuple):
    """A run of text; `own` when the other paragraph does not have it."""

    text: str
    own: bool


def differences(mine: str, theirs: str) -> tuple[list[Piece], list[Piece]]:
    """Return both paragraphs in pieces, with what each has alone marked.

    >>> mine, theirs = differences("Prices rose 3 % today", "Prices rose 4 % today")
    >>> [piece.text for piece in mine if piece.own], [piece.text for piece in theirs if piece.own]
    (['3'], ['4'])
    """
    left, right = _WORD.findall(mine), _WORD.findall(theirs)
    mine_pieces, their_pieces = [], []
    # Without `autojunk`, which takes frequent words for noise.
    for what, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if b > a:
            mine_pieces.append(Piece("".join(left[a:b]), own=what != "equal"))
        if d > c:
            their_pieces.append(Piece("".join(right[c:d]), own=what != "equal"))
    return mine_pieces, their_pieces
