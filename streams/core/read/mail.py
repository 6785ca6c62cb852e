"""A mail as it is sent to its subject, date and story: several bodies, each in an encoding."""

import re
from binascii import Error as DamagedBase64
from collections.abc import Iterator
from email import message_from_string
from email.header import decode_header, make_header
from email.message import Message as Mail

from streams.core.read.bodies import text_of
from streams.core.read.found import ReadContent
from streams.core.read.text_head import fields_of_mail
from streams.core.text.charset import decode_bytes

_HEAD_CHARS = 8_000
_OPENS = re.compile(r"\s*(?:From \S+@[^\n]*\n)?[A-Za-z][\w-]{1,40}:[ \t]")
# What a text that was only written like a mail does not have.
_IS_ENCODED = re.compile(
    r"^(?:content-type:\s*(?:multipart/|text/html)|subject:[^\n]*=\?[\w-]+\?[bq]\?"
    r"|content-transfer-encoding:\s*(?:base64|quoted-printable))",
    re.IGNORECASE | re.MULTILINE,
)
_ENCODED = ("base64", "quoted-printable")
_MAX_PARTS = 200
# The plain body of a newsletter with less than this of its HTML's text is a link to it.
_WHOLE = 0.8


def read_mail(text: str) -> ReadContent | None:
    r"""Return the story of an encoded mail and what its head says; nothing for any other text.

    >>> mail = "From: a@b.example\nSubject: =?utf-8?q?F=C3=A4hre?=\n\nIt sails."
    >>> read_mail(mail).fields, read_mail(mail).text
    ({'title': 'Fähre'}, 'It sails.')
    """
    if not _OPENS.match(text):
        return None
    head = text.lstrip()[:_HEAD_CHARS].partition("\n\n")[0]
    if not _IS_ENCODED.search(head):
        return None
    mail = message_from_string(text.lstrip())
    if "from" not in mail or "subject" not in mail:
        return None
    bodies = [body for body in _bodies(mail) if body.strip()]
    if not bodies:
        return None
    longest = max(map(len, bodies))
    story = next(body for body in bodies if len(body) >= _WHOLE * longest)
    said = {name: _decoded(str(mail[name])) for name in ("subject", "date") if mail[name]}
    return ReadContent(story, fields_of_mail(said))


def _bodies(mail: Mail) -> Iterator[str]:
    """Yield the texts of a mail that it is to be read by, none of what is attached to it."""
    for count, part in enumerate(mail.walk()):
        if count == _MAX_PARTS:
            return
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and part.get_filename() is None:
            body = _body(part)
            yield text_of(body) if kind == "text/html" else body


def _body(part: Mail) -> str:
    payload = part.get_payload()
    if str(part.get("content-transfer-encoding", "")).strip().lower() not in _ENCODED:
        return str(payload)
    try:
        data = part.get_payload(decode=True)
        charset = part.get_content_charset()
    except (ValueError, LookupError, DamagedBase64):
        return str(payload)
    return decode_bytes(data, charset)[0] if isinstance(data, bytes) else str(payload)


def _decoded(value: str) -> str:
    """Return a field of a head with its encoded words read."""
    try:
        return str(make_header(decode_header(value)))
    except (ValueError, LookupError, DamagedBase64):
        return value
