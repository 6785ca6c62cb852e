"""Which lines of a text are not the article: the order in which the cleaner's means decide.

title ──► certain phrases ──► edge phrases ──► line model ──► repeats ──► teasers ──► headline
──► frame ──► edges again

Edge phrases and dates that stand alone go from both ends inwards, titles of other stories below
their heading from the lower end. The headline is looked for where no title is known.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from schemas.removal import Reason
from schemas.rule import PhraseMatch, Strength
from streams.core.residue.dates import is_date
from streams.core.residue.frame import find_frame
from streams.core.residue.model import LineModel, line_model
from streams.core.residue.phrase_match import bare
from streams.core.residue.phrases import PhraseRule
from streams.core.residue.repeats import ALONE_MIN_WIDTH, find_repeats
from streams.core.residue.signatures import is_signature, is_signed_caption
from streams.core.residue.teasers import find_teasers, listed_lines
from streams.core.residue.text_lines import (
    LineVerdict,
    LineVerdicts,
    TextLines,
    read_lines,
)
from streams.core.residue.title import lift_title, share_that_recurs, stems_of_story
from streams.core.residue.unlikely import BY_MODEL, unlikely_lines
from streams.core.text.read_words import ReadWords

# A page's title often names the site behind one of these.
_TITLE_BREAKS = (" - ", " | ", " · ", " » ", " :: ")
_MIN_TITLE_CHARS = 12
# And so does its first heading; a hyphen there may go on with the headline instead.
_SITE_BREAKS = _TITLE_BREAKS[1:]
_MAX_SITE_CHARS = 40
_SAME_REPEAT = ("repeat/same", "The same text appears earlier.")
_NEAR_REPEAT = ("repeat/near", "Nearly the same text appears earlier.")


_LIFTED = LineVerdict(Reason.TITLE_REPEAT, "title/lifted", "Became the title of the article.")
_REPEATED = LineVerdict(Reason.TITLE_REPEAT, "title/repeat", "Repeats the title of the article.")
_LISTED = LineVerdict(Reason.RELATED, "related/listed", "In a list of other stories at the end.")
_DATE = LineVerdict(Reason.BYLINE, "byline/date", "A date that stands alone.")
_SIGNATURE = LineVerdict(Reason.BYLINE, "byline/signature", "Who wrote the story, alone.")
_CAPTION = LineVerdict(
    Reason.CAPTION,
    "caption/signed",
    "A caption that ends with its day, place or photographer.",
)
# So many dates in a row are a list of them: of collections, matches, meetings.
_DATES = 3
# Nine in ten leads of news share so many of their words with the rest (half have .73); what a site
# says of itself above a story shares few.
_LEAD = 0.5
_HASHTAGS = LineVerdict(Reason.TAGS, "tags/hashtags", "Hashtags and nothing else.")
_TAGS = re.compile(r"(?:#[^\s#]+[\s,]*){2,}")


class Residue(NamedTuple):
    """For each line why it goes, or nothing when it stays; and doubts about lines, by number."""

    verdicts: LineVerdicts
    doubts: dict[int, float]  # probability that the line is residue
    headline: int | None  # the line that is the title of a text without one
    read: ReadWords  # the words of all lines, and which of these stay


def find_residue(
    texts: Sequence[str], title: str | None, model: LineModel | None = None
) -> Residue:
    """Return which lines go and why. In doubt a line stays, and the doubt is told."""
    reading = read_lines(texts, title)
    verdicts: LineVerdicts = [None] * len(texts)
    _drop_titles(verdicts, reading)
    _drop_certain(verdicts, reading)
    _drop_edges(verdicts, reading)
    unlikely = unlikely_lines(reading, model or line_model(), verdicts)
    for i, verdict in unlikely.gone.items():
        verdicts[i] = verdicts[i] or verdict
    _drop_repeats(verdicts, reading)
    for i, verdict in find_teasers(reading, verdicts):
        verdicts[i] = verdict
    headline = lift_title(reading, verdicts) if title is None else None
    if headline is not None:
        _drop_headline(verdicts, reading.keys, headline)
    titled = next((i for i, v in enumerate(verdicts) if v is _LIFTED or v is _REPEATED), None)
    for i, verdict in list(find_frame(reading, verdicts, titled)):
        verdicts[i] = verdict
    _drop_edges(verdicts, reading)
    kept = [i for i, verdict in enumerate(verdicts) if verdict is None]
    read = ReadWords(reading.keys, reading.words, kept)
    return Residue(verdicts, unlikely.doubts, headline, read)


def _drop_headline(verdicts: LineVerdicts, keys: Sequence[str], headline: int) -> None:
    for i, key in enumerate(keys):
        if key == keys[headline]:
            verdicts[i] = _REPEATED
    verdicts[headline] = _LIFTED


def _drop_titles(verdicts: LineVerdicts, reading: TextLines) -> None:
    """The title is published as such; its repeats among the lines are not."""
    if len(reading.title_key) < _MIN_TITLE_CHARS:
        return
    forms = {bare(reading.title_key)}
    for mark in _TITLE_BREAKS:
        head = reading.title_key.rpartition(mark)[0]
        if 2 * len(head) > len(reading.title_key):
            forms.add(bare(head))
    for i, key in enumerate(reading.keys):
        if bare(key) in forms or _is_with_site(key, reading.title_key):
            verdicts[i] = _REPEATED


def _is_with_site(key: str, title: str) -> bool:
    """Say whether a line is the title with the name of its site behind it."""
    is_near = len(title) < len(key) <= len(title) + _MAX_SITE_CHARS
    return is_near and key.startswith(title) and key[len(title) :].startswith(_SITE_BREAKS)


def _drop_certain(verdicts: LineVerdicts, reading: TextLines) -> None:
    for i, rule in enumerate(reading.hits):
        if rule is not None and rule.group.strength is Strength.CERTAIN and verdicts[i] is None:
            verdicts[i] = _by_phrase(rule)
    for i, text in enumerate(reading.texts):
        if verdicts[i] is None and is_signed_caption(text):
            verdicts[i] = _CAPTION


def _by_phrase(rule: PhraseRule) -> LineVerdict:
    return LineVerdict(rule.group.reason, rule.name, rule.group.why)


def _drop_repeats(verdicts: LineVerdicts, reading: TextLines) -> None:
    kept = [i for i, verdict in enumerate(verdicts) if verdict is None]
    keys = [reading.keys[i] for i in kept]
    copies = find_repeats(keys)
    for copy, first in copies.items():
        same = keys[copy] == keys[first]
        rule, why = _SAME_REPEAT if same else _NEAR_REPEAT
        verdicts[kept[copy]] = LineVerdict(Reason.REPEAT, rule, why, kept[first])
    _name_repeats(verdicts, reading.keys)


def _name_repeats(verdicts: LineVerdicts, keys: Sequence[str]) -> None:
    """What the line model took out because it stands above already is called a repeat too."""
    firsts: dict[str, int] = {}
    for i, verdict in enumerate(verdicts):
        if verdict is None:
            firsts.setdefault(keys[i], i)
        elif verdict.rule == BY_MODEL and keys[i] in firsts:
            rule, why = _SAME_REPEAT
            if len(keys[i]) < ALONE_MIN_WIDTH:
                rule, why = "repeat/unlikely", f"{why} {verdict.why}"
            verdicts[i] = LineVerdict(Reason.REPEAT, rule, why, firsts[keys[i]])


def _drop_edges(verdicts: LineVerdicts, reading: TextLines) -> None:
    """Edge phrases go while everything between them and an end of the text goes too."""
    forwards = range(len(verdicts))
    # Above a story the line below "Latest news" may be its headline.
    for order, listed in ((forwards, set[int]()), (forwards[::-1], listed_lines(reading))):
        for i in order:
            if verdicts[i] is None:
                verdict = _LISTED if i in listed else _at_edge(reading.hits[i], reading.texts[i])
                if verdict is None or _is_own(i, order.step, verdict, verdicts, reading):
                    break
                verdicts[i] = verdict


def _at_edge(rule: PhraseRule | None, text: str) -> LineVerdict | None:
    if rule is not None and rule.group.strength is Strength.EDGE:
        return _by_phrase(rule)
    if text.startswith("#") and _TAGS.fullmatch(text):
        return _HASHTAGS
    if is_signature(text):
        return _SIGNATURE
    return _DATE if is_date(text) else None


def _is_own(
    number: int, step: int, verdict: LineVerdict, verdicts: LineVerdicts, reading: TextLines
) -> bool:
    """Say whether a line at an edge is the story's: one of several dates, or its lead."""
    if verdict is _DATE:
        ahead = reading.texts[number::step][:_DATES]
        return len(ahead) == _DATES and all(map(is_date, ahead))
    hit = reading.hits[number]
    if step < 0 or hit is None or hit.group.match is not PhraseMatch.WITHIN:
        return False
    if hit.group.reason is Reason.LEGAL:
        return False  # long disclosures share many words with any text
    below = [i for i in range(number + 1, len(verdicts)) if verdicts[i] is None]
    return share_that_recurs(reading.keys[number], stems_of_story(reading, below)) >= _LEAD
