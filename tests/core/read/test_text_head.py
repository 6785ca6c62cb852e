"""The head of a mail or of a Markdown file becomes fields, and what only looks like one is text."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.read.text_head import read_head
from tests.support.raw import bare

STORY = (
    "The lighthouse of Vell has been sold to the harbour board, which wants to open it.",
    "Its last keeper handed over the keys on Tuesday, and said that he would not miss the stairs.",
)
TEXT = "\n\n".join(STORY)
MORNING = datetime(2024, 11, 26, 8, 15, tzinfo=UTC)


def test_a_mail_is_its_text() -> None:
    """Subject and date are fields; the other lines and the signature go, each in one piece."""
    mail = (
        "From: Liv Sandmo <liv@vell.example>\nTo: desk@vell.example\n"
        "Date: Tue, 26 Nov 2024 09:15:00 +0100\nSubject: Fwd: RE: Lighthouse sold\n"
        f"Received: by mx.vell.example\n\twith SMTP\n\n{TEXT}\n\n-- \nLiv Sandmo\nPress office\n"
    )
    article = bare(mail, "text/plain")
    assert (article.title, article.published_at) == ("Lighthouse sold", MORNING)
    assert [p.text for p in article.paragraphs] == list(STORY)
    assert [gone.rule for gone in article.removals] == ["text/head", "text/signature"]


def test_a_forwarded_mail_says_what_it_is() -> None:
    """Its subject is the title, whoever sent it on; what stands above it stays."""
    mail = (
        "Von: Per Dahl <per@vell.example>\nBetreff: WG: Zur Info\n\nBitte für morgen.\n\n"
        "-----Ursprüngliche Nachricht-----\nVon: Presse <presse@vell.example>\n"
        f"Gesendet: Dienstag, 26. November 2024 09:15\nBetreff: Leuchtturm verkauft\n\n{TEXT}\n"
    )
    article = bare(mail, "text/plain")
    assert article.title == "Leuchtturm verkauft"
    assert [p.text for p in article.paragraphs][-2:] == list(STORY)


def test_front_matter_is_read() -> None:
    """As static sites have it above their Markdown."""
    front = (
        "---\ntitle: 'Lighthouse sold'\ndate: 2024-11-26T09:15:00+01:00\nauthors:\n  - Liv Sandmo\n"
        '  - Per Dahl\ntags: [harbour, "Vell"]\nlang: en\nurl: /2026/lighthouse\n---\n\n'
    )
    article = bare(f"{front}{TEXT}", "text/plain")
    assert (article.title, article.published_at) == ("Lighthouse sold", MORNING)
    assert article.authors == ("Liv Sandmo", "Per Dahl")
    assert (article.categories, article.language, article.url) == (("harbour", "Vell"), "en", None)
    assert [p.text for p in article.paragraphs] == list(STORY)


def test_the_head_of_a_reader_is_read() -> None:
    """As services have it that make Markdown of pages."""
    head = (
        "Title: Lighthouse sold\n\nURL Source: https://www.vell.example/a\n\n"
        "Published Time: 2024-11-26T08:15:00Z\n\nMarkdown Content:\n"
    )
    article = bare(f"{head}{TEXT}", "text/plain")
    assert (article.title, article.published_at) == ("Lighthouse sold", MORNING)
    assert (article.source, article.url) == ("vell.example", "https://www.vell.example/a")
    assert [p.text for p in article.paragraphs] == list(STORY)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f"---\n{TEXT}\n---\nMore.",
        f"---\ntitle: never closed\n{TEXT}",
        f"From: the tower they saw it.\n\n{TEXT}",
        f"Date: 24 November\nPlace: Vell\n\n{TEXT}",
        f"Subject: Lighthouse sold\n\n{TEXT}",
        f"{TEXT}\n\nFrom: Liv\nSubject: Lighthouse",
        "",
    ],
)
def test_what_only_looks_like_a_head_is_text(text: str) -> None:
    """Two rules around a text, one field, fields below the text."""
    assert read_head(text) is None


@given(
    st.sampled_from(["", "From: a\nSubject: b\n", "---\na: b\n"]),
    st.text(alphabet="-+\n :=aF", max_size=200),
)
def test_any_text_has_a_head_or_none(head: str, text: str) -> None:
    """Nothing raises, and what is removed is what stands there, in order."""
    found = read_head(head + text)
    at = 0
    for gone in found.removals if found else ():
        assert at <= gone.start <= gone.end
        assert found is not None
        assert found.text[gone.start : gone.end] == gone.text
        at = gone.end
