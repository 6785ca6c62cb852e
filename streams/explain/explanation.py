"""An article's verdict with the texts it was compared with. Pure: topics are read elsewhere."""

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field
from rapidfuzz import fuzz, process

from schemas import CleanArticle, DuplicateArticle, RawRef
from schemas.base import Contract
from schemas.output import ArticleRef, Candidate, ParagraphMatch

# For showing only: from this share of equal characters on, a paragraph is a version of another.
ALIKE = 60


class Pair(Contract):
    """Two paragraphs that correspond, numbered from 1 as they stood before furniture went."""

    mine: int
    theirs: int
    exact: bool
    my_text: str
    their_text: str


class Comparison(Contract):
    """An earlier article, what it is to this one, and the paragraphs that correspond."""

    article: ArticleRef
    roles: tuple[str, ...] = Field(description="E.g. `duplicate_of`, `previous`, `related_to`.")
    scores: Candidate | None = Field(default=None, description="None when identity decided.")
    text_found: bool = Field(description="Whether the topics still hold the earlier text.")
    pairs: tuple[Pair, ...] = ()


class Explanation(Contract):
    """Where an article came out, and why."""

    state: Literal["published", "copy"]
    topic: str
    partition: int
    offset: int
    article: CleanArticle
    duplicate_of: ArticleRef | None
    comparisons: tuple[Comparison, ...]


def earlier_articles(article: CleanArticle) -> dict[RawRef, ArticleRef]:
    """Return the earlier articles that played a part, the deciding ones first."""
    refs = [ref for _, ref in _roles(article)]
    refs += [candidate.article for candidate in article.decision.candidates]
    return {ref.raw_ref: ref for ref in reversed(refs)}


def explain(
    where: RawRef, article: CleanArticle, texts: Mapping[RawRef, CleanArticle]
) -> Explanation:
    """Return the explanation of an article at `where`; `texts` holds the earlier ones found."""
    scores = {each.article.raw_ref: each for each in article.decision.candidates}
    comparisons = []
    for raw_ref, ref in earlier_articles(article).items():
        earlier = texts.get(raw_ref)
        candidate = scores.get(raw_ref)
        pairs = tuple(_pairs(article, earlier, candidate)) if earlier else ()
        comparisons.append(
            Comparison(
                article=ref,
                roles=tuple(role for role, of in _roles(article) if of.raw_ref == raw_ref),
                scores=candidate,
                text_found=earlier is not None,
                pairs=pairs,
            )
        )
    comparisons.sort(key=lambda each: (not each.roles, -_strength(each.scores)))
    return Explanation(
        state="copy" if isinstance(article, DuplicateArticle) else "published",
        topic=where.topic,
        partition=where.partition,
        offset=where.offset,
        article=article,
        duplicate_of=article.duplicate_of,
        comparisons=tuple(comparisons),
    )


def _roles(article: CleanArticle) -> Iterator[tuple[str, ArticleRef]]:
    if article.duplicate_of:
        yield "duplicate_of", article.duplicate_of
    if article.previous:
        yield "previous", article.previous
    if article.related_to:
        yield "related_to", article.related_to
    for paragraph in article.paragraphs:
        if paragraph.first_seen and paragraph.first_seen.id != article.story_id:
            yield "first_seen", paragraph.first_seen


def _strength(scores: Candidate | None) -> float:
    return max(scores.containment, scores.coverage) if scores else 1.0


def _pairs(
    article: CleanArticle, earlier: CleanArticle, candidate: Candidate | None
) -> Iterator[Pair]:
    mine, theirs = _before_furniture(article), _before_furniture(earlier)
    matches = candidate.matches if candidate and candidate.matches else _same(article, earlier)
    for match in sorted(matches, key=lambda match: match.mine):
        if match.mine < len(mine) and match.theirs < len(theirs):
            yield Pair(
                mine=match.mine + 1,
                theirs=match.theirs + 1,
                exact=match.exact,
                my_text=mine[match.mine],
                their_text=theirs[match.theirs],
            )


def _before_furniture(article: CleanArticle) -> list[str]:
    """Return the paragraphs as they were compared; matches count these."""
    spans = [(paragraph.start, paragraph.text) for paragraph in article.paragraphs]
    spans += [
        (gone.start, gone.text) for gone in article.removals if gone.rule.startswith("dedupe/")
    ]
    return [text for _, text in sorted(spans)]


def _same(article: CleanArticle, earlier: CleanArticle) -> Iterator[ParagraphMatch]:
    """Match paragraphs where identity decided and nothing was compared: first equal, then alike."""
    mine, theirs = _before_furniture(article), _before_furniture(earlier)
    free = dict(enumerate(theirs))
    unequal = []
    for number, text in enumerate(mine):
        equal = next((other for other, their_text in free.items() if their_text == text), None)
        if equal is None:
            unequal.append(number)
        else:
            del free[equal]
            yield ParagraphMatch(mine=number, theirs=equal, exact=True)
    for number in unequal:
        alike = process.extractOne(mine[number], free, scorer=fuzz.ratio, score_cutoff=ALIKE)
        if alike:
            yield ParagraphMatch(mine=number, theirs=alike[2], exact=False)
            del free[alike[2]]
