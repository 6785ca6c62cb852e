"""An HTML page to the text of its article, by trafilatura, with a fallback that keeps the text."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.prepared import Flag
from streams.core.page.about import fields_of_page
from streams.core.page.declared import read_declared
from streams.core.page.extractor import article_text
from streams.core.page.judge import MIN_CHARS, judge_blocks
from streams.core.page.live import live_posts, with_posts
from streams.core.page.order import as_declared, as_on_page
from streams.core.page.outside import with_outside
from streams.core.page.parse import lighten, parse
from streams.core.page.scripts import story_in_scripts
from streams.core.page.sign_ups import drop_sign_ups
from streams.core.page.tree import PageTree, read_tree
from streams.core.read.found import ReadContent
from streams.core.text.lines import MAX_LINES
from streams.core.text.repair import strip_controls
from streams.core.text.visible import nesting_depth, visible_text

# lxml drops what is nested deeper, without a word.
_LXML_DEPTH = 250
# A tree less deep than this has lost nothing (it starts at the body, and tags may be implied).
_NEARLY_LXML_DEPTH = 200
# An extractor that kept less than this share of the long lines of a page that is too deep lost it.
_DEEP_KEPT = 0.5
_LONG_LINE_CHARS = 80
# A news page has some thousand tags (at most 6,100 on the development pages). With a hundred
# thousand trafilatura takes 4 to 13 s for 1 MB (measured on made pages of paragraphs, links and
# forms), with so many 1.3 s.
MAX_TAGS = 40_000
# Elements times how deep they stand: 24,000 paragraphs 180 deep took it 4.4 s. No page of the
# development set has more than 62,000.
_MAX_DEPTHS = 1_000_000


class TooComplexError(Exception):
    """A page has more tags, depth or lines than an extractor is given: it would take seconds."""


def read_page(markup: str) -> ReadContent:
    """Return the article of a page."""
    markup = strip_controls(markup)
    try:
        extracted = extract(markup)
    except TooComplexError:
        flags = frozenset({Flag.EXTRACTION_FALLBACK, Flag.TOO_COMPLEX})
        return ReadContent(visible_text(markup), {}, flags)
    if extracted is None:
        return ReadContent(visible_text(markup), {}, frozenset({Flag.EXTRACTION_FALLBACK}))
    if _is_short(extracted.text) and (story := story_in_scripts(markup)):
        return ReadContent(story, extracted.fields, frozenset({Flag.EXTRACTION_FALLBACK}))
    if _is_short(extracted.text) or extracted.tree.depths.max(initial=0) >= _NEARLY_LXML_DEPTH:
        shown = visible_text(markup)
        if _is_lost(extracted.text, shown, markup):
            return ReadContent(shown, extracted.fields, frozenset({Flag.EXTRACTION_FALLBACK}))
    tree, text = extracted.tree, extracted.text
    posts = live_posts(tree)
    if posts:
        text = with_posts(tree, text, posts)
    judged = judge_blocks(tree, text, extracted.title, summary=extracted.summary)
    told = {tree.texts[block] for block in posts}
    gone = [removal for removal in judged.removals if removal.text not in told]
    whole = with_outside(tree, judged.text, gone, extracted.title)
    return ReadContent(
        whole.text,
        extracted.fields,
        removals=whole.removals,
        outside_chars=whole.outside_chars,
    )


def _is_short(text: str) -> bool:
    """Say whether the extractor found a label, not an article."""
    return len(text) < MIN_CHARS


def _is_lost(text: str, shown: str, markup: str) -> bool:
    if not text or (_is_short(text) and len(shown) > len(text)):
        return True
    if nesting_depth(markup) < _LXML_DEPTH:
        return False
    long_lines = sum(len(line) for line in shown.splitlines() if len(line) >= _LONG_LINE_CHARS)
    return len(text) < _DEEP_KEPT * long_lines


@dataclass(frozen=True, slots=True)
class Extracted:
    """What trafilatura made of a page, beside the page."""

    tree: PageTree
    text: str
    fields: Mapping[str, object]

    @property
    def title(self) -> str | None:
        """The title that the page itself names."""
        title = self.fields.get("title")
        return title if isinstance(title, str) else None

    @property
    def summary(self) -> str | None:
        """The description that the page itself gives."""
        summary = self.fields.get("summary")
        return summary if isinstance(summary, str) else None


def extract(markup: str) -> Extracted | None:
    """Return trafilatura's text, if it finds one, and the page's fields; nothing when it fails.

    Raises:
        TooComplexError: the page goes beyond the bounds above.
    """
    if markup.count("<") > MAX_TAGS:
        raise TooComplexError
    from lxml.etree import LxmlError  # noqa: PLC0415 - some 50 ms, in the pool's processes only

    try:
        root = parse(markup)
        if root is None:
            return None
        declared = read_declared(root)
        lighten(root)
        tree = read_tree(root)
        if tree.depths.sum() > _MAX_DEPTHS or len(tree.texts) > MAX_LINES:
            raise TooComplexError  # the fallback refuses what has too many lines
        fields = fields_of_page(declared, root, tree.texts)
        drop_sign_ups(root)
        text = article_text(root, sum(map(len, tree.texts)) - int(tree.link_chars.sum()))
    except (LxmlError, ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return None  # a parser's bug on foreign markup: the fallback reads it
    text = as_declared(text or "", declared.items)
    return Extracted(tree, as_on_page(text, tree.texts), fields)
