"""Characters that were read in the wrong charset become what they were."""

# ruff: noqa: RUF001 - texts in the signs of their scripts

import pytest
from ftfy import badness
from hypothesis import given
from hypothesis import strategies as st

from schemas.prepared import Flag
from streams.core.text.repair import is_bad, is_beyond_repair, repair_encoding, repair_markup
from tests.support.raw import article as cleaned

LINES = {
    "en": "The harbour master said “fine” – and that’s that, the ferry leaves at six.",
    "de": "Die Straße nach Örlitz ist gesperrt, sagt Bürgermeisterin Müller über den Überfall.",
    "pl": "Załoga promu strajkuje, mówi związek łódzki w Gdańsku, a rozmowy trwają do środy.",
    "ru": "Экипажи ночных паромов прекратили работу во вторник, сообщил профсоюз моряков.",
    "el": "Τα πληρώματα των νυχτερινών πλοίων σταμάτησαν την εργασία τους την Τρίτη.",
    "ar": "توقفت أطقم العبارات الليلية عن العمل يوم الثلاثاء بعد أن فشلت المحادثات.",
    "hi": "रात की नौकाओं के कर्मचारियों ने मंगलवार को काम बंद कर दिया, संघ ने कहा।",
    "ja": "夜行フェリーの乗組員は火曜日、話し合いが決裂したことを受けて仕事を止めた。",
}

PLAIN = "The second line is in order, and its place is right."


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
@pytest.mark.parametrize("charset", ["latin-1", "cp1252"])
def test_utf8_that_was_read_in_another_charset(line: str, charset: str) -> None:
    """In every script, in text and title, before its halves are taken for blanks and line ends."""
    broken = "".join(
        byte.decode("latin-1") if charset == "latin-1" else _as_browsers_do(byte)
        for byte in (bytes([value]) for value in line.encode())
    )
    article = cleaned(f"{broken}\n{PLAIN}", summary=broken)
    assert article.summary == line
    assert [p.text for p in article.paragraphs] == [line, PLAIN]
    assert Flag.ENCODING_REPAIRED in article.flags
    assert repair_encoding(broken) == line
    page = f"<html><body><article><p>{broken}</p><p>{broken}!</p></article></body></html>"
    assert line in repair_markup(page)


def _as_browsers_do(byte: bytes) -> str:
    """Return a byte read as Windows-1252, its five holes as Latin-1."""
    try:
        return byte.decode("cp1252")
    except UnicodeDecodeError:
        return byte.decode("latin-1")


def test_windows_quotes_among_the_controls() -> None:
    """Windows-1252 that was read as Latin-1 keeps its quotes and dashes."""
    article = cleaned("\x93Fine\x94 \x96 they don\x92t wait, and the ferry leaves at six.")
    assert article.paragraphs[0].text == "“Fine” – they don’t wait, and the ferry leaves at six."
    assert article.flags == (Flag.ENCODING_REPAIRED,)


def test_offsets_are_those_of_the_damaged_text() -> None:
    """Paragraphs point into the content as it was pushed."""
    broken = LINES["pl"].encode().decode("latin-1")
    content = f"  {broken}\n{PLAIN}\n"
    first, second = cleaned(content).paragraphs
    assert first.text == LINES["pl"]
    assert content[first.start : first.end] == broken
    assert content[second.start : second.end] == second.text


@pytest.mark.parametrize("charset", ["cp1251", "gb18030", "euc-jp", "euc-kr"])
def test_a_text_in_another_charset_read_as_latin_1(charset: str) -> None:
    """A long text whose signs are all accents is read again."""
    line = {
        "cp1251": LINES["ru"],
        "gb18030": "本港夜间渡轮的船员星期二停工，此前的谈判第三次破裂，九百名乘客入住酒店。",
        "euc-jp": LINES["ja"],
        "euc-kr": "야간 여객선 승무원들이 화요일 협상이 결렬되자 일을 멈췄다고 노조가 밝혔다.",
    }[charset]
    article = cleaned("\n".join([line.encode(charset).decode("latin-1")] * 2))
    assert article.paragraphs[0].text == line


@pytest.mark.parametrize(
    ("charset", "line"),
    [("cp1251", LINES["ru"]), ("gb18030", "本港夜间渡轮的船员星期二停工，此前的谈判第三次破裂。")],
)
def test_title_and_authors_were_misread_with_the_text(charset: str, line: str) -> None:
    """They are too short to be known as misread by themselves."""
    text, title, author = (
        x.encode(charset).decode("latin-1") for x in ("\n".join([line] * 3), line[:9], line[:3])
    )
    article = cleaned(text, title=title, authors=[author])
    assert (article.title, article.authors) == (line[:9].strip(), (line[:3],))


@pytest.mark.parametrize("read_as", ["latin-1", "sloppy-windows-1252"])
@pytest.mark.parametrize(
    ("declared", "charset", "line"),
    [
        ("windows-1251", "cp1251", LINES["ru"]),
        ("windows-1250", "cp1250", LINES["pl"]),
        ("gb2312", "gb18030", "往返于旧港与棕榈岛之间的渡轮星期四恢复航行，港务长表示。"),
        ("Shift_JIS", "shift_jis", LINES["ja"]),
        ("iso-8859-1", "cp1251", LINES["ru"]),
        ("", "koi8-r", LINES["ru"]),
    ],
)
def test_a_page_in_another_charset_read_as_latin_1(
    declared: str, charset: str, line: str, read_as: str
) -> None:
    """As Python's requests reads what has no charset in its header."""
    meta = f"<meta charset={declared}>" if declared else ""
    page = f"<html><head>{meta}</head><body>" + f"<p>{line}</p>" * 4 + "</body></html>"
    assert line in repair_markup(page.encode(charset).decode(read_as))


def test_a_page_that_was_read_rightly_stays() -> None:
    """Whatever it declares: its declaration is older than its text."""
    page = "<meta charset=gb2312><p>" + "Café Zürich “fine” © déjà vu. " * 9
    assert repair_markup(page) == page


@pytest.mark.parametrize(
    ("charset", "line"),
    [("cp1251", LINES["en"]), ("mac_roman", LINES["pl"]), ("cp437", LINES["ru"])],
)
def test_utf8_that_was_read_in_other_charsets(charset: str, line: str) -> None:
    """Of Russian systems, of the Mac, and of DOS."""
    assert repair_encoding(line.encode().decode(charset)) == line


@pytest.mark.parametrize("text", ["The crews\ufffd union said so.", "Ã\ufffd"])
def test_what_is_lost_is_told(text: str) -> None:
    """Characters that were replaced can be no more than flagged."""
    article = cleaned(f"{text} The ferry leaves at six from the old pier.")
    assert Flag.ENCODING_DAMAGED in article.flags


@pytest.mark.parametrize(
    "text",
    [
        "“CAFÉ” said the sign, and „MÜSLI“ the other.",
        "Â la carte at 5 °C",
        "À “Paris”",
        *LINES.values(),
    ],
)
def test_text_in_order_stays(text: str) -> None:
    """Accents beside quotes are no damage."""
    assert repair_encoding(text) == text
    assert not is_beyond_repair(text)


@given(st.text(max_size=60))
def test_any_text_is_repaired_or_stays(text: str) -> None:
    """Nothing raises, and plain text is left alone."""
    repaired = repair_encoding(text)
    assert repaired == text or not text.isascii()


def test_html_that_was_sent_as_text() -> None:
    """A page and a fragment are read as HTML, with a flag."""
    story = "".join(f"<p>{line}</p>" for line in (LINES["en"], LINES["de"]))
    for content in (story, f"<!DOCTYPE html><html><body>{story}</body></html>"):
        article = cleaned(content)
        assert [p.text for p in article.paragraphs] == [LINES["en"], LINES["de"]]
        assert Flag.READ_AS_HTML in article.flags


def test_a_text_about_tags_stays_and_is_flagged() -> None:
    """What is not HTML from its first sign to its last keeps its tags."""
    text = "A paragraph ends with </p>, a line with <br> and bold type with </b>, says the manual."
    article = cleaned(text)
    assert article.paragraphs[0].text == text
    assert article.flags == (Flag.MARKUP_IN_TEXT,)


# One or two of each kind of sign that ftfy goes by, and what may stand around them.
_SIGNS = "aZ .,\n1\xa0\x93\x85áÁäÂÃÎÐØÙàéšžŒœŠ€œ£°µ»«×²³§‚„“”™ГўВЂРСвЂ╗√≈†Ä£βΒ¿¬Ľů‡¾ďťČ"


@given(st.text(_SIGNS, max_size=24) | st.text())
def test_badness_is_that_of_ftfy(text: str) -> None:
    """The few places that are looked at first are enough to tell what ftfy says of a text."""
    assert is_bad(text) == badness.is_bad(text)
