"""The title of a text that came without one: the headline above its first paragraph."""

from collections.abc import Sequence

from streams.core.residue.repeats import width
from streams.core.residue.text_lines import LineVerdicts
from streams.core.residue.unlikely import BY_MODEL

# Headlines of wires and sites: hardly one is shorter or longer (our golden texts and the seed).
_MIN_WIDTH, _MAX_WIDTH = 20, 160
_MIN_PARAGRAPH_WIDTH = 100
# Standfirst, byline and date may stand between the headline and the first paragraph.
_LINES_ABOVE = 4
_NO_HEADLINE_ENDS = (".", "。", "।", "۔", ":", ",", ";", "：")  # noqa: RUF001 - full stops of scripts
_NO_HEADLINE_STARTS = tuple('"“«„-–•*(©@#|')  # noqa: RUF001 - a dash


def lift_title(texts: Sequence[str], verdicts: LineVerdicts) -> int | None:
    """Return the number of the line that reads like the headline, if there is one.

    It stands above the first paragraph that stays, is shorter, and has no full stop. A line that
    only the line model doubts may be it: without a title, a headline is hard to tell from a link.
    """
    first = next(
        (
            i
            for i, text in enumerate(texts)
            if verdicts[i] is None and width(text) >= _MIN_PARAGRAPH_WIDTH
        ),
        0,
    )
    above = range(max(0, first - _LINES_ABOVE), first)
    kept = [i for i in above if verdicts[i] is None]
    doubted = [i for i in above if (v := verdicts[i]) is not None and v.rule == BY_MODEL]
    for i in (*kept[:1], *reversed(doubted)):
        if _is_headline(texts[i]) and width(texts[first]) > width(texts[i]):
            return i
    return None


def _is_headline(text: str) -> bool:
    if text.endswith(_NO_HEADLINE_ENDS) or text.startswith(_NO_HEADLINE_STARTS):
        return False
    return _MIN_WIDTH <= width(text) <= _MAX_WIDTH
