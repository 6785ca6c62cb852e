"""An extracted article judged by the page that it comes from: what else goes, what comes back.

An extractor decides by containers; the block model sees each block with the elements around it.
Lines that stay are left as the extractor wrote them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.removal import Reason, Removal
from streams.core.page.model import BlockModel, block_model
from streams.core.page.plan import DROP, changed_lines, plan_changes
from streams.core.page.sight import Sight, look_at
from streams.core.page.tree import PageTree
from streams.core.text.arrays import Matrix, Vector
from streams.core.text.trees import log_odds

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
class Judged:
    """A text with all its lines, and those of them that are not the article."""

    text: str
    removals: tuple[Removal, ...]


def judge_blocks(
    tree: PageTree,
    text: str,
    title: str | None,
    model: BlockModel | None = None,
    *,
    summary: str | None = None,
) -> Judged:
    """Return the extracted `text` of a page with what comes back, and what of it goes and why.

    `title` and `summary` are those that the page names itself.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    sight = look_at(tree, lines, title, summary)
    if sight is None:
        return Judged(text, ())
    model = model or block_model()
    features = model.features(sight)
    scores = model.trees.scores(features)
    plan = plan_changes(sight, scores, lines, has_title=bool(title), tree=tree)
    rows = changed_lines(sight, lines, plan)
    left = sum(len(line) for line, block in rows if block is None)
    if (len(rows) == len(lines) and not plan.gone) or left < MIN_CHARS:
        return Judged(text, ())
    return _Account(sight, model, features, scores).of(rows)


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
            why=f"Score {self.scores[block]:.1f} below {log_odds(DROP):.1f}: {why}{inside}",
        )

    def _telling_names(self, block: int) -> list[str]:
        """Return the names around a block that weigh most against it."""
        weights = self.model.weights
        rows = sorted(((weights.get(x, _NO)[0], x) for x in self.sight.names[block]), reverse=True)
        return [name for weight, name in rows[:_TOLD] if weight > _TELLING]
