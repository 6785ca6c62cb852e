"""Files from a command line as raw messages: text, HTML, JSON, or a JSON object a line."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from schemas import ContentType


@dataclass(frozen=True, slots=True)
class Given:
    """What the command line says of an article; None where it says nothing."""

    source: str | None = None
    url: str | None = None
    title: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class RawInput:
    """A raw message and where it came from."""

    name: str
    key: bytes | None
    value: bytes


def raw_inputs(files: list[Path], given: Given) -> Iterator[RawInput]:
    """Yield the messages in `files`; `-` is standard input.

    JSON goes as it is, with what `given` says put over it; all else becomes the `content` of a raw
    article.

    Raises:
        OSError: if a file cannot be read.
        ValueError: if a file is neither UTF-8 text nor JSON objects.
    """
    for file in files:
        name = "standard input" if str(file) == "-" else str(file)
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise ValueError(f"{name} is not UTF-8 text ({error})") from error
        for article in _articles(text, file.suffix.lower()):
            put = {key: value for key in Given.__slots__ if (value := getattr(given, key))}
            article.update(put)
            key = article.get("id") or article.get("url")
            yield RawInput(
                name,
                key=str(key).encode() if key else None,
                value=json.dumps(article, ensure_ascii=False).encode(),
            )


def _articles(text: str, suffix: str) -> Iterator[dict[str, object]]:
    if suffix in (".jsonl", ".ndjson"):
        for line in text.splitlines():
            if line.strip():
                yield _object(line)
    elif suffix == ".json":
        yield _object(text)
    elif suffix in (".html", ".htm"):
        yield {"content": text, "content_type": ContentType.HTML.value}
    elif suffix in ("", ".-") and (found := _object_if_any(text)) is not None:
        yield found
    else:
        yield {"content": text}


def _object(text: str) -> dict[str, object]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(f"a raw article is a JSON object, not {type(found).__name__}")  # noqa: TRY004
    return found


def _object_if_any(text: str) -> dict[str, object] | None:
    """Return the raw article when `text` is one in JSON, which a file without suffix may hold."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "content" in found else None
