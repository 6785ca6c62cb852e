"""Inputs from the field through both stages in memory, and what does not come out as expected.

`cases/` has what was reported of others, `found/` what was found here by trying variations of
that. Beside each input stands `NAME.expect.json`:

- `content_type`, `headers`: of the bare message; without them the file is read as `push` reads it;
- `outcome`: `article` (default) or `rejected:REASON`;
- `keep`, `drop`: texts that the article has, or has not; `lines`: paragraphs it has whole;
- `fields`: values of the article's fields, dates in ISO 8601; a list of which one must be met;
- `verdicts`: of each line of a stream, alternatives with `|`;
- `report`: the public thread that the input was built after.

A line of a stream may have `_after_h`, hours since the line before, and `_headers`.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from schemas import PreparedArticle, Rejection
from streams.commands.files import Unreadable
from streams.commands.raw_input import Given, raw_inputs
from streams.core.clean import clean
from streams.core.messages.message import Message
from streams.settings import CleanSettings
from tests.support.feed import Feed

CASES = Path(__file__).parent / "cases"
FOUND = Path(__file__).parent / "found"
# The inputs speak of November 2026.
_READ_AT_MS = 1_795_600_000_000


class Inputs(NamedTuple):
    """A raw value with the headers of its message, and the hours since the one before."""

    value: bytes
    headers: dict[str, str]
    after_h: float = 0.0


def case_names(folder: Path = CASES) -> list[str]:
    """Return the names of all cases."""
    return sorted(path.name.removesuffix(".expect.json") for path in folder.glob("*.expect.json"))


def differences(name: str, folder: Path = CASES) -> list[str]:
    """Return what is not as expected, nothing when all is."""
    expected = json.loads((folder / f"{name}.expect.json").read_text(encoding="utf-8"))
    inputs = _inputs(folder, name, expected)
    cleaned = [_cleaned(one, offset) for offset, one in enumerate(inputs)]
    if "verdicts" in expected:
        return _verdict_differences(cleaned, expected["verdicts"])
    return [text for one, _ in cleaned for text in _article_differences(one, expected)]


def _inputs(folder: Path, name: str, expected: dict[str, Any]) -> Iterator[Inputs]:
    path = next(x for x in folder.glob(f"{name}.*") if not x.name.endswith(".expect.json"))
    headers = dict(expected.get("headers", {}))
    if "content_type" in expected:
        headers["content-type"] = expected["content_type"]
    if headers:
        yield Inputs(path.read_bytes(), headers)
        return
    for one in raw_inputs([path], Given()):
        if isinstance(one, Unreadable):
            raise TypeError(f"{one.name}: {one.why}")
        fields = json.loads(one.value)
        after_h, own = fields.pop("_after_h", 0.0), fields.pop("_headers", {})
        yield Inputs(json.dumps(fields, ensure_ascii=False).encode(), own, after_h)


def _cleaned(one: Inputs, offset: int) -> tuple[PreparedArticle | Rejection, float]:
    headers = tuple((key, value.encode()) for key, value in one.headers.items())
    message = Message("news.raw", 0, offset, _READ_AT_MS, None, one.value, headers)
    return clean(message, CleanSettings()), one.after_h


def _verdict_differences(
    cleaned: list[tuple[PreparedArticle | Rejection, float]], expected: list[str]
) -> list[str]:
    feed, verdicts = Feed(), []
    for article, after_h in cleaned:
        if isinstance(article, Rejection):
            verdicts.append(f"rejected:{article.reason.value}")
            continue
        decided = feed.push(article, after_h=after_h).article
        verdicts.append(decided.verdict.value if decided else "redelivered")
    fits = len(verdicts) == len(expected) and all(
        verdict in one.split("|") for verdict, one in zip(verdicts, expected, strict=True)
    )
    return [] if fits else [f"verdicts are {verdicts}, not {expected}"]


def _article_differences(
    article: PreparedArticle | Rejection, expected: dict[str, Any]
) -> list[str]:
    wanted = expected.get("outcome", "article")
    if isinstance(article, Rejection):
        outcome = f"rejected:{article.reason.value}"
        return [] if outcome == wanted else [f"{outcome}, not {wanted}"]
    if wanted != "article":
        return [f"an article, not {wanted}"]
    lines = [paragraph.text for paragraph in article.paragraphs]
    text = "\n".join(lines)
    return [
        *(f"not kept: {one!r}" for one in expected.get("keep", ()) if one not in text),
        *(f"not dropped: {one!r}" for one in expected.get("drop", ()) if one in text),
        *(f"no line: {one!r}" for one in expected.get("lines", ()) if one not in lines),
        *_field_differences(article, expected.get("fields", {})),
    ]


def _field_differences(article: PreparedArticle, fields: dict[str, Any]) -> Iterator[str]:
    for name, wanted in fields.items():
        value = getattr(article, name)
        if isinstance(value, datetime):
            value = value.isoformat()
        elif isinstance(value, tuple):
            value = list(value)
        choices = wanted if isinstance(wanted, list) and not isinstance(value, list) else [wanted]
        if value not in choices:
            yield f"{name} is {value!r}, not {wanted!r}"
