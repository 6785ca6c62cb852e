"""Bytes to text where nobody says how."""

import pytest

from streams.core.text.charset import decode_bytes

JAPANESE = "連絡船は木曜日から運航を再開すると、港湾長が発表した。"
KOREAN = "여객선이 목요일부터 다시 운항한다고 항만장이 밝혔다."


@pytest.mark.parametrize(
    ("text", "charset"),
    [(JAPANESE, "iso2022_jp"), (JAPANESE, "iso2022_jp_2004"), (KOREAN, "iso2022_kr")],
)
def test_charsets_of_mail_are_known_by_their_escapes(text: str, charset: str) -> None:
    """All their bytes are ASCII, so they would be read as UTF-8."""
    assert decode_bytes(text.encode(charset)) == (text, False)


def test_colours_of_a_terminal_are_no_charset() -> None:
    """They begin with an escape too."""
    text = "The \x1b[31mferry\x1b[0m sails."
    assert decode_bytes(text.encode()) == (text, False)
