"""The headline of a text that came without a title: above its first paragraph, of its own matter.

Between the two may stand a whole box: byline, date, share buttons, a standfirst. Above the headline
stands a menu. So what a line says decides, not how near it is: its words recur in the story.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from statistics import median

from schemas.rule import Strength
from streams.core.residue.dates import is_date
from streams.core.residue.repeats import is_as_wide, width
from streams.core.residue.text_lines import LineVerdicts, TextLines
from streams.core.residue.unlikely import BY_MODEL
from streams.core.text.stems import stems

# Headlines of wires and sites: hardly one is shorter or longer (our golden texts and the seed).
# One that is shorter has to share more with the story than names of sections and people do.
_MIN_WIDTH, _MAX_WIDTH = 12, 160
_SHORT_WIDTH, _SHORT_RECURS, _SHORT_FOUND = 20, 0.6, 2
# A paragraph ends as a sentence, or is longer than any headline of the golden texts.
_MIN_SENTENCE_WIDTH, _MIN_PARAGRAPH_WIDTH = 60, 100
# Where no sentence ends with a sign, as in Thai, paragraphs are about as long as each other.
_LIKE_PARAGRAPHS = 0.75
_BOX = 2  # lines
# A box of share buttons and dates, and a menu above the headline, have no more lines.
_LINES_ABOVE = 40
# A line that stays and whose words do not recur is the headline only if it stands this near.
_NEAR = 4
_NO_HEADLINE_ENDS = (".", "。", "।", "۔", ":", ",", ";", "：", "”", "“", "»", '"', "」")  # noqa: RUF001 - full stops of scripts
SENTENCE_ENDS = (".", "。", "।", "۔", "!", "?", "！", "？", "؟", "”", "»", '"', "」")  # noqa: RUF001 - as above
STOPS = SENTENCE_ENDS[:9]
_NO_HEADLINE_STARTS = tuple("-–•*(©@#|")  # noqa: RUF001 - a dash
# Mayor on baths: "There is no money"
_QUOTED_END = re.compile(r"""^[^.!?]+[:–—-]\s?["“„«][^"“”„«»]+[^.!?…]["”»]$""")  # noqa: RUF001 - dashes
# The number of a link or note behind a sentence: "... robbery. [2]".
_REFERENCE = re.compile(r"(?:\s?\[\d{1,3}\])+$")
_REFERENCES_CHARS = 30
# How Markdown, mails and forms mark a headline.
_MARK = re.compile(
    r"#{1,3} +|(?:headline|title|subject|titel|titre|título|titolo|betreff|tytuł|заголовок|тема"
    r"|العنوان|शीर्षक|标题|標題|タイトル|見出し|제목)\s*[:：]\s*",  # noqa: RUF001 - a colon of East Asia
    re.IGNORECASE,
)
_DATE_BOX, _MAX_DAY_CHARS = "byline/lead-in", 40
_TRAIL = re.compile(r"\s[>›»/]\s")  # noqa: RUF001 - Home > News > Ferries
# Share of a headline's words that recur. Many that do speak for a line, distance against it; an
# earlier line is preferred if it is nearly as good: below the headline stands its standfirst. On
# the development pages, with whole menus above, that finds 67 % of the headlines of news pages.
_RECURS, _PER_LINE, _NEARLY_BEST = 0.3, 0.05, 0.8
# That is longer for the most part: of the headline, with fewer words, as many of them recur.
_SHORTER_BEST = 0.7
# A line that stays above a box of labels is the headline, and the one below the box a caption,
# which says more of the story.
_OWN_RECURS = 0.2


def lift_title(reading: TextLines, verdicts: LineVerdicts) -> int | None:
    """Return the number of the line that reads like the headline, if there is one.

    It stands above the first paragraph that stays, and is no sentence, date or known residue. One
    that only the line model doubts may be it: without a title, a headline is hard to tell from a
    link. Then its words must recur below.
    """
    texts = reading.texts
    is_paragraph = paragraph_test(reading, verdicts)
    story = [i for i, v in enumerate(verdicts) if v is None and is_paragraph(texts[i])] or [0]
    first = story[0]
    # Without stops a long headline looks like a paragraph: one with a box below it.
    if len(story) > 1 and story[1] - first > _BOX and not has_stops(reading, verdicts):
        first = story[1]
    rows = [i for i in range(max(0, first - _LINES_ABOVE), first) if _may_be(i, reading, verdicts)]
    if not rows:
        return None
    stems_below = stems_of_story(
        reading, [i for i in range(first, len(texts)) if verdicts[i] is None]
    )
    shares, scores = [], []
    for i in rows:
        own = set(stems(reading.keys[i]))
        found = len(own & stems_below)
        recurs = found / max(len(own), 1)
        enough = recurs >= _RECURS
        if _is_short(texts[i]):
            enough = recurs >= _SHORT_RECURS and found >= _SHORT_FOUND
        shares.append(recurs)
        scores.append(found * recurs / (1 + _PER_LINE * (first - i)) if enough else 0.0)
    best = max(scores)
    if best > 0:
        share = shares[scores.index(best)]
        found = next(
            at
            for at, (score, recurs) in enumerate(zip(scores, shares, strict=True))
            if score >= (_NEARLY_BEST if recurs < share else _SHORTER_BEST) * best
        )
        above = _above_box(reading, verdicts, rows[: found + 1], shares)
        return rows[found] if above is None else above
    stay = [i for i in rows if verdicts[i] is None and not _is_short(texts[i])]
    # The only line above the story that says anything is its headline, however far up it stands.
    least = 0 if len(stay) == 1 else first - _NEAR
    return next((i for i in stay if i >= least), None)


def _above_box(
    reading: TextLines, verdicts: LineVerdicts, rows: Sequence[int], shares: Sequence[float]
) -> int | None:
    """Return the line above a box of labels below which the last of some rows stands: a caption."""
    last = rows[-1]
    for i, recurs in zip(rows[:-1], shares, strict=False):
        if verdicts[i] is not None or recurs < _OWN_RECURS or _is_short(reading.texts[i]):
            continue
        between = range(i + 1, last)
        if sum(verdicts[x] is not None or is_date(reading.texts[x]) for x in between) >= _BOX:
            return i
    return None


def unmarked(headline: str) -> str:
    """Return a headline without what marks it as one.

    Agencies end theirs with an equals sign.

    >>> unmarked("# Barges lie idle"), unmarked("Subject: Barges lie idle")
    ('Barges lie idle', 'Barges lie idle')
    >>> unmarked("Barges lie idle =")
    'Barges lie idle'
    """
    headline = _MARK.sub("", headline, count=1) if _MARK.match(headline) else headline
    return headline.removesuffix(" =")


def stems_of_story(reading: TextLines, lines: Iterable[int]) -> set[str]:
    """Return the stems of the words in those of some lines that are sentences."""
    return {
        stem
        for i in lines
        if is_as_wide(reading.texts[i], _MIN_SENTENCE_WIDTH)
        for stem in stems(reading.keys[i])
    }


def share_that_recurs(key: str, story: set[str]) -> float:
    """Return the share of a line's stems that a story has; `key` is its comparison form."""
    own = set(stems(key))
    return len(own & story) / max(len(own), 1)


def paragraph_test(reading: TextLines, verdicts: LineVerdicts) -> Callable[[str], bool]:
    """Return what tells the paragraphs of this text."""
    least = float(_MIN_PARAGRAPH_WIDTH)
    if not has_stops(reading, verdicts):
        kept = [text for text, v in zip(reading.texts, verdicts, strict=True) if v is None]
        long = [wide for text in kept if (wide := width(text)) >= _MIN_SENTENCE_WIDTH]
        if long:
            least = min(least, max(_LIKE_PARAGRAPHS * median(long), _MIN_SENTENCE_WIDTH))
    return lambda text: is_as_wide(text, least) or _is_sentence(text)


def has_stops(reading: TextLines, verdicts: LineVerdicts) -> bool:
    """Say whether a paragraph that stays ends with a sign: in Thai and Lao none does."""
    return any(
        verdict is None and text.endswith(STOPS) and _is_sentence(text)
        for text, verdict in zip(reading.texts, verdicts, strict=True)
    )


def _is_sentence(text: str) -> bool:
    if text.endswith("]"):
        text = text[:-_REFERENCES_CHARS] + _REFERENCE.sub("", text[-_REFERENCES_CHARS:])
    if not text.endswith(SENTENCE_ENDS) or not is_as_wide(text, _MIN_SENTENCE_WIDTH):
        return False
    return _QUOTED_END.match(text) is None


def _is_short(text: str) -> bool:
    return width(text) < _SHORT_WIDTH and not _MARK.match(text)


def _may_be(number: int, reading: TextLines, verdicts: LineVerdicts) -> bool:
    verdict, hit, text = verdicts[number], reading.hits[number], reading.texts[number]
    if verdict is not None and verdict.rule != BY_MODEL:
        return False
    if hit is not None and (hit.group.strength is not Strength.HINT or verdict is not None):
        return False
    if hit is not None and hit.name == _DATE_BOX and _is_day(text):
        return False
    return _is_headline(text) and not is_date(text)


def _is_day(text: str) -> bool:
    """Say whether a line that opens as a date box may be one: "Sist oppdatert 24. november"."""
    return len(text) <= _MAX_DAY_CHARS and any(map(str.isdigit, text))


def _is_headline(text: str) -> bool:
    if text.endswith(_NO_HEADLINE_ENDS) and not _QUOTED_END.match(text):
        return False
    if text.startswith(_NO_HEADLINE_STARTS) and not _MARK.match(text):
        return False
    return _MIN_WIDTH <= width(text) <= _MAX_WIDTH and _TRAIL.search(text) is None
