"""Names of authors, as feeds and pages write them, to names of people and agencies alone."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping

from streams.core.read.month_names import MONTHS

_TAG = re.compile(r"<[^<>]{0,300}>")
_ADDRESS = re.compile(r"<?(?:mailto:)?[^\s<>()@]+@[^\s<>()@]+\.[^\s<>()@]+>?")
# `desk@paper.example (Liv Sandmo)`, as RSS has authors.
_NAME_OF_ADDRESS = re.compile(rf"\s*{_ADDRESS.pattern}\s*\(([^()]+)\)\s*")
_LINK = re.compile(r"(?:https?:)?//\S+|(?<!\S)@\w+")
_DOMAIN = re.compile(r"(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,12}")
# `Paper (www.paper.example)` is the paper.
_OF_DOMAIN = re.compile(rf"[^()]*\(\s*{_DOMAIN.pattern}\s*\)\s*")
# Words before a name, in the languages of the news. Many are parts of names too.
_BY_WORDS = (
    "by|von|par|por|di|door|av|af|przez|text|autor|autorin|auteur|author|autore|oleh|yazan"
    "|tác giả|автор|от|بقلم|מאת|文|记者|記者|लेखक|โดย"
)
_BY = re.compile(
    r"(?:(?:written|posted|published|reported|words|story|interview|analysis|review|geschrieben"
    r"|verfasst|publié)\s+)?"
    rf"({_BY_WORDS})(?:\s*[:：]\s*|\s+)(?=\S)",  # noqa: RUF001 - a colon of East Asia
    re.IGNORECASE,
)
_LABEL = re.compile(r"^[^\W\d_]{2,14}\s*[:：]\s+")  # noqa: RUF001 - a colon of East Asia
_APART = re.compile(
    r"\s*[;|·•/、&]\s*|\s+-\s+|\s+(?:and|und|et|y|e|en|og|och|oraz|ve|и|та|και|dan)\s+"
)
_COMMA = re.compile(r"\s*[,،，]\s*(?:(?:and|und|et|y|e|en|og|och)\s+)?")  # noqa: RUF001
# What "; and Kim Berg" leaves before a name, and where somebody is behind it: "Per Dahl in Stor".
_AND = re.compile(r"^(?:and|und|et|en|og|och)\s+(?=[^\W\d_]+\s)", re.IGNORECASE)
_IN_PLACE = re.compile(r"(?<=\w)\s+in\s+[A-Z][\w .-]{2,30}$")
_IN_BRACKETS = re.compile(r"\s*[(（\[][^()（）\[\]]{0,60}[)）\]]\s*$")  # noqa: RUF001
# The date or time behind a name: "Liv Sandmo, 24 Nov 2026" and "Liv Sandmo | 09:15".
_WHEN = re.compile(r"[\s,|·–-]+(?=\d)[^;&]*(?:\b(?:19|20)\d{2}\b|\b\d{1,2}[:.h]\d{2}\b).*$")  # noqa: RUF001 - a dash
_EDGES = " \t\n.,;:–—-|·*'\"“”"  # noqa: RUF001 - dashes
# Accounts of content systems, and words that name no one.
_NO_NAMES = """admin administrator administrador administrateur editor editors author authors
    webmaster root user guest staff anonymous unknown none null n/a redaktion redazione redacción
    redação rédaction redactie redaktionen редакция news newsroom newsdesk online web contributor
    contributors name reporter reporters reporterin correspondent correspondents korrespondent
    korrespondentin journalist journaliste periodista red agenturen agentur agencies agences
    agencias agências agenzie agencje agentury wires dziennikarz dziennikarka muhabir 기자"""
_NO_ONE = frozenset(_NO_NAMES.split()) | frozenset(_BY_WORDS.split("|"))
# What somebody does, behind a name: "Liv Sandmo, Political Correspondent", 박서연 기자.
_ROLE = re.compile(
    r"(?:[^\W\d_]+[\s-]+){0,3}(?:writer|reporter|editor|correspondent|columnist|critic|journalist"
    r"|photographer|redakteur(?:in)?|korrespondent(?:in)?|journalistin|journaliste"
    r"|correspondante?|corresponsal|redactora?|корреспондент|обозреватель|журналист|редактор"
    r"|phóng viên|repórter)",
    re.IGNORECASE,
)
_ROLE_AFTER = re.compile(r"\s+(?:기자|특파원|논설위원|記者|记者)$")
# What stands behind a name in a byline, often without a blank.
_BEHIND_NAME = re.compile(
    r"(?:Last )?(?:Published|Updated|Posted|updated|Reviewed)\b.*$"
    r"|[\s|·•—–-]*\d+ min(?:ute)?s?\b.*$"  # noqa: RUF001 - dashes
)
_MONTH_NAMES = "|".join(name.title() for name in sorted(MONTHS, key=len, reverse=True))
_AT_MONTH = re.compile(rf"\s+(?:{_MONTH_NAMES})\.?$")
_DIGIT = re.compile(r"\d")
_NAME_PART = r"(?:[^\W\d_a-z][\w.'’-]*|(?:de|da|di|du|del|der|van|von|zu|la|le|af|el|al|y)\b)"  # noqa: RUF001
_PERSON = re.compile(rf"{_NAME_PART}(?:\s+{_NAME_PART})*")
_MAX_BYLINE_WORDS = 5
# Of the menus of shops and firms: "By Use Case", "By Company Type".
_MENU_WORDS = """case cases type types industry role topic category size team price brand need
    region state department solution product location date name genre age season
    desk editors staff analyst our from"""
_NO_PERSON = frozenset(_MENU_WORDS.split())
# Reddit's feeds name accounts so.
_ACCOUNT = re.compile(r"(?<!\S)/u/(?=\w)")
_MAX_WORDS, _MAX_CHARS = 8, 80
_MAX_NAMES = 100


def author_names(value: object, publishers: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the names in a text, or in a list of texts and objects with a `name`.

    Without addresses, domains, accounts, "By", brackets, and what is in `publishers`.

    >>> author_names("By Liv Sandmo and Per Dahl")
    ('Liv Sandmo', 'Per Dahl')
    >>> author_names("Liv Sandmo, Political Correspondent")
    ('Liv Sandmo',)
    >>> author_names("Av Liv Sandmo 24 nov 2026 06:05")
    ('Liv Sandmo',)
    >>> author_names(["Sandmo, Liv", "desk@paper.example (Per Dahl)", "paper.example"])
    ('Liv Sandmo', 'Per Dahl')
    """
    unwanted = {_key(name) for name in publishers if name}
    names = (name for text in _texts(value) for name in _names_in(text))
    found = dict.fromkeys(name for name in names if _is_name(name) and _key(name) not in unwanted)
    return tuple(found)[:_MAX_NAMES]


def names_in_byline(line: str) -> tuple[str, ...]:
    """Return the names in a line that says itself that it names the authors, else none.

    >>> names_in_byline("By Liv Sandmo in Harrow"), names_in_byline("Liv Sandmo")
    (('Liv Sandmo',), ())
    >>> names_in_byline("By Liv SandmoPublished: Jan 5, 2026"), names_in_byline("By Use Case")
    (('Liv Sandmo',), ())
    """
    told = _BEHIND_NAME.sub("", line.strip(_EDGES))
    if not (_BY.match(told) or _ROLE_AFTER.search(_ADDRESS.sub("", told).rstrip())):
        return ()
    names = (
        _AT_MONTH.sub("", name) if _DIGIT.search(line) else name for name in author_names(told)
    )
    return tuple(name for name in names if _is_whole(name))


def _is_whole(name: str) -> bool:
    """Say whether a text reads as a whole name: some words, of which each may be part of one."""
    words = name.split()
    if not name.isascii() and len(words) == 1:
        return not name[0].isupper()  # of a script without case
    return (
        1 < len(words) <= _MAX_BYLINE_WORDS
        and _PERSON.fullmatch(name) is not None
        and _NO_PERSON.isdisjoint(name.casefold().split())
    )


def _texts(value: object, depth: int = 3) -> Iterator[str]:
    if isinstance(value, str):
        yield value[:1_000]
    elif isinstance(value, dict):
        yield from _texts(value.get("name") or _of_two_fields(value), depth)
    elif isinstance(value, list | tuple) and depth:
        for item in value[:_MAX_NAMES]:
            yield from _texts(item, depth - 1)


def _of_two_fields(value: Mapping[str, object]) -> str:
    """Return the name of an author whose first and last name stand apart."""
    fields = {key.replace("_", "").casefold(): part for key, part in value.items()}
    parts = (fields.get("firstname"), fields.get("lastname"))
    return " ".join(part for part in parts if isinstance(part, str))


def _names_in(text: str) -> Iterator[str]:
    text = " ".join(_TAG.sub(" ", html.unescape(text)).split())
    if _OF_DOMAIN.fullmatch(text):
        return
    text = _ACCOUNT.sub("", text)
    addressed = _NAME_OF_ADDRESS.fullmatch(text)
    text = _LINK.sub(" ", _ADDRESS.sub(" ", addressed[1] if addressed else text)).strip(' "')
    for part in _parts(_WHEN.sub("", _without_by(" ".join(text.split())))):
        yield from (_tidy(name) for name in _in_order(part))


def _without_by(text: str) -> str:
    found = _BY.match(text)
    if found and _is_by(found, text[found.end() :]):
        text = text[found.end() :]
    return _LABEL.sub("", text)


def _is_by(found: re.Match[str], name: str) -> bool:
    """Say whether a word stands before a name: "Di Maria" is one, "Di Luca Rossi" has one."""
    word = found[1]
    return " " in name or word.islower() or not word.istitle() or word.casefold() == "by"


def _parts(text: str) -> Iterator[str]:
    """Yield the names beside "and" and its like; a name with such a word inside stays whole."""
    parts = [part for part in _APART.split(text) if part.strip()]
    marks = _APART.findall(text)
    is_word = [mark.strip().isalpha() for mark in marks]
    if any(is_word) and any(" " not in part.strip() for part in parts) and "," not in text:
        yield text  # José Ortega y Gasset
    else:
        yield from parts


def _in_order(text: str) -> Iterator[str]:
    """Yield the names between commas; `Sandmo, Liv` is one with its parts the other way round."""
    parts = [part for part in _COMMA.split(text) if part.strip()]
    if len(parts) == 2 and all(_is_part(part) for part in parts):  # noqa: PLR2004 - last and first
        yield f"{parts[1]} {parts[0]}"
    else:
        yield from parts


def _is_part(text: str) -> bool:
    """Say whether a text is a first or a last name rather than a whole one, or an agency."""
    return " " not in text.strip() and text.istitle() and text.isalpha()


def _tidy(name: str) -> str:
    name = _IN_BRACKETS.sub("", _without_by(name.strip(_EDGES))).strip(_EDGES)
    return _IN_PLACE.sub("", _AND.sub("", _ROLE_AFTER.sub("", name)))


def _is_name(name: str) -> bool:
    return (
        any(sign.isalpha() for sign in name)
        and len(name) <= _MAX_CHARS
        and name.count(" ") < _MAX_WORDS
        and name.casefold() not in _NO_ONE
        and not _ROLE.fullmatch(name)
        and not _DOMAIN.fullmatch(name)
    )


def _key(name: str) -> str:
    """Return the form in which names of publishers are compared."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())
