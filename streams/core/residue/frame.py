"""The frame of a page around its story: what stands above the headline, beside it and below.

On a page in a language of which few labels are known, and in scripts without case, the line model
says little of a single line. But where some lines of a run are known for labels, short lines among
them are so too: above a headline stands a menu, below the last paragraph lists and a footer.
"""

import math
from collections.abc import Iterator, Sequence

from schemas.removal import Reason
from schemas.rule import Strength
from streams.core.residue.dates import is_date
from streams.core.residue.phrases import PhraseRule
from streams.core.residue.repeats import width
from streams.core.residue.text_lines import LineVerdict, LineVerdicts, TextLines
from streams.core.residue.title import (
    STOPS,
    has_stops,
    paragraph_test,
    share_that_recurs,
    stems_of_story,
)

# So many known labels make a run of lines a menu, a box or a footer.
_LABELS_ABOVE, _LABELS_BESIDE, _LABELS_BELOW = 2, 2, 3
# A table below a story has hardly any, whatever its cells say.
_SHARE_BELOW = 0.2
# Names and places in the box below a headline; a standfirst is longer.
_BESIDE_WIDTH = 30
# An advert or a link to another story between two paragraphs has no more lines.
_MOST_BETWEEN = 3
_TOPIC_WIDTH = 24
# Where no sentence ends with a sign, a short last paragraph looks like a teaser.
_TEASER_WIDTH = 45
# A line of which so many words recur may be the story's own.
_OWN = 0.5
_ABOVE = LineVerdict(Reason.NAVIGATION, "frame/above", "Above the headline, among labels.")
_BESIDE = LineVerdict(Reason.BYLINE, "frame/beside", "Below the headline, among labels.")
_TOPIC = LineVerdict(Reason.TAGS, "frame/topic", "Below the heading of topics, among labels.")
_BELOW = LineVerdict(Reason.FOOTER, "frame/below", "Below the story, among labels.")


def find_frame(
    reading: TextLines, verdicts: LineVerdicts, headline: int | None
) -> Iterator[tuple[int, LineVerdict]]:
    """Yield the lines that stay so far and belong to the page's frame, each with its reason."""
    hits = len(reading.hits) - reading.hits.count(None)
    if headline is None and hits < _LABELS_BELOW:
        return  # as in most texts that are no pages
    is_paragraph = paragraph_test(reading, verdicts)
    story = [i for i, v in enumerate(verdicts) if v is None and is_paragraph(reading.texts[i])]
    if not story:
        return
    labels = [_is_label(reading.hits[i]) for i in range(len(verdicts))]
    if headline is not None and headline < story[0]:
        if sum(labels[:headline]) >= _LABELS_ABOVE:
            yield from ((i, _ABOVE) for i in range(headline) if verdicts[i] is None)
        beside = range(headline + 1, story[0])
        if sum(labels[i] or is_date(reading.texts[i]) for i in beside) >= _LABELS_BESIDE:
            yield from (
                (i, _BESIDE)
                for i in beside
                if verdicts[i] is None
                and (width(reading.texts[i]) < _BESIDE_WIDTH or is_date(reading.texts[i]))
            )
    yield from _below(reading, verdicts, labels, story)


def _below(
    reading: TextLines, verdicts: LineVerdicts, labels: Sequence[bool], story: Sequence[int]
) -> Iterator[tuple[int, LineVerdict]]:
    last = _last_sentence(reading, verdicts, story[-1])
    start = next((i for i in range(last + 1, len(labels)) if labels[i]), len(labels))
    if sum(labels[start:]) < max(_LABELS_BELOW, _SHARE_BELOW * (len(labels) - start)):
        return
    yield from _topics(reading, verdicts, labels, start)
    below = [i for i in range(start, len(labels)) if verdicts[i] is None]
    if not below:
        return  # as in most texts: phrases and the model have named every line
    stems = stems_of_story(reading, story)
    widest = math.inf if has_stops(reading, verdicts) else _TEASER_WIDTH
    for i in below:
        if width(reading.texts[i]) < widest and share_that_recurs(reading.keys[i], stems) < _OWN:
            yield i, _BELOW


def _topics(
    reading: TextLines, verdicts: LineVerdicts, labels: Sequence[bool], start: int
) -> Iterator[tuple[int, LineVerdict]]:
    """Yield the topics, a line each, below their heading: their words are the story's own."""
    is_topic = False
    for i in range(start, len(labels)):
        hit = reading.hits[i]
        if labels[i] and hit is not None:
            is_topic = hit.group.reason is Reason.TAGS
        elif is_topic and verdicts[i] is None and width(reading.texts[i]) < _TOPIC_WIDTH:
            yield i, _TOPIC
        else:
            is_topic = False


def _last_sentence(reading: TextLines, verdicts: LineVerdicts, last: int) -> int:
    """Return where the story ends: short paragraphs may come below its last long one."""
    for i in range(last + 1, len(verdicts)):
        if verdicts[i] is None:
            if not reading.texts[i].endswith(STOPS):
                break
            last = i
        elif i - last > _MOST_BETWEEN:
            break
    return last


def _is_label(hit: PhraseRule | None) -> bool:
    return hit is not None and hit.group.strength is not Strength.HINT
