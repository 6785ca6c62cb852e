"""The headline of a text that came without a title: above its first paragraph, of its own matter.

Between the two may stand a whole box: byline, date, share buttons, a standfirst. Above the headline
stands a menu. So what a line says decides, not how near it is: its words recur in the story.
"""

import re
from collections.abc import Iterable, Iterator

from schemas.rule import Strength
from streams.core.residue.dates import is_date
from streams.core.residue.repeats import width
from streams.core.residue.text_lines import LineVerdicts, TextLines
from streams.core.residue.unlikely import BY_MODEL

# Headlines of wires and sites: hardly one is shorter or longer (our golden texts and the seed).
_MIN_WIDTH, _MAX_WIDTH = 20, 160
# A paragraph ends as a sentence, or is longer than any headline of the golden texts.
_MIN_SENTENCE_WIDTH, _MIN_PARAGRAPH_WIDTH = 60, 100
# A box of share buttons and dates, and a menu above the headline, have no more lines.
_LINES_ABOVE = 40
# A line that stays and whose words do not recur is the headline only if it stands this near.
_NEAR = 4
_NO_HEADLINE_ENDS = (".", "。", "।", "۔", ":", ",", ";", "：", "”", "“", "»", '"', "」")  # noqa: RUF001 - full stops of scripts
SENTENCE_ENDS = (".", "。", "।", "۔", "!", "?", "！", "？", "؟", "”", "»", '"', "」")  # noqa: RUF001 - as above
_NO_HEADLINE_STARTS = tuple("-–•*(©@#|")  # noqa: RUF001 - a dash
_TRAIL = re.compile(r"\s[>›»/]\s")  # noqa: RUF001 - Home > News > Ferries
# Share of a headline's words that recur. Many that do speak for a line, distance against it; an
# earlier line is preferred if it is nearly as good: below the headline stands its standfirst. On
# the development pages, with whole menus above, that finds 67 % of the headlines of news pages.
_RECURS, _PER_LINE, _NEARLY_BEST = 0.3, 0.05, 0.8
# Endings change with the case of a noun. Han, kana, Hangul are read by pairs, Thai by threes.
_STEM_CHARS, _MIN_WORD_CHARS = 5, 4
_LETTERS = re.compile(r"[^\W\d_]+")
_UNSPACED_FROM, _PAIRS_FROM = 0x0E00, 0x2E80


def lift_title(reading: TextLines, verdicts: LineVerdicts) -> int | None:
    """Return the number of the line that reads like the headline, if there is one.

    It stands above the first paragraph that stays, and is no sentence, date or known residue. One
    that only the line model doubts may be it: without a title, a headline is hard to tell from a
    link. Then its words must recur below.
    """
    texts = reading.texts
    first = next((i for i, v in enumerate(verdicts) if v is None and _is_paragraph(texts[i])), 0)
    rows = [i for i in range(max(0, first - _LINES_ABOVE), first) if _may_be(i, reading, verdicts)]
    if not rows:
        return None
    story = stems_of_story(reading, [i for i in range(first, len(texts)) if verdicts[i] is None])
    scores = []
    for i in rows:
        stems = set(_stems(reading.keys[i]))
        found = len(stems & story)
        recurs = found / max(len(stems), 1)
        scores.append(found * recurs / (1 + _PER_LINE * (first - i)) if recurs >= _RECURS else 0.0)
    best = max(scores)
    if best > 0:
        return next(i for i, x in zip(rows, scores, strict=True) if x >= _NEARLY_BEST * best)
    return next((i for i in rows if verdicts[i] is None and i >= first - _NEAR), None)


def stems_of_story(reading: TextLines, lines: Iterable[int]) -> set[str]:
    """Return the stems of the words in those of some lines that are sentences."""
    return {
        stem
        for i in lines
        if width(reading.texts[i]) >= _MIN_SENTENCE_WIDTH
        for stem in _stems(reading.keys[i])
    }


def share_that_recurs(key: str, story: set[str]) -> float:
    """Return the share of a line's stems that a story has; `key` is its comparison form."""
    stems = set(_stems(key))
    return len(stems & story) / max(len(stems), 1)


def _is_paragraph(text: str) -> bool:
    wide = width(text)
    if wide >= _MIN_PARAGRAPH_WIDTH:
        return True
    return wide >= _MIN_SENTENCE_WIDTH and text.endswith(SENTENCE_ENDS)


def _may_be(number: int, reading: TextLines, verdicts: LineVerdicts) -> bool:
    verdict, hit, text = verdicts[number], reading.hits[number], reading.texts[number]
    if verdict is not None and verdict.rule != BY_MODEL:
        return False
    if hit is not None and (hit.group.strength is not Strength.HINT or verdict is not None):
        return False
    return _is_headline(text) and not is_date(text)


def _is_headline(text: str) -> bool:
    if text.endswith(_NO_HEADLINE_ENDS) or text.startswith(_NO_HEADLINE_STARTS):
        return False
    return _MIN_WIDTH <= width(text) <= _MAX_WIDTH and _TRAIL.search(text) is None


def _stems(key: str) -> Iterator[str]:
    for word in _LETTERS.findall(key):
        point = ord(word[0])
        if point >= _UNSPACED_FROM:
            size = 2 if point >= _PAIRS_FROM else 3
            yield from (word[at : at + size] for at in range(len(word) - size + 1))
        elif len(word) >= _MIN_WORD_CHARS:
            yield word[:_STEM_CHARS]
