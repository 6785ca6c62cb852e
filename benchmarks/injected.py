"""The task `inject`: a news article with residue of its own page and with repeated blocks in it.

Doing nothing, exact repeats, the C4 rules and gradient boosting on plain features score on these
texts much as they do on news pages to which others did the like (docs/cleaning.md has the figures).
"""

import random
from collections import defaultdict
from collections.abc import MutableMapping, Sequence

Row = tuple[str, int]  # a line, and whether it belongs
Places = tuple[list[str], list[str], list[str]]  # residue above, inside and below an article
ABOVE, INSIDE, BELOW = range(3)

# An article is like news if its lines mostly end as sentences do. News articles have some twenty
# lines; longer ones are cut.
_SENTENCE_ENDS = (".", "?", "!", '"', "'", "”", "’", "»", "…", "。", "！", "？")  # noqa: RUF001
_SENTENCES = 0.6
_MIN_LINES, _MAX_LINES = 6, 40
# By line of the article; found so that the simple methods score as they should.
_RESIDUE = (0.2, 0.8)
_REPEATED = (0.0, 0.45)
_WITHOUT_REPEATS = 0.25  # share of the texts
_BLOCKS = (1, 2, 3, 3, 4)  # lines
_RUNS = (1, 1, 2, 3, 5)  # lines of residue inside an article
_FEW = 3  # residue inside an article is often too little to choose from
_MIN_RESIDUE = 3
_SINGLE = 1 / 3  # share of the texts in which residue comes line by line, anywhere


def is_like_news(body: Sequence[str]) -> bool:
    """Say whether an article consists of sentences, as news does."""
    sentences = sum(line.endswith(_SENTENCE_ENDS) for line in body)
    return len(body) >= _MIN_LINES and sentences >= _SENTENCES * len(body)


def cut(body: Sequence[str], rng: random.Random) -> Sequence[str]:
    """Return the first lines of an article, as many as news has; none when it is too short."""
    return body[: rng.randint(_MIN_LINES, _MAX_LINES)] if len(body) >= _MIN_LINES else ()


def residue_of(rows: Sequence[Row], repeats: Sequence[int]) -> Places:
    """Return the residue lines of a page's `rows` by place, in their order."""
    true = [i for i, (_, label) in enumerate(rows) if label] or [len(rows)]
    places: Places = ([], [], [])
    for i, ((line, label), again) in enumerate(zip(rows, repeats, strict=True)):
        if not label and not again and line.strip():
            place = ABOVE if i < true[0] else BELOW if i > true[-1] else INSIDE
            places[place].append(line.strip())
    return places


def inject(body: Sequence[str], residue: Places, rng: random.Random) -> list[Row]:
    """Return the article with residue and with blocks of its own a second time."""
    put: MutableMapping[int, list[str]] = defaultdict(list)
    _put_repeats(put, body, rng)
    count = max(_MIN_RESIDUE, round(len(body) * rng.uniform(*_RESIDUE)))
    if rng.random() < _SINGLE:
        every = [line for lines in residue for line in lines]
        for line in rng.sample(every, min(count, len(every))):
            put[rng.choice((0, len(body), rng.randint(0, len(body))))].append(line)
    else:
        _put_runs(put, residue, count, len(body), rng)
    rows: list[Row] = []
    for at in range(len(body) + 1):
        rows += [(line, 0) for line in put[at]]
        rows += [(line, 1) for line in body[at : at + 1]]
    return rows


def _put_repeats(
    put: MutableMapping[int, list[str]], body: Sequence[str], rng: random.Random
) -> None:
    """Put blocks of the article below where they stand, half of them at its end."""
    left = 0 if rng.random() < _WITHOUT_REPEATS else round(len(body) * rng.uniform(*_REPEATED))
    while left > 0:
        size = min(rng.choice(_BLOCKS), len(body))
        start = rng.randint(0, len(body) - size)
        at = rng.choice((len(body), rng.randint(start + size, len(body))))
        put[at] += body[start : start + size]
        left -= size


def _put_runs(
    put: MutableMapping[int, list[str]], residue: Places, count: int, end: int, rng: random.Random
) -> None:
    """Put one run of residue at each end of the text, and short ones inside of it."""
    shares = [rng.uniform(0.2, 1.0) for _ in residue]
    for place, share in zip((ABOVE, BELOW, INSIDE), shares, strict=True):
        left = max(1, round(count * share / sum(shares)))
        lines = residue[place]
        if place == INSIDE and len(lines) < _FEW:
            lines = [line for lines in residue for line in lines]
        while left > 0 and lines:
            size = min(rng.choice(_RUNS) if place == INSIDE else left, left, len(lines))
            start = rng.randint(0, len(lines) - size)
            put[(0, rng.randint(0, end), end)[place]] += lines[start : start + size]
            left = left - size if place == INSIDE else 0
