"""The tables of all characters say of each what Python says of it."""

import unicodedata

from streams.core.text.unicode_data import SIZE, blanks, categories, folded

EVERY = [chr(point) for point in range(SIZE)]


def test_each_has_its_category() -> None:
    """In ASCII, as Unicode names it."""
    assert categories().astype("U2").tolist() == [unicodedata.category(sign) for sign in EVERY]


def test_each_is_folded_as_python_folds_it() -> None:
    """Also those that become several, and halves of pairs that stand alone."""
    points, is_one = folded()
    assert points.tolist() == [ord(sign.casefold()[0]) for sign in EVERY]
    assert is_one.tolist() == [len(sign.casefold()) == 1 for sign in EVERY]


def test_blanks_are_blanks() -> None:
    """All of them, beyond ASCII too."""
    assert blanks().tolist() == [point for point, sign in enumerate(EVERY) if sign.isspace()]
