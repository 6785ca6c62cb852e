"""Titles of other stories between an article's paragraphs: below a heading, or behind a pointer."""

from collections.abc import Iterator, Sequence

from schemas.removal import Reason
from streams.core.residue.repeats import is_as_wide
from streams.core.residue.text_lines import LineVerdict, LineVerdicts, TextLines, list_heads
from streams.core.residue.title import SENTENCE_ENDS, share_that_recurs, stems_of_story

_MAX_CHARS, _PARAGRAPH_WIDTH = 120, 80
# A shorter line may be an item of a list, or a subhead.
_MIN_WIDTH = 24
# Longer lists below a heading such as "Popular" are the article's own more often.
_MAX_LINES = 4
# Headlines of other stories share hardly a word with this one; its own items and subheads do.
_FOREIGN = 0.3
# In a text with less residue a list of titles is the article's own: of the lines that this rule
# takes on the development pages, five in six are residue, with no such bound one in three.
_PAGE_SHARE = 0.3
# A line alone behind one of these points elsewhere; several below each other are a list.
_POINTERS = tuple("►▶▸➤➜➔→⇒☞👉+")
_LISTED = LineVerdict(
    Reason.RELATED, "related/listed_inside", "Titles of other stories below their heading."
)
_POINTED = LineVerdict(
    Reason.RELATED, "related/pointed", "The title of another story behind an arrow, alone."
)


def find_teasers(reading: TextLines, verdicts: LineVerdicts) -> Iterator[tuple[int, LineVerdict]]:
    """Yield the lines between paragraphs that stay which are titles of other stories."""
    stays = [i for i, verdict in enumerate(verdicts) if verdict is None]
    is_page = len(verdicts) - len(stays) > _PAGE_SHARE * len(verdicts)
    if not is_page and not any(text.startswith(_POINTERS) for text in reading.texts):
        return
    if not ends_with_stops(reading):
        return
    paragraphs = [i for i in stays if reading.texts[i].endswith(SENTENCE_ENDS)]
    story: set[str] | None = None
    for run, verdict in _runs(reading, verdicts, paragraphs, is_page=is_page):
        if story is None:
            story = stems_of_story(reading, paragraphs)
        if all(share_that_recurs(reading.keys[i], story) < _FOREIGN for i in run):
            yield from ((i, verdict) for i in run)


def _runs(
    reading: TextLines, verdicts: LineVerdicts, paragraphs: list[int], *, is_page: bool
) -> Iterator[tuple[list[int], LineVerdict]]:
    """Yield lines in a row that look like titles, where titles of other stories stand."""
    texts, listed = reading.texts, listed_lines(reading) if is_page else set[int]()
    first = paragraphs[0] if paragraphs else len(texts)
    run: list[int] = []
    for i in range(first, len(texts) + 1):
        if i in listed and verdicts[i] is None:
            run.append(i)
            continue
        if run and len(run) <= _MAX_LINES and all(_is_title(texts[x]) for x in run):
            yield run, _LISTED
        run = []
        if i < len(texts) and verdicts[i] is None and _is_pointed(texts, i):
            yield [i], _POINTED


def _is_title(text: str) -> bool:
    return is_as_wide(text, _MIN_WIDTH) and len(text) <= _MAX_CHARS


def _is_pointed(texts: Sequence[str], number: int) -> bool:
    text = texts[number]
    if not text.startswith(_POINTERS) or text.endswith(SENTENCE_ENDS) or not _is_title(text):
        return False
    beside = texts[max(number - 1, 0) : number + 2]
    return sum(other.startswith(text[0]) for other in beside) == 1


def listed_lines(reading: TextLines) -> set[int]:
    """Return the lines below the heading of a list of other stories that read like their titles."""
    listed: set[int] = set()
    if not any(list_heads(reading.hits)) or not ends_with_stops(reading):
        return listed
    below = False
    for i, (rule, text) in enumerate(zip(reading.hits, reading.texts, strict=True)):
        if rule is not None:
            below = rule.group.heads_list
        elif below and len(text) <= _MAX_CHARS and not text.endswith(SENTENCE_ENDS):
            listed.add(i)
        else:
            below = False
    return listed


def ends_with_stops(reading: TextLines) -> bool:
    """Say whether paragraphs end with a stop: in Thai they do not, and look like titles."""
    ends = [x.endswith(SENTENCE_ENDS) for x in reading.texts if is_as_wide(x, _PARAGRAPH_WIDTH)]
    return 2 * sum(ends) > len(ends)
