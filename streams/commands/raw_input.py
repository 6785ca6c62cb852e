"""Files as raw messages: text, HTML, JSON, JSON lines, and every entry of a feed."""

import codecs
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from schemas import ContentType
from schemas.prepared import UNKNOWN_SOURCE
from streams.commands.feed_entries import feed_entries
from streams.commands.files import InputFile, Unreadable, input_files
from streams.core.article.identity import source_of
from streams.core.read.json_items import item_type, items_of
from streams.core.read.other_json import adapted, articles_in, unwrapped
from streams.core.read.recognise import (
    HEAD_BYTES,
    KIND_WORDS,
    Kind,
    NoArticleError,
    charset_of,
    head_text,
    is_wide,
    recognise,
    said_by,
)
from streams.core.text.charset import decode_bytes
from streams.core.text.refused import Refused

# A JSON line of a larger message than any topic takes; what is longer is skipped unread.
LONGEST_LINE_BYTES = 16_000_000
_BLANK = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class Given:
    """What the command line says of an article; None where it says nothing."""

    source: str | None = None
    url: str | None = None
    title: str | None = None
    id: str | None = None

    @property
    def of_one(self) -> list[str]:
        """What is said that can be true of one article only."""
        return [name for name in ("id", "url", "title") if getattr(self, name)]


@dataclass(frozen=True, slots=True)
class RawInput:
    """A raw message and where it came from. `number` counts the messages of its file from 1."""

    file: InputFile
    number: int
    line: int | None
    key: bytes | None
    value: bytes

    @property
    def name(self) -> str:
        """The file, with the line where it holds a message a line."""
        return place_in(self.file, self.line)


def place_in(file: InputFile, line: int | None) -> str:
    """Return a file's name, and the line in it."""
    return file.name if line is None else f"{file.name}:{line}"


def raw_inputs(
    paths: list[Path],
    given: Given,
    kind: Kind | None = None,
    say: Callable[[str, str], None] = lambda *_: None,
) -> Iterator[RawInput | Unreadable]:
    """Yield the messages in files, in their order; `-` is standard input.

    JSON goes as it is, with what `given` says put over it; all else becomes the `content` of a raw
    article. The key is the article's source, so that its articles stay in order.
    `say` hears as what a file is read whose name does not tell, and of files passed over.
    """
    sent = 0
    for file in input_files(paths, say):
        if isinstance(file, Unreadable):
            yield file
            continue
        try:
            for found in _messages(file, given, kind, say):
                if isinstance(found, RawInput):
                    sent += 1
                    if sent > 1 and given.of_one:
                        options = ", ".join(f"--{name}" for name in given.of_one)
                        yield Unreadable(found.name, f"{options} can be of one article only")
                        continue
                yield found
        except (OSError, EOFError, zlib.error) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            yield Unreadable(file.name, f"cannot be read: {why}")
        except ValueError as error:
            yield Unreadable(file.name, str(error))


def _messages(
    file: InputFile, given: Given, kind: Kind | None, say: Callable[[str, str], None]
) -> Iterator[RawInput | Unreadable]:
    with file.open() as stream:
        # Who names the kind need not wait until there is enough to recognise it by.
        head = b"" if kind else stream.read(HEAD_BYTES)
        number = 0
        if kind is None:
            kind = recognise(head, file.suffix)
            if kind not in said_by(file.suffix):
                say(file.name, f"read as {KIND_WORDS[kind]} (--type says otherwise)")
        for found in _found(stream, head, kind):
            if isinstance(found.article, str):
                yield Unreadable(place_in(file, found.line), found.article)
            else:
                number += 1
                yield _raw_input(file, number, found, given)


@dataclass(frozen=True, slots=True)
class _Found:
    """A raw article in a file, or why there is none; address and source only say whose it is."""

    article: dict[str, object] | str
    line: int | None = None
    url: str | None = None
    source: str | None = None


def _found(stream: BinaryIO, head: bytes, kind: Kind) -> Iterator[_Found]:
    if kind is Kind.JSON_LINES:
        lines = _wide_lines(stream, head) if is_wide(head) else _lines(stream, head)
        yield from _from_lines(lines)
        return
    data = head + stream.read()
    if kind is Kind.JSON:
        yield from _from_json(head_text(data))
        return
    text, _ = decode_bytes(data)
    if not text.strip():
        raise NoArticleError("empty")
    if kind is Kind.FEED:
        for content_type, entry, url in feed_entries(text):
            yield _Found({"content": entry, "content_type": content_type.value}, url=url)
    elif kind is Kind.HTML:
        yield _Found({"content": text, "content_type": ContentType.HTML.value})
    else:
        yield _Found({"content": text})


def _lines(stream: BinaryIO, head: bytes) -> Iterator[bytes]:
    """Yield lines, which end with a line feed and nothing else: JSON may hold all other ends."""
    *whole, begun = head.split(b"\n")
    yield from whole
    while line := begun + stream.readline(LONGEST_LINE_BYTES):
        begun = b""
        yield line
        if len(line) >= LONGEST_LINE_BYTES and not line.endswith(b"\n"):
            while (rest := stream.readline(LONGEST_LINE_BYTES)) and not rest.endswith(b"\n"):
                pass


def _wide_lines(stream: BinaryIO, head: bytes) -> Iterator[bytes]:
    """Yield the lines of UTF-16 or UTF-32, as Windows' shell writes them, in UTF-8."""
    decoder = codecs.getincrementaldecoder(charset_of(head))("replace")
    begun = ""
    for block in chain([head], iter(lambda: stream.read(HEAD_BYTES), b"")):
        *whole, begun = (begun + decoder.decode(block)).split("\n")
        yield from (line.encode() for line in whole)
        if len(begun) > LONGEST_LINE_BYTES:
            break  # as what is longer than any message, the line is refused
    yield begun.encode()


def _from_lines(lines: Iterable[bytes]) -> Iterator[_Found]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if len(line) >= LONGEST_LINE_BYTES:
            yield _Found(f"longer than {LONGEST_LINE_BYTES} bytes", number)
            continue
        try:
            value = json.loads(head_text(line))
        except (ValueError, RecursionError) as error:
            yield _Found(_why(error), number)
        else:
            yield from _in_value(value, number)


def _from_json(text: str) -> Iterator[_Found]:
    """Yield the articles of JSON values one after another; an array or a feed has many."""
    decoder, at = json.JSONDecoder(strict=False), 0
    while (at := _after_blanks(text, at)) < len(text):
        line = text.count("\n", 0, at) + 1
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            yield _Found(_why(error), line)
            return
        yield from _in_value(value, line)


def _after_blanks(text: str, at: int) -> int:
    blanks = _BLANK.match(text, at)
    return blanks.end() if blanks else at


def _in_value(value: object, line: int) -> Iterator[_Found]:
    """Yield the articles of one JSON value: several of an array or a JSON Feed."""
    for each in _items(value):
        try:
            yield _article(each, line)
        except (NoArticleError, Refused) as error:
            yield _Found(str(error), line)


def _items(value: object) -> list[object]:
    if isinstance(value, str) and value.lstrip().startswith("{"):
        with suppress(ValueError, RecursionError):
            value = json.loads(value)  # it was encoded twice
    if isinstance(value, dict) and isinstance(value.get("items"), list) and "version" in value:
        return items_of(value)
    return articles_in(value)


def _article(value: object, line: int) -> _Found:
    """Return a JSON value as a raw article: it is one, an item of JSON Feed or ninjs, or another's.

    Raises:
        NoArticleError: there is no article in it.
        Refused: there are several.
    """
    if not isinstance(value, dict):
        raise NoArticleError(f"a raw article is a JSON object, not {_json_name(value)}")
    kind = item_type(value)
    if kind is not None:
        url = value.get("url") if isinstance(value.get("url"), str) else None
        return _Found(_wrapped(value, kind), line, url)
    article = dict(unwrapped(value))
    known, _ = adapted(article)
    if "content" not in known and "content" not in article:
        raise NoArticleError("the JSON object has no `content`, which a raw article needs")
    url, source = (known.get(name) for name in ("url", "source"))
    return _Found(
        article,
        line,
        url if isinstance(url, str) else None,
        source if isinstance(source, str) else None,
    )


def _wrapped(item: dict[str, object], content_type: ContentType) -> dict[str, object]:
    content = json.dumps(item, ensure_ascii=False)
    return {"content": content, "content_type": content_type.value}


def _json_name(value: object) -> str:
    names = {list: "an array", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg} at character {error.pos + 1}"
    return "not JSON: it nests too deep or is not UTF-8"


def _raw_input(file: InputFile, number: int, found: _Found, given: Given) -> RawInput:
    put = {key: value for key in Given.__slots__ if (value := getattr(given, key))}
    article = found.article | put  # type: ignore[operator] # the caller knows that it is one
    source, _ = source_of(given.source or found.source, given.url or found.url)
    return RawInput(
        file,
        number,
        found.line,
        key=None if source == UNKNOWN_SOURCE else source.encode("utf-8", "replace"),
        value=_as_json(article),
    )


def _as_json(article: dict[str, object]) -> bytes:
    try:
        return json.dumps(article, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a surrogate pair, which the worker repairs
        return json.dumps(article).encode()
