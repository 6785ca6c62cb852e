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


def test_damaged_utf8_is_utf8() -> None:
    """One byte of another charset, or a text that was cut, makes no other text of the rest."""
    text = "Die Fähre fährt ab Mörlin über Büsum nach Königshöft, für fünf Euro, hörten wir früh."
    value = text.encode() + b" F\xe4hre"
    assert decode_bytes(value, "utf-8") == (f"{text} F\ufffdhre", True)
    assert decode_bytes(text.encode("cp1252"))[0] == text


@pytest.mark.parametrize(
    ("label", "text", "codec"),
    [
        ("gb2312", "朱镕基", "gbk"),
        ("Shift_JIS", "①髙橋", "cp932"),
        ("x-sjis", "連絡船", "cp932"),
        ("euc-kr", "똠방각하", "cp949"),
        ("tis-620", "เรือ “ข้าม”", "cp874"),
    ],
)
def test_labels_are_read_as_browsers_read_them(label: str, text: str, codec: str) -> None:
    """Writers name the charset that theirs is an extension of."""
    assert decode_bytes(text.encode(codec), label) == (text, False)
