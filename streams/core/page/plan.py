"""What is to change in an extracted text, by the scores of a page's blocks.

A line that was extracted goes when the model gives its blocks less than `DROP`, and a block that
was left comes back when the model gives it more than `ADD`; within bounds that always hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from streams.core.page.same_make import Known, of_the_same_make
from streams.core.page.sight import Sight
from streams.core.page.tree import PageTree
from streams.core.text.arrays import Flags, Vector
from streams.core.text.trees import log_odds

# Probabilities of belonging to the article, found by cross-validation over domains.
DROP, ADD = 0.45, 0.6
# A block of which more was extracted would come back twice in part.
_ADD_MAX_KEPT = 0.3
# Short lines above and below a text are headlines of others more often than inside of it, so
# there the model must be surer: .85 in log-odds.
_EDGE_WORDS, _EDGE_SCORE = 12, 1.73
_HALF = 0.5
# A caption or a first line may stand above the standfirst: no more of the extracted text.
_STANDFIRST_BEFORE = 0.1
# Where an article's own text hardly ever is: besides captions and headlines these never come back,
# whatever their score: of 391 such blocks that the model believed in, on the development pages, 258
# were residue. And where hardly anything that an extractor kept is residue: of 247 that the model
# gave up, 182 were not.
_NEVER_BACK = ("in_form", "in_nav", "in_footer", "in_table")
_NEVER_GONE = ("in_table", "in_code")
# Nor do blocks of the make in which so much of the article is written, that neither point elsewhere
# nor have a phrase: of the 397 lines that the model takes from the 127 pages of `news-dev` one is
# such, a name. Short answers and the last line of a list were taken from other pages.
_OWN_MAKE = 0.4
# Where this many blocks of one make were extracted, one that the model gives up by little is one of
# them: the last question of several, the shortest answer. Another such line on `news-dev`; lists
# are of other stories more often, so their items are judged each.
_ALIKE_BLOCKS, _ALIKE_KEPT, _ALIKE_DROP = 4, 0.9, 0.2
# Elements of these names stand beside an article by what the words say, also inside of it.
_BESIDE_NAMES = """share sharing social newsletter signup subscribe subscription mailchimp optin
    related recommended recirc promo teaser teasers popular trending latest figcaption byline
    timestamp reply disqus tagged breadcrumb breadcrumbs nav navigation pagination toc advert
    advertisement sponsor sponsored paywall premium cookie cookies consent disclaimer copyright"""
_BESIDE = frozenset(_BESIDE_NAMES.split())


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to change in an extracted text."""

    gone: Mapping[int, int]  # lines that go, each with the block that says so
    added: Sequence[tuple[int, int]]  # the line below which a block comes back (-1: top), the block


def plan_changes(
    sight: Sight,
    scores: Vector,
    lines: Sequence[str],
    *,
    has_title: bool,
    drop: float = DROP,
    add: float = ADD,
    tree: PageTree | None = None,
) -> Plan:
    """Return which lines go and which blocks come back, by the scores of the blocks.

    With the page's `tree`, what is made as the text is belongs to it.
    """
    bad = sight.kept & (scores < log_odds(drop)) & ~_never_gone(sight)
    bad &= ~(_is_one_of_many(sight) & (scores > log_odds(_ALIKE_DROP)))
    if not has_title:
        bad &= sight.heading != 1  # the headline may have to become the title
    good = ~sight.kept & (sight.match.kept < _ADD_MAX_KEPT) & (scores > log_odds(add))
    good &= ~_never_back(sight)
    good &= ~_at_edge(sight.kept & ~bad) | (sight.words >= _EDGE_WORDS) | (scores > _EDGE_SCORE)
    good |= _standfirst(sight)
    if tree is not None:
        known = Known(_BESIDE, log_odds(drop), _ADD_MAX_KEPT)
        of_text = of_the_same_make(tree, sight, scores, known)
        good |= of_text & ~sight.kept
        bad &= ~of_text
    blocks, at = sight.match.blocks, sight.match.lines
    aligned = np.bincount(at, minlength=len(lines))
    against = np.bincount(at[bad[blocks]], minlength=len(lines))
    gone = np.flatnonzero((against > _HALF * aligned) & (aligned >= _HALF * sight.line_words))
    # A menu's word may be aligned with the story's: only what was kept says where a line stands.
    placed, line_of = blocks[sight.kept[blocks]], at[sight.kept[blocks]]
    last = placed.searchsorted(np.flatnonzero(good)) - 1
    below = np.where(last < 0, -1, line_of[last]) if len(placed) else np.full(len(last), -1)
    by_line = dict(zip(at[bad[blocks]].tolist(), blocks[bad[blocks]].tolist(), strict=True))
    return Plan(
        gone={line: by_line[line] for line in gone.tolist()},
        added=list(zip(below.tolist(), np.flatnonzero(good).tolist(), strict=True)),
    )


def _never_back(sight: Sight) -> Flags:
    named = np.fromiter((not _BESIDE.isdisjoint(x) for x in sight.names), np.bool_)
    caption = _is_in(sight, "in_figure") & ~_is_in(sight, "in_table")
    never: Flags = named | caption | (sight.heading == 1)
    for name in _NEVER_BACK:
        never |= _is_in(sight, name)
    return never


def _standfirst(sight: Sight) -> Flags:
    """Say which block, if any, is the page's description of itself, left out above the text.

    It belongs to the article, whatever its element is called: extractors lose it with the header.
    """
    is_summary = _is_in(sight, "as_summary")
    left = ~sight.kept & (sight.match.kept < _ADD_MAX_KEPT) & (sight.heading != 1)
    early = np.asarray(sight.columns["kept_before"], np.float64) <= _STANDFIRST_BEFORE
    mask: Flags = is_summary & left & early
    for name in _NEVER_BACK:
        mask &= ~_is_in(sight, name)
    if (is_summary & sight.kept).any():
        mask[:] = False  # it is there already
    mask[mask.argmax() + 1 :] = False
    return mask


def _at_edge(kept: Flags) -> Flags:
    """Say which blocks stand above all that is kept, or below."""
    above, below = np.logical_or.accumulate(kept), np.logical_or.accumulate(kept[::-1])[::-1]
    return ~(above & below)


def _never_gone(sight: Sight) -> Flags:
    never: Flags = np.asarray(sight.columns["shape_share"], np.float64) >= _OWN_MAKE
    never &= _is_plain(sight)
    for name in _NEVER_GONE:
        never |= _is_in(sight, name)
    return never


def _is_one_of_many(sight: Sight) -> Flags:
    """Say which blocks are text as others of the same make that were extracted."""
    alike = np.asarray(sight.columns["shape_blocks"], np.float64) >= np.log1p(_ALIKE_BLOCKS)
    kept = np.asarray(sight.columns["shape_kept"], np.float64) >= _ALIKE_KEPT
    many: Flags = alike & kept & _is_plain(sight) & ~_is_in(sight, "in_item")
    return many


def _is_plain(sight: Sight) -> Flags:
    """Say which blocks are no heading, and neither point elsewhere nor have a phrase."""
    plain: Flags = (np.asarray(sight.columns["link"]) == 0) & (sight.heading == 0)
    return plain & np.fromiter((hit is None for hit in sight.hits), np.bool_)


def _is_in(sight: Sight, name: str) -> Flags:
    """Say which blocks are in an element of a kind (page_outline.INSIDE)."""
    return np.asarray(sight.columns[name]).astype(np.bool_)


def changed_lines(sight: Sight, lines: Sequence[str], plan: Plan) -> list[tuple[str, int | None]]:
    """Return all lines in the order of the page, each with the block against it, if one is."""
    rows: list[tuple[str, int | None]] = []
    added = iter(plan.added)
    below, block = next(added, (len(lines), -1))
    for number in range(-1, len(lines)):
        if number >= 0:
            rows.append((lines[number], plan.gone.get(number)))
        while below == number:
            rows.append((sight.texts[block], None))
            below, block = next(added, (len(lines), -1))
    return rows
