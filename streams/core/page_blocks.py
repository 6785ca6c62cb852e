"""An extracted article judged by the page that it comes from: what else goes, what comes back.

An extractor decides by containers; the block model sees each block with the elements around it. A
line that was extracted goes when the model gives its blocks less than `DROP`, and a block that was
left comes back when the model gives it more than `ADD`. All other lines stay as the extractor wrote
them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from schemas.removal import Reason, Removal
from streams.core.block_model import BlockModel, block_model
from streams.core.features import Flags
from streams.core.page_features import Sight, look_at
from streams.core.page_tree import PageTree
from streams.core.trees import Matrix, Vector

# Probabilities of belonging to the article, found by cross-validation over domains.
DROP, ADD = 0.4, 0.6
# A block of which more was extracted would come back twice in part.
_ADD_MAX_KEPT = 0.3
# Short lines above and below a text are headlines of others more often than inside of it, so
# there the model must be surer: .85 in log-odds.
_EDGE_WORDS, _EDGE_SCORE = 12, 1.73
_HALF = 0.5
# Where an article's own text hardly ever is: besides captions and headlines these never come back,
# whatever their score: of 391 such blocks that the model believed in, on the development pages, 258
# were residue. And where hardly anything that an extractor kept is residue: of 247 that the model
# gave up, 182 were not.
_NEVER_BACK = ("in_form", "in_nav", "in_footer", "in_table")
_NEVER_GONE = ("in_table", "in_code")
# Elements of these names stand beside an article by what the words say, also inside of it.
_BESIDE_NAMES = """share sharing social newsletter signup subscribe subscription mailchimp optin
    related recommended recirc promo teaser teasers popular trending latest figcaption byline
    timestamp reply disqus tagged breadcrumb breadcrumbs nav navigation pagination toc advert
    advertisement sponsor sponsored paywall premium cookie cookies consent disclaimer copyright"""
_BESIDE = frozenset(_BESIDE_NAMES.split())
# With less than this left it was no article, or the model does not understand the page.
MIN_CHARS = 120
# Names that weigh this much (log-odds) are told, the heaviest first.
_TELLING, _TOLD = 0.5, 3
_NO = (0.0, 0.0)

# What the names around a block say of it, for the record.
_NAMED = (
    (Reason.SHARE, "share sharing social follow"),
    (Reason.NEWSLETTER, "newsletter signup subscribe subscription mailchimp optin"),
    (Reason.RELATED, "related recommended recirc promo teaser more popular trending latest"),
    (Reason.CAPTION, "caption figcaption credit"),
    (Reason.BYLINE, "author byline bio date timestamp published meta"),
    (Reason.COMMENTS, "comment comments disqus reply"),
    (Reason.TAGS, "tag tags tagged topics categories category"),
    (Reason.NAVIGATION, "breadcrumb breadcrumbs nav navigation menu pagination toc"),
    (Reason.ADVERT, "advert advertisement sponsor sponsored banner"),
    (Reason.PAYWALL, "paywall premium"),
    (Reason.COOKIE, "cookie cookies consent"),
    (Reason.LEGAL, "disclaimer copyright disclosure"),
)
_REASONS = {name: reason for reason, names in _NAMED for name in names.split()}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to change in an extracted text."""

    gone: Mapping[int, int]  # lines that go, each with the block that says so
    added: Sequence[tuple[int, int]]  # the line below which a block comes back (-1: top), the block


@dataclass(frozen=True, slots=True)
class Judged:
    """A text with all its lines, and those of them that are not the article."""

    text: str
    removals: tuple[Removal, ...]


def judge(tree: PageTree, text: str, title: str | None, model: BlockModel | None = None) -> Judged:
    """Return the extracted `text` of a page with what comes back, and what of it goes and why."""
    lines = [line for line in text.splitlines() if line.strip()]
    sight = look_at(tree, lines, title)
    if sight is None:
        return Judged(text, ())
    model = model or block_model()
    features = model.features(sight)
    scores = model.trees.scores(features)
    plan = plan_changes(sight, scores, lines, has_title=bool(title))
    rows = changed_lines(sight, lines, plan)
    left = sum(len(line) for line, block in rows if block is None)
    if (len(rows) == len(lines) and not plan.gone) or left < MIN_CHARS:
        return Judged(text, ())
    return _Account(sight, model, features, scores).of(rows)


def plan_changes(
    sight: Sight,
    scores: Vector,
    lines: Sequence[str],
    *,
    has_title: bool,
    drop: float = DROP,
    add: float = ADD,
) -> Plan:
    """Return which lines go and which blocks come back, by the scores of the blocks."""
    bad = sight.kept & (scores < _log_odds(drop)) & ~_never_gone(sight)
    if not has_title:
        bad &= sight.heading != 1  # the headline may have to become the title
    good = ~sight.kept & (sight.match.kept < _ADD_MAX_KEPT) & (scores > _log_odds(add))
    good &= ~_never_back(sight)
    good &= ~_at_edge(sight.kept & ~bad) | (sight.words >= _EDGE_WORDS) | (scores > _EDGE_SCORE)
    blocks, at = sight.match.blocks, sight.match.lines
    aligned = np.bincount(at, minlength=len(lines))
    against = np.bincount(at[bad[blocks]], minlength=len(lines))
    gone = np.flatnonzero((against > _HALF * aligned) & (aligned >= _HALF * sight.line_words))
    last = blocks.searchsorted(np.flatnonzero(good)) - 1
    below = np.where(last < 0, -1, at[last]) if len(at) else np.full(len(last), -1)
    by_line = dict(zip(at[bad[blocks]].tolist(), blocks[bad[blocks]].tolist(), strict=True))
    return Plan(
        gone={line: by_line[line] for line in gone.tolist()},
        added=list(zip(below.tolist(), np.flatnonzero(good).tolist(), strict=True)),
    )


def _never_back(sight: Sight) -> Flags:
    named = np.fromiter((not _BESIDE.isdisjoint(x) for x in sight.names), np.bool_)
    caption = is_in(sight, "in_figure") & ~is_in(sight, "in_table")
    never: Flags = named | caption | (sight.heading == 1)
    for name in _NEVER_BACK:
        never |= is_in(sight, name)
    return never


def _at_edge(kept: Flags) -> Flags:
    """Say which blocks stand above all that is kept, or below."""
    above, below = np.logical_or.accumulate(kept), np.logical_or.accumulate(kept[::-1])[::-1]
    return ~(above & below)


def _never_gone(sight: Sight) -> Flags:
    never = np.zeros(len(sight.texts), np.bool_)
    for name in _NEVER_GONE:
        never |= is_in(sight, name)
    return never


def is_in(sight: Sight, name: str) -> Flags:
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


@dataclass(frozen=True, slots=True)
class _Account:
    """Writes down what was changed, and why."""

    sight: Sight
    model: BlockModel
    features: Matrix
    scores: Vector

    def of(self, rows: Sequence[tuple[str, int | None]]) -> Judged:
        """Return the text of all rows, with a removal for each that has a block against it."""
        blocks = sorted({block for _, block in rows if block is not None})
        reasons = self.model.trees.reasons(self.features[blocks]) if blocks else []
        why = dict(zip(blocks, reasons, strict=True))
        removals, start = [], 0
        for line, block in rows:
            if block is not None:
                at = start + len(line) - len(line.lstrip())
                removals.append(self._removal(line.strip(), at, block, why[block]))
            start += len(line) + 1
        return Judged("\n".join(line for line, _ in rows), tuple(removals))

    def _removal(self, text: str, start: int, block: int, why: str) -> Removal:
        names = self._telling_names(block)
        hit = self.sight.hits[block]
        by_name = (_REASONS[name] for name in names if name in _REASONS)
        inside = f"; inside {', '.join(names)}." if names else "."
        return Removal(
            start=start,
            end=start + len(text),
            reason=hit.group.reason if hit else next(by_name, Reason.PAGE_MODEL),
            rule="page_model/trees",
            text=text,
            why=f"Score {self.scores[block]:.1f} below {_log_odds(DROP):.1f}: {why}{inside}",
        )

    def _telling_names(self, block: int) -> list[str]:
        """Return the names around a block that weigh most against it."""
        weights = self.model.weights
        rows = sorted(((weights.get(x, _NO)[0], x) for x in self.sight.names[block]), reverse=True)
        return [name for weight, name in rows[:_TOLD] if weight > _TELLING]


def _log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))
