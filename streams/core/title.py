"""The title of a text that came without one: the headline above its first paragraph."""

from collections.abc import Sequence

from streams.core.repeats import width

# Headlines of wires and sites: hardly one is shorter or longer (our golden texts and the seed).
_MIN_WIDTH, _MAX_WIDTH = 20, 160
_MIN_PARAGRAPH_WIDTH = 100
_SENTENCE_ENDS = (".", "。", "।", "۔", ":", ",", ";", "：")  # noqa: RUF001 - full stops of scripts


def lift_title(
    texts: Sequence[str], verdicts: Sequence[object | None]
) -> tuple[str | None, int | None]:
    """Return the headline and its number, when the first line that stays reads like one.

    It has no full stop, and a paragraph that is much longer follows.
    """
    kept = [i for i, verdict in enumerate(verdicts) if verdict is None][:2]
    if len(kept) < 2:  # noqa: PLR2004 - a headline needs a text below it
        return None, None
    first, second = texts[kept[0]], texts[kept[1]]
    if first.endswith(_SENTENCE_ENDS) or first[:1] in '"“«„-–•*(':  # noqa: RUF001 - a dash
        return None, None
    if not _MIN_WIDTH <= width(first) <= _MAX_WIDTH or width(second) < _MIN_PARAGRAPH_WIDTH:
        return None, None
    if width(second) < 1.5 * width(first):
        return None, None
    return first, kept[0]
