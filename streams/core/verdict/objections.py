"""Why an earlier article that shares much text does not make this one a copy or version."""

from collections.abc import Callable
from typing import Final

from schemas import PubStatus
from schemas.output import Objection
from streams.core.article.record import Record
from streams.core.article.sketch import Sketch
from streams.core.verdict.case import Case
from streams.core.verdict.compare import HALF, SAME_SIZE, TEMPLATE_WORDS, Similarity, shares_lead
from streams.core.verdict.ruling import PUBLISHED
from streams.core.verdict.title_facts import name_something, name_two_items, title_facts
from streams.core.verdict.title_marks import title_likeness, title_words
from streams.core.verdict.title_told import ENOUGH, FEW, own_words, share_told, told_anew

# Identical texts shorter than this are one story only if their titles agree: "See the gallery."
SHORT_WORDS: Final = 20
SIMILAR_TITLES: Final = 80.0
# One shared paragraph never makes a copy, unless it is all there is, a label or two apart.
NEARLY_ALL: Final = 0.9
MIN_PARAGRAPHS: Final = 2
# A paragraph as long as a short article is a text of its own: many papers set a story as a
# standfirst and one paragraph.
LONG_PARAGRAPH: Final = 100
# A text of more words (some 30,000 characters) holds much of any other by chance: the two must be
# the same for the most part, not the one a part of the other.
LONG_TEXT: Final = 5_000
# Two texts that share little more than they must are two stories if their headlines have nothing
# in common (rapidfuzz `token_set_ratio`); copies under a new headline share more.
OTHER_TITLE: Final = 0.7
FOREIGN_TITLES: Final = 40.0
# Headlines of one event have more in common, also where the lead was written anew (dev pairs: 76
# and more; two events on one background 37 and less).
OWN_HEADLINE: Final = 60.0
# Corrections follow within hours; the same two lines on another day are another report
# (wire stories of dedupe-dev, docs/data.md).
CORRECTION_MS: Final = 6 * 3_600_000
# Stories that quote the same letter (dev pairs: copies .60 and more, quotes below).
QUOTE_NAMES: Final = 0.6
# Names put in the place of others, and how many to a word of the paragraphs that were edited: two
# notices of one form have a place, a person and a road of their own (dev pairs: copies .03).
MIN_REPLACED: Final = 4
REPLACED: Final = 0.045
# Where any word may be a name, so many are replaced by others in a copy that was edited: an
# accident report of 80 words with another town, road, spokesman and river has five and more.
WORDS_PER_OTHER_TERM: Final = 25
# A headline of so few words that two articles have in common is the name of a section.
SECTION_WORDS: Final = 2
DEEP_INSIDE: Final = 0.25
# A short version of a long item says nothing of its own; reactions to a speech do.
FOLLOW_UP: Final = 0.8
# Two outlets that each open with words of their own write two stories from one agency's material,
# up to here; copies whose leads were rewritten share more (dev pairs: .73 and more).
OWN_LEAD: Final = 0.7


def objection(case: Case, record: Record, similarity: Similarity) -> Objection | None:
    """Return why an earlier article does not make this one a copy or version, or None."""
    threshold = case.settings.containment
    if similarity.containment < threshold:
        return Objection.TOO_LITTLE
    chance = _chance(case, record, similarity)
    if chance or case.is_own(record):
        return chance
    if similarity.containment < OWN_LEAD and not _either_lead_is_shared(case.sketch, record.sketch):
        return Objection.OWN_LEAD
    return Objection.LONGER if similarity.coverage < threshold else _weak_source(case, record)


def _either_lead_is_shared(mine: Sketch, theirs: Sketch) -> bool:
    return shares_lead(mine, theirs) or shares_lead(theirs, mine)


def _weak_source(case: Case, record: Record) -> Objection | None:
    """Return why an article of another source may not hold this one back, or None."""
    if case.trust(record.source) < case.trust(case.article.source):
        return Objection.TRUST
    if record.pub_status is not PubStatus.USABLE:
        return Objection.NOT_USABLE
    if record.verdict in PUBLISHED and not record.indexed:
        return Objection.OVER_QUOTA
    return None


def _chance(case: Case, record: Record, similarity: Similarity) -> Objection | None:
    """Return why two texts that share so much may still be two stories, or None."""
    if record.text_key == case.text_key:
        return _same_notice(case, record, similarity)
    if record.roundup and similarity.resemblance < HALF:
        return Objection.ROUNDUP
    for note, is_chance in _CHANCES:
        if is_chance(case, record, similarity):
            return note
    return None


def _same_notice(case: Case, record: Record, similarity: Similarity) -> Objection | None:
    if similarity.words >= SHORT_WORDS:
        return Objection.TITLES if _is_standing_text(case, record, similarity) else None
    # A notice ("This story was withdrawn.") is the same for every story that it stands for.
    if not case.is_usable:
        return Objection.TITLES
    return None if _titles_agree(case, record) else Objection.TITLES


def _is_standing_text(case: Case, record: Record, similarity: Similarity) -> bool:
    """Return whether a text of a source has nothing of either headline: the stories are elsewhere.

    A page around a film or behind a wall has the same notice for each.
    """
    titles = _headlines(case, record)
    if titles is None or similarity.words >= TEMPLATE_WORDS or not case.is_of_same_source(record):
        return False
    return all(own and share_told(own, case.key_texts) <= FEW for own in own_words(*titles))


def _titles_tell_two_items(case: Case, record: Record, _: Similarity) -> bool:
    """Return whether each headline is told in words that only its own text has.

    Where there is no case, terms tell (`title_facts`).
    """
    titles = _headlines(case, record)
    if case.is_marked or titles is None:
        return False
    mine, theirs = own_words(*titles)
    if not mine or not theirs or all(word == word.upper() for word in mine):
        return False
    if share_told(theirs, case.key_texts) > FEW:
        return False
    return len(told_anew(mine, case.key_texts, record.sketch)) >= ENOUGH * len(mine)


def _titles_are_foreign(case: Case, record: Record, similarity: Similarity) -> bool:
    if similarity.containment >= OTHER_TITLE or not case.article.title or not record.title:
        return False
    return title_likeness(case.article.title, record.title) < FOREIGN_TITLES


def _is_one_paragraph(case: Case, record: Record, similarity: Similarity) -> bool:
    """Return whether the match rests on one short paragraph of several."""
    shared = similarity.paragraphs
    all_there_are = min(int(case.sketch.kept.sum()), int(record.sketch.kept.sum()))
    return (
        int(shared.sum()) < min(MIN_PARAGRAPHS, all_there_are)
        and int(case.sketch.words[shared].sum()) < LONG_PARAGRAPH
        and similarity.containment < NEARLY_ALL
    )


def _is_lost_in_length(_: Case, __: Record, similarity: Similarity) -> bool:
    """Return whether one text is so long that containment in it may be chance."""
    if similarity.longer_words > LONG_TEXT:
        return similarity.resemblance < HALF
    return similarity.rests_on_few


def _is_another_item(case: Case, record: Record, similarity: Similarity) -> bool:
    """Return whether numbers or names tell two items of one template apart."""
    late_stub = similarity.is_stub and not _is_recent(case, record)
    if not similarity.is_another_template and not late_stub:
        return False
    return not (case.is_of_same_source(record) and _is_same_headline(case, record))


def _titles_name_two_items(case: Case, record: Record, _: Similarity) -> bool:
    if case.title_facts is None or not record.title:
        return False
    theirs = title_facts(record.title)
    return name_two_items(case.title_facts, case.sketch, theirs, record.sketch)


def _is_another_notice(case: Case, record: Record, similarity: Similarity) -> bool:
    """Return whether names were replaced all over a text: a form that was filled in anew.

    An update or a copy has whole paragraphs of its own instead, or a word here and there. Its
    headline was filled in anew too, or is the form's own; where there is no case, words that were
    edited look like names, so there the headlines must name something each.
    """
    titles = _headlines(case, record)
    if titles and title_likeness(*titles) < OWN_HEADLINE:
        return False
    edited = similarity.paragraphs & ~similarity.exact
    is_short = similarity.words < TEMPLATE_WORDS
    # Of a short text inside a longer one all other words of that one look like replacements.
    is_filled_in = titles is None or (
        is_short
        and similarity.length_ratio >= SAME_SIZE
        and title_words(titles[0]) != title_words(titles[1])
    )
    has_terms = is_filled_in or _titles_name_something(case, record)
    # A page that bears the name of its section every day has paragraphs of its own.
    is_form = bool(edited.any()) or not _is_same_label(case, record)
    if is_short and is_form and has_terms and _are_terms_replaced(similarity):
        return True
    names, terms = case.own_facts(edited, record.sketch)
    replaced = names + terms * (has_terms and not is_short)
    return replaced >= MIN_REPLACED and replaced > REPLACED * int(case.sketch.words[edited].sum())


def _titles_name_something(case: Case, record: Record) -> bool:
    if case.title_facts is None or not record.title:
        return False
    return name_something(case.title_facts, case.sketch, title_facts(record.title), record.sketch)


def _headlines(case: Case, record: Record) -> tuple[str, str] | None:
    """Return both headlines; none where one is missing or both are the name of a section."""
    title = case.article.title
    if not title or not record.title or _is_same_label(case, record):
        return None
    return title, record.title


def _is_same_label(case: Case, record: Record) -> bool:
    """Return whether both bear the name of a section: "Court", "Road report"."""
    facts, title = case.title_facts, title_words(case.article.title or "")
    return (
        facts is not None and facts.measure <= SECTION_WORDS and title == title_words(record.title)
    )


def _are_terms_replaced(similarity: Similarity) -> bool:
    return similarity.other_terms > similarity.words / WORDS_PER_OTHER_TERM


def _is_same_quote(case: Case, record: Record, similarity: Similarity) -> bool:
    """Return whether two stories quote one letter or statement.

    Versions and copies share the top of a story: cutting starts from the bottom. Two own stories
    share a block below, and the names around it differ; or the whole of a short one stands deep
    inside a long one.
    """
    mine, theirs = case.sketch, record.sketch
    i_am_longer = mine.kept_words >= theirs.kept_words
    longer, shorter = (mine, theirs) if i_am_longer else (theirs, mine)
    if shares_lead(longer, shorter):
        return False
    deep_inside = similarity.length_ratio < DEEP_INSIDE
    own_story = similarity.names < QUOTE_NAMES and not shares_lead(shorter, longer)
    return deep_inside or own_story


def _is_another_event(case: Case, record: Record, similarity: Similarity) -> bool:
    """Return whether a new event is told on the background of an earlier one.

    Each opens with words of its own under a headline of its own; or the longer one has the other
    somewhere inside, as a background, under a headline that has nothing in common with it.
    """
    if case.is_marked or not case.article.title or not record.title:
        return False
    likeness = title_likeness(case.article.title, record.title)
    if _is_follow_up(case, record, similarity) and likeness < SIMILAR_TITLES:
        return True
    if likeness >= OWN_HEADLINE or shares_lead(case.sketch, record.sketch):
        return False
    if not shares_lead(record.sketch, case.sketch):
        return True
    return likeness < FOREIGN_TITLES and similarity.coverage < HALF


def _is_follow_up(case: Case, record: Record, similarity: Similarity) -> bool:
    """Return whether a short item of the same source quotes a long one and adds to it."""
    return (
        case.is_own(record)
        and similarity.length_ratio < DEEP_INSIDE
        and similarity.containment == similarity.coverage
        and similarity.coverage < FOLLOW_UP
    )


# In the order in which they are asked.
_CHANCES: Final[tuple[tuple[Objection, Callable[[Case, Record, Similarity], bool]], ...]] = (
    (Objection.TITLES, _titles_are_foreign),
    (Objection.ONE_PARAGRAPH, _is_one_paragraph),
    (Objection.TOO_LONG, _is_lost_in_length),
    (Objection.NUMBERS_OR_NAMES, _is_another_item),
    (Objection.NUMBERS_OR_NAMES, _titles_name_two_items),
    (Objection.NUMBERS_OR_NAMES, _is_another_notice),
    (Objection.OWN_LEAD, _is_another_event),
    (Objection.SAME_QUOTE, _is_same_quote),
    (Objection.TITLES, _titles_tell_two_items),
)


def _is_same_headline(case: Case, record: Record) -> bool:
    """A correction may differ in a number alone: it is marked, or bears the very same headline."""
    if not case.article.title or not record.title:
        return False
    if case.is_marked:
        return _titles_agree(case, record)
    if _is_same_label(case, record):
        return False
    return _is_recent(case, record) and title_words(case.article.title) == title_words(record.title)


def _is_recent(case: Case, record: Record) -> bool:
    return case.arrived_at_ms - record.arrived_at_ms <= CORRECTION_MS


def _titles_agree(case: Case, record: Record) -> bool:
    if not case.article.title or not record.title:
        return True
    return title_likeness(case.article.title, record.title) >= SIMILAR_TITLES
