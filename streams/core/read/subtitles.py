"""Subtitles (WebVTT, SubRip) to the text that is spoken, in paragraphs."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_TIME = r"(?:\d{1,2}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
_TIMING = re.compile(
    rf"[ \t]*(?P<start>{_TIME})[ \t]+-->[ \t]+(?P<end>{_TIME})(?:[ \t][^\n]*)?", re.ASCII
)
_STARTS = re.compile(
    rf"\s*(?:WEBVTT(?:[ \t][^\n]*)?\n|(?:\d{{1,6}}[ \t]*\r?\n)?{_TIMING.pattern}\r?\n)"
)
_SPEAKER = re.compile(r"<v(?:\.[\w.]+)?[ \t]+([^<>\n]{1,60})>")
_MARKUP = re.compile(
    r"</?[a-z][^<>\n]{0,80}>|<\d[\d:.]{4,12}>|\{\\[^{}\n]{0,40}\}|\{[^{}\n]{0,20}\}"
)
# Somebody else speaks.
_TURN = re.compile(r"\s*(?:-|–|—|>>)\s*(?=\S)")  # noqa: RUF001 - dashes
_BLOCKS = ("NOTE", "STYLE", "REGION", "X-TIMESTAMP-MAP", "Kind:", "Language:")
_ENDS = (".", "!", "?", "…", "。", "！", "？", "।", "؟", '"', "”", "»")  # noqa: RUF001 - of other scripts
# A paragraph ends with the sentence that makes it so long, or where nobody speaks for so long.
_PARAGRAPH_CHARS, _PAUSE_S = 300, 3.0
_WIDE_FROM = "\u2e80"


class _Cue(NamedTuple):
    """A subtitle: since when it is shown, until when, and its lines."""

    start_s: float
    end_s: float
    lines: list[str]


def read_subtitles(text: str) -> str | None:
    r"""Return what is spoken in subtitles, a paragraph a line; nothing for any other text.

    >>> read_subtitles("1\n00:00:00,000 --> 00:00:02,500\nThe ferry\nsails again.\n")
    'The ferry sails again.'
    >>> read_subtitles("The ferry sails again.")
    """
    if "-->" not in text[:2_000] or not _STARTS.match(text):
        return None
    paragraphs: list[str] = []
    shown_until_s = 0.0
    last = speaker = ""
    for cue in _cues(text):
        for number, line in enumerate(cue.lines):
            named = _SPEAKER.search(line)
            heard, speaker = speaker, named[1].strip() if named else speaker if number else ""
            turn = _TURN.match(line)
            words = _MARKUP.sub("", line[turn.end() :] if turn else line).strip()
            # Those that a machine writes repeat the line above, which rolls up.
            if not words or words == last:
                continue
            last = words
            begins = speaker != heard or turn or cue.start_s - shown_until_s > _PAUSE_S
            if not paragraphs or begins or _is_full(paragraphs[-1]):
                paragraphs.append(f"{speaker}: {words}" if speaker != heard and speaker else words)
            else:
                paragraphs[-1] += words if words[0] >= _WIDE_FROM else f" {words}"
            shown_until_s = cue.end_s
    return "\n".join(paragraphs)


def _is_full(paragraph: str) -> bool:
    return len(paragraph) >= _PARAGRAPH_CHARS and paragraph.endswith(_ENDS)


def _cues(text: str) -> Iterator[_Cue]:
    """Yield the subtitles; numbers, names and notes before them are none of their lines."""
    cue: _Cue | None = None
    for raw in text.splitlines():
        line = raw.strip()
        timing = _TIMING.fullmatch(line)
        if timing is not None:
            if cue is not None:
                yield cue
            cue = _Cue(_seconds(timing["start"]), _seconds(timing["end"]), [])
        elif not line or line.startswith(_BLOCKS):
            if cue is not None:
                yield cue
            cue = None
        elif cue is not None:
            cue.lines.append(line)
    if cue is not None:
        yield cue


def _seconds(time: str) -> float:
    seconds = 0.0
    for part in time.replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return seconds
