"""The head of a text: the fields of a mail, or the front matter of a Markdown file.

They name title, date and more for programs, and are no text.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from schemas import Reason, Removal
from streams.core.read.dates import read_date
from streams.core.read.found import ReadContent, labels_in, present, words_in
from streams.core.read.names import author_names

# No head is longer; what is looked at of a text is bounded.
_MAX_CHARS, _MAX_LINES = 8_000, 60
_FRONT_MATTER = re.compile(r"\A\s*(---|\+\+\+)[ \t]*\n")
# What Jina's reader puts above a page that it has made Markdown of.
_READER = re.compile(
    r"\A\s{0,9}Title: (?P<title>[^\n]*)\n+URL Source: (?P<url>\S+)[ \t]*\n+"
    r"(?:Published Time: (?P<date>[^\n]+)\n+)?(?:[A-Z][\w ]{2,30}: [^\n]*\n+){0,3}?"
    r"Markdown Content:[ \t]*(?=\n)"
)
_FIELD = re.compile(r"[\"']?(?P<name>[A-Za-z][\w-]{0,40})[\"']?\s*[:=]\s*(?P<value>.*)")
_ITEM = re.compile(r"\s*-\s+(.*)")
_MAIL_FIELD = re.compile(r"(?P<name>[^\W\d_][\w-]{0,30})\s?:[ \t]+(?P<value>\S.*)")
# What mails call their fields, in the languages in which programs write them, by one name each.
_MAIL_NAMES: Mapping[str, str] = {
    **dict.fromkeys(("from", "von", "de", "da", "van", "od", "от", "från", "fra"), "from"),
    **dict.fromkeys(("to", "an", "à", "para", "a", "aan", "do", "кому", "till", "til"), "to"),
    **dict.fromkeys(("cc", "bcc", "kopie", "копия"), "cc"),
    **dict.fromkeys(
        ("date", "sent", "datum", "gesendet", "envoyé", "enviado", "fecha", "data"), "date"
    ),
    **dict.fromkeys(("inviato", "verzonden", "дата", "wysłano", "skickat", "sendt"), "date"),
    **dict.fromkeys(("subject", "betreff", "objet", "asunto", "assunto", "oggetto"), "subject"),
    **dict.fromkeys(("onderwerp", "temat", "тема", "ämne", "emne"), "subject"),
}
# Of these two stand in every head, and hardly ever in a text.
_NEEDED = frozenset(("from", "subject"))
_ANSWERED = re.compile(
    r"(?:(?:re|fwd?|aw|wg|tr|rv|enc|vs|sv|r|i|antw|doorst)\s?:\s*)+", re.IGNORECASE
)
_FORWARDED = re.compile(
    r"^[ \t]*(?:-{3,} ?(?:Forwarded message|Weitergeleitete Nachricht|Message transféré|Mensaje"
    r" reenviado|Original Message|Ursprüngliche Nachricht|Message d'origine) ?-{3,}|Begin forwarded"
    r" message:)[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_MAX_FORWARDS = 5
# RFC 3676 puts one of these above a signature, which is some lines long.
_SIGNATURE_MARKS = ("\n-- \n", "\n--\n")
_SIGNATURE_CHARS, _SIGNATURE_LINES = 1_500, 14
_FORWARD_SIGNS = ("-----", "---- ", "egin forwarded message")


class _Head(NamedTuple):
    """Where a head stands in a text, and what it says."""

    start: int
    end: int
    said: Mapping[str, str | list[str]]


def read_head(text: str) -> ReadContent | None:
    r"""Return a text without its head, or nothing where it has none.

    >>> read_head("Subject: Re: A quay\nFrom: Liv <l@x.example>\n\nIt is open.").fields
    {'title': 'A quay'}
    >>> read_head("From: the harbour they saw it.\nNobody else did.")
    """
    front = _front_matter(text) or _head_of_reader(text)
    if front is not None:
        return ReadContent(text, _fields_of_front(front.said), removals=(_removal(text, front),))
    heads = list(_mail_heads(text))
    if not heads:
        return None
    said = {name: value for head in heads for name, value in fields_of_mail(head.said).items()}
    parts = (*heads, *_signature(text, heads[-1].end))
    return ReadContent(text, said, removals=tuple(_removal(text, part) for part in parts))


def _signature(text: str, start: int) -> Iterator[_Head]:
    """Yield where the signature of a mail stands, if it has one."""
    start = max(start, len(text) - _SIGNATURE_CHARS)
    at = max(text.rfind(mark, start) for mark in _SIGNATURE_MARKS)
    if at >= 0 and text.count("\n", at) <= _SIGNATURE_LINES:
        yield _Head(at + 1, len(text.rstrip()), {})


def _removal(text: str, head: _Head) -> Removal:
    return Removal(
        start=head.start,
        end=head.end,
        reason=Reason.BYLINE,
        rule="text/head" if head.said else "text/signature",
        text=text[head.start : head.end],
        why="Fields for programs." if head.said else "The signature of a mail.",
    )


def _front_matter(text: str) -> _Head | None:
    opened = _FRONT_MATTER.match(text)
    if opened is None:
        return None
    end = text.find(f"\n{opened[1]}", opened.end() - 1, _MAX_CHARS)
    said: dict[str, str | list[str]] = {}
    name = ""
    for line in text[opened.end() : end].split("\n") if end > 0 else ():
        field, item = _FIELD.match(line), _ITEM.match(line)
        if field is not None:
            name = field["name"].casefold()
            said[name] = _value(field["value"])
        elif item is not None and name and said[name] in ("", []):
            said[name] = [_value_of_item(item[1])]
        elif item is not None and name and isinstance(values := said[name], list):
            values.append(_value_of_item(item[1]))
        elif line.strip() and not line[0].isspace() and not line.startswith("#"):
            return None  # a text between two rules
    start = opened.start(1)
    return _Head(start, end + 1 + len(opened[1]), said) if said else None


def _head_of_reader(text: str) -> _Head | None:
    found = _READER.match(text[:_MAX_CHARS])
    if found is None:
        return None
    return _Head(found.start("title") - len("Title: "), found.end(), found.groupdict(""))


def _value(value: str) -> str | list[str]:
    value = value.strip()
    if value.startswith("[") and value.endswith("]"):
        return [part for x in value[1:-1].split(",") if (part := _value_of_item(x))]
    return _value_of_item(value)


def _value_of_item(value: str) -> str:
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


def _fields_of_front(said: Mapping[str, str | list[str]]) -> dict[str, object]:
    def first(*names: str) -> str | list[str] | None:
        return next((said[name] for name in names if said.get(name)), None)

    address = first("canonical_url", "source_url", "url", "link")
    tags = first("tags", "categories", "keywords", "category")
    return present(
        {
            "title": words_in(first("title", "headline"), "title"),
            "authors": author_names(first("authors", "author", "byline")),
            "published_at": read_date(first("date", "published", "publishdate", "pubdate")),
            "updated_at": read_date(first("lastmod", "updated", "modified", "last_modified_at")),
            "summary": words_in(first("description", "summary", "excerpt"), "summary"),
            "language": words_in(first("lang", "language", "locale"), "language"),
            "url": words_in(address, "url") if str(address).startswith("http") else None,
            "categories": labels_in([tags] if isinstance(tags, str) else tags),
        }
    )


def _mail_heads(text: str) -> Iterator[_Head]:
    """Yield the head at the top of a text, and those of the mails that are forwarded in it."""
    head = _mail_head(text, len(text) - len(text.lstrip()))
    if head is not None:
        yield head
    if not any(sign in text[:_MAX_CHARS] for sign in _FORWARD_SIGNS):
        return
    for count, forwarded in enumerate(_FORWARDED.finditer(text[:_MAX_CHARS])):
        inner = _mail_head(text, forwarded.end())
        if inner is None or count == _MAX_FORWARDS or (head and forwarded.start() < head.end):
            return
        head = _Head(forwarded.end() - len(forwarded[0].lstrip()), inner.end, inner.said)
        yield head


def _mail_head(text: str, start: int) -> _Head | None:
    """Return the fields from `start` on, up to the first line that is none."""
    said: dict[str, str | list[str]] = {}
    at = end = start
    for line in text[start : start + _MAX_CHARS].split("\n")[:_MAX_LINES]:
        field = _MAIL_FIELD.match(line)
        if field is not None:
            name = field["name"].casefold()
            said.setdefault(_MAIL_NAMES.get(name, name), field["value"].strip())
        elif not (said and line[:1] in (" ", "\t") and line.strip()):
            if said or line.strip():
                break
            at += len(line) + 1
            continue
        at += len(line) + 1
        end = at - 1
    return _Head(start, end, said) if said.keys() >= _NEEDED else None


def fields_of_mail(said: Mapping[str, str | list[str]]) -> dict[str, object]:
    """Return the fields of the article that the fields of a mail's head name."""
    subject = str(said.get("subject", ""))
    return present(
        {
            "title": words_in(_ANSWERED.sub("", subject, count=1), "title"),
            "published_at": read_date(said.get("date")),
        }
    )
