"""trafilatura's extraction, spared work that cannot change what it returns.

It asks two other extractors what they would take, a third of its time, and believes them only if
its own result has no paragraphs or too many tables, or if they have more than twice as much. Where
that cannot be, they are not asked, and the page is not copied for them. Of its inside this knows
two functions: the sequence of its extractors, and the step of it in which they are compared.
"""

from copy import copy
from functools import cache, wraps
from importlib import import_module
from typing import Any

# Its own bound below which a result is too short to be believed.
_MIN_CHARS = 250
# So much of what a page shows outside of links leaves less than twice as much to be found.
_SHARE = 0.5
# What parts or joins letters inside words, in Persian and Indic scripts and in emoji, does not
# print, and trafilatura takes out what does not. Signs that print, of a script that no page is
# written in, stand for them while it reads.
_JOINERS = {"\u200c": "\U0001d2f2", "\u200d": "\U0001d2f3"}
_AS_SIGNS = str.maketrans(_JOINERS)
_AS_JOINERS = str.maketrans({sign: joiner for joiner, sign in _JOINERS.items()})


def article_text(root: Any, unlinked_chars: int) -> str | None:
    """Return what trafilatura takes for the article of a page, or nothing when it finds none.

    `unlinked_chars` is how much text the page shows outside of links. The page itself is pruned.

    Raises:
        TypeError, ValueError: trafilatura fails on the page.
    """
    core = _core()
    options = copy(_options())
    options.enough_chars = max(_MIN_CHARS, _SHARE * unlinked_chars)
    is_marked = _mark_joiners(root)
    body, text, _, _ = core.trafilatura_sequence(root, options)
    if not text:
        return None
    article: str = core.xmltotxt(body, options.formatting)
    return article.translate(_AS_JOINERS) if is_marked else article


def _mark_joiners(root: Any) -> bool:
    """Put signs in the place of joiners, if a page has any, and say so."""
    shown = root.xpath("string()")
    if not any(map(shown.__contains__, _JOINERS)) or any(
        map(shown.__contains__, _JOINERS.values())
    ):
        return False
    for element in root.iter():
        if element.text:
            element.text = element.text.translate(_AS_SIGNS)
        if element.tail:
            element.tail = element.tail.translate(_AS_SIGNS)
    return True


def _core() -> Any:
    # Half a second of import, paid in the pool's processes only.
    return import_module("trafilatura.core")


@cache
def _options() -> Any:
    """Return the options by which the step knows that it was called from here."""
    from trafilatura.external import SANITIZED_XPATH  # noqa: PLC0415 - as above
    from trafilatura.settings import Extractor  # noqa: PLC0415

    class Options(Extractor):
        """Options, and how many characters make a result that nobody else could double."""

        __slots__ = ("enough_chars",)
        enough_chars: float

    core = _core()
    theirs = core._extract_and_compare  # noqa: SLF001

    @wraps(theirs)
    def extract_and_compare(cleaned: Any, backup: Any, page: Any, options: Any) -> Any:
        if not isinstance(options, Options) or options.focus != "balanced":
            return theirs(cleaned, backup, page, options)
        body, text = core.extract_content(cleaned, options)
        is_enough = (
            len(text) >= options.enough_chars
            and _has_paragraphs(body)
            and not body.xpath(SANITIZED_XPATH)
        )
        if is_enough:
            return body, text
        return core.compare_extraction(backup, copy(page), body, text, options)

    core._extract_and_compare = extract_and_compare  # noqa: SLF001
    return Options(comments=False, output_format="python")


def _has_paragraphs(body: Any) -> bool:
    """Say whether a result has text in paragraphs, and no more tables than those."""
    paragraphs = body.findall(".//p")
    has_text = any(next(paragraph.itertext(), None) for paragraph in paragraphs)
    return has_text and len(body.findall(".//table")) <= len(paragraphs)
