"""trafilatura's extraction, spared a comparison that cannot change what it returns.

It asks two other extractors what they would take, a third of its time, and believes them only if
its own result has no paragraphs or too many tables, or if they have more than twice as much. Where
that cannot be, they are not asked. Of its inside this knows one function, `compare_extraction`.
"""

from functools import cache
from importlib import import_module
from typing import Any

# Its own bound below which a result is too short to be believed.
_MIN_CHARS = 250
# So much of what a page shows outside of links leaves less than twice as much to be found.
_SHARE = 0.5


def article_text(root: Any, unlinked_chars: int) -> str | None:
    """Return what trafilatura takes for the article of a page, or nothing when it finds none.

    `unlinked_chars` is how much text the page shows outside of links.
    """
    # Half a second of import, paid in the pool's processes only.
    from trafilatura import bare_extraction  # noqa: PLC0415
    from trafilatura.settings import Document  # noqa: PLC0415

    options = _options()(comments=False, output_format="python")
    options.enough_chars = max(_MIN_CHARS, _SHARE * unlinked_chars)
    document = bare_extraction(root, options=options)
    return document.text or "" if isinstance(document, Document) else None


@cache
def _options() -> Any:
    """Return the class of options by which the comparison knows that it was called from here."""
    from trafilatura.external import SANITIZED_XPATH  # noqa: PLC0415 - as above
    from trafilatura.settings import Extractor  # noqa: PLC0415

    class Options(Extractor):
        """Options, and how many characters make a result that nobody else could double."""

        __slots__ = ("enough_chars",)
        enough_chars: float

    core: Any = import_module("trafilatura.core")  # does not export what it calls
    theirs = core.compare_extraction

    def compare(cleaned: Any, raw: Any, body: Any, text: str, options: Any) -> tuple[Any, str]:
        is_enough = (
            isinstance(options, Options)
            and options.focus == "balanced"
            and len(text) >= options.enough_chars
            and _has_paragraphs(body)
            and not body.xpath(SANITIZED_XPATH)
        )
        return (body, text) if is_enough else theirs(cleaned, raw, body, text, options)

    core.compare_extraction = compare
    return Options


def _has_paragraphs(body: Any) -> bool:
    """Say whether a result has text in paragraphs, and no more tables than those."""
    paragraphs = body.findall(".//p")
    has_text = any(next(paragraph.itertext(), None) for paragraph in paragraphs)
    return has_text and len(body.findall(".//table")) <= len(paragraphs)
