"""What else one can install to clean lines, each as a function from lines to kept or not."""

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape

from streams.core.text.normalise import comparison_form

Cleaner = Callable[[Sequence[str], str], list[bool]]

# The rules of the C4 corpus (Raffel et al. 2020, section 2.2), as datatrove applies them to lines.
_C4_ENDS = (".", "?", "!", '"', "'")
_ANY_ENDS = (*_C4_ENDS, "”", "’", "»", "…", "。", "！", "？", "؟", "」", "।", "۔")  # noqa: RUF001
_C4_POLICY = re.compile(
    r"terms of use|privacy policy|cookie policy|uses cookies|use of cookies|use cookies"
)


def keep_all(lines: Sequence[str], title: str) -> list[bool]:  # noqa: ARG001
    """Do nothing."""
    return [True] * len(lines)


def c4(lines: Sequence[str], title: str) -> list[bool]:  # noqa: ARG001
    """Keep what ends like a sentence, has three words and no policy phrase."""
    return [_c4_keeps(line, _C4_ENDS) for line in lines]


def c4_unicode(lines: Sequence[str], title: str) -> list[bool]:  # noqa: ARG001
    """C4 with the sentence ends of other languages."""
    return [_c4_keeps(line, _ANY_ENDS) for line in lines]


def _c4_keeps(line: str, ends: tuple[str, ...]) -> bool:
    lower = line.lower()
    enough = len(line.split()) >= 3 or not line.isascii()
    return (
        line.endswith(ends)
        and enough
        and "javascript" not in lower
        and not _C4_POLICY.search(lower)
    )


def c4_unicode_dedup(lines: Sequence[str], title: str) -> list[bool]:
    """The best found elsewhere: C4 for all languages, then exact repeats of 40 characters."""
    seen: set[str] = set()
    kept = c4_unicode(lines, title)
    for i, line in enumerate(lines):
        key = comparison_form(line)
        if kept[i] and len(key) >= 40:
            kept[i] = key not in seen
            seen.add(key)
    return kept


def _by_html(extract: Callable[[str], str]) -> Cleaner:
    """Give an HTML extractor the lines as paragraphs, and keep the lines that it returns."""

    def cleaner(lines: Sequence[str], title: str) -> list[bool]:
        body = "".join(f"<p>{escape(line)}</p>\n" for line in lines)
        page = f"<html><head><title>{escape(title)}</title></head><body>{body}</body></html>"
        found = {comparison_form(line) for line in extract(page).splitlines()}
        return [comparison_form(line) in found for line in lines]

    return cleaner


def _trafilatura(page: str) -> str:
    from trafilatura import extract  # noqa: PLC0415 - a peer, loaded when it is asked for

    return str(extract(page, include_comments=False) or "")


def _resiliparse(page: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415 - a peer

    return str(extract_plain_text(page, main_content=True))


def _justext(page: str) -> str:
    import justext  # noqa: PLC0415 - a peer

    paragraphs = justext.justext(page, justext.get_stoplist("English"))
    return "\n".join(part.text for part in paragraphs if not part.is_boilerplate)


PEERS: Mapping[str, Cleaner] = {
    "keep all": keep_all,
    "C4": c4,
    "C4, all languages": c4_unicode,
    "C4, all languages, no repeats": c4_unicode_dedup,
    "trafilatura": _by_html(_trafilatura),
    "resiliparse": _by_html(_resiliparse),
    "jusText": _by_html(_justext),
}
