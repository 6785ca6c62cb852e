"""Made-up pages have the size and mark-up of real ones, or their figures would say nothing."""

from itertools import islice
from statistics import median

from benchmarks.made_news import articles
from benchmarks.made_pages import page
from streams.core.page.parse import lighten, parse
from streams.core.page.tree import read_tree

# Medians of 127 labelled news pages (docs/data.md).
REAL = {
    "elements": 1_006,
    "characters in scripts": 37_570,
    "characters in attributes": 85_915,
    "links": 185,
    "divs": 170,
    "blocks": 211,
    "visible characters": 8_777,
    "depth": 10,
}


def test_made_pages_are_as_real_ones_are() -> None:
    """Each measure is within a quarter of the median of real pages."""
    measured = [measures(page(article)) for article in islice(articles(20), 20)]
    for name, real in REAL.items():
        made = median(each[name] for each in measured)
        assert 0.75 * real < made < 1.25 * real, (name, made, real)


def measures(markup: str) -> dict[str, float]:
    """Return what a page consists of."""
    root = parse(markup)
    counts = {
        "elements": sum(1 for _ in root.iter()),
        "characters in scripts": sum(len(script.text or "") for script in root.iter("script")),
        "characters in attributes": sum(
            len(name) + len(value) + 4 for x in root.iter() for name, value in x.attrib.items()
        ),
    }
    lighten(root)
    tree = read_tree(root)
    return counts | {
        "links": tree.tags.count("a"),
        "divs": tree.tags.count("div"),
        "blocks": len(tree.texts),
        "visible characters": sum(map(len, tree.texts)),
        "depth": float(tree.depths.mean()),
    }
