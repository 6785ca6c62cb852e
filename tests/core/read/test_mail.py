"""A mail with its encodings is read as its reader sees it."""

from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from tests.support.raw import bare

STORY = (
    "連絡船は十一週間の修理を終えて木曜日から運航を再開すると、港湾長が月曜日に発表した。",
    "技術者たちは船首の扉と、九月の嵐で故障した四台のポンプのうち二台を交換した。",
)
TITLE = "連絡船、木曜日に運航再開"


def texts(mail: MIMEText | MIMEMultipart, charset: str) -> tuple[str | None, list[str]]:
    """Return title and paragraphs of a mail that is sent as bytes."""
    mail["From"], mail["Subject"] = "Port <desk@port.example>", Header(TITLE, charset)  # type: ignore[assignment] # as the library wants it
    mail["Date"] = "Tue, 26 May 2026 09:15:00 +0900"
    read = bare(mail.as_bytes(), "message/rfc822")
    assert read.published_at is not None
    assert read.published_at.isoformat() == "2026-05-26T00:15:00+00:00"
    return read.title, [paragraph.text for paragraph in read.paragraphs]


@pytest.mark.parametrize("charset", ["utf-8", "iso-2022-jp"])
def test_a_mail_of_one_part_is_decoded(charset: str) -> None:
    """Base64, quoted-printable or seven bits, with a subject of encoded words."""
    assert texts(MIMEText("\n\n".join(STORY), "plain", charset), charset) == (TITLE, [*STORY])


def test_of_two_bodies_the_one_with_the_story_is_read() -> None:
    """The plain one of a newsletter may be a link alone; what is attached is no body."""
    mail = MIMEMultipart("alternative")
    mail.attach(MIMEText("View it in your browser: https://port.example/1", "plain", "utf-8"))
    mail.attach(MIMEText("".join(f"<p>{line}</p>" for line in STORY), "html", "utf-8"))
    note = MIMEText("A long file of notes. " * 50, "plain", "utf-8")
    note.add_header("content-disposition", "attachment", filename="notes.txt")
    mail.attach(note)
    assert texts(mail, "utf-8") == (TITLE, [*STORY])


def test_a_text_that_begins_like_a_mail_is_one_as_it_stands() -> None:
    """Nothing in it is encoded."""
    read = bare(
        "From: the harbour they saw it.\nSubject: none.\n\nThe ferry sails again.", "text/plain"
    )
    assert read.paragraphs[-1].text == "The ferry sails again."
