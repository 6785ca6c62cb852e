"""Stage `clean` as one pure function: a raw message in, a prepared article or a rejection out."""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from schemas import (
    ContentType,
    PreparedArticle,
    RawArticle,
    Reason,
    Rejection,
    RejectionReason,
    Removal,
)
from schemas.prepared import Flag, Origin, Paragraph
from streams.core.article.construct import construct_all
from streams.core.article.fingerprint import FINGERPRINT_VERSION, fingerprint
from streams.core.article.identity import article_id, source_of
from streams.core.article.sketch import MAX_PARAGRAPHS
from streams.core.content import CONTENT_TYPES, read_content
from streams.core.messages.message import Message
from streams.core.messages.rejections import rejection
from streams.core.read.decode import decode
from streams.core.read.found import reach_bounds
from streams.core.read.metadata import Described, describe
from streams.core.read.names import names_in_byline
from streams.core.residue.cleaner import find_residue
from streams.core.residue.title import unmarked
from streams.core.residue.unlikely import JUDGED_LINES
from streams.core.rules.apply import (
    Rules,
    apply_rules,
    apply_to_title,
    installed_rules,
    rules_for,
)
from streams.core.text.address import believed, canonical_url
from streams.core.text.key_form import mixes_scripts
from streams.core.text.lines import Line, is_visible, split_lines
from streams.core.text.normalise import comparison_form, comparison_forms
from streams.core.text.read_words import ReadWords
from streams.core.text.refused import Refused
from streams.core.text.repair import (
    is_beyond_repair,
    is_sound,
    misread_charset,
    repairs_of_lines,
    reread,
    strip_controls,
)
from streams.settings import CleanSettings, Removals
from streams.topology import CLEAN

# An article that kept less of its text than this is flagged.
_LOW_KEPT = 0.3
_HTTP_ERRORS_FROM = 400
# Fields of a raw article in its own words.
_WORDS = ("title", "summary", "byline", "authors", "categories")
# A byline names a few people, with what they do.
_MAX_BYLINE_CHARS = 160


def clean(
    message: Message, settings: CleanSettings, rules: Rules | None = None
) -> PreparedArticle | Rejection:
    """Return the clean article in `message`, or why there is none. Never raises on any bytes.

    `rules` of sources are those that come with cleanwire when none are given.
    """
    raw = None
    try:
        raw, flags = decode(message, settings.max_value_bytes, CONTENT_TYPES)
        return _prepare(
            message, raw, flags, settings, installed_rules() if rules is None else rules
        )
    except Refused as refused:
        return rejection(message, CLEAN.name, refused.reason, refused.error, raw=raw)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Lines that stayed and lines that went, with the title."""

    title: str | None
    paragraphs: tuple[Paragraph, ...]
    removals: tuple[Removal, ...]
    read: ReadWords | None = None  # what was read of the paragraphs


def _prepare(
    message: Message,
    raw: RawArticle,
    flags: frozenset[Flag],
    settings: CleanSettings,
    all_rules: Rules,
) -> PreparedArticle:
    if raw.http is not None and raw.http.status >= _HTTP_ERRORS_FROM:
        raise Refused(RejectionReason.ERROR_PAGE, f"HTTP status {raw.http.status}")
    found = read_content(raw)
    # What was misread in the text was misread in what stands beside it.
    charset = misread_charset(found.text)
    if charset:
        raw = raw.model_copy(update={name: reread(getattr(raw, name), charset) for name in _WORDS})
        found = replace(found, fields={n: reread(x, charset) for n, x in found.fields.items()})
    about = describe(raw, found.fields, message.timestamp_ms)
    lines, repairs = repaired_lines(found.text, found.removals, charset)
    if reach_bounds(found.fields):
        flags |= {Flag.FIELDS_CUT}
    chars_in = len(found.text) - found.outside_chars
    if Flag.HEADLINE_ONLY in found.flags:
        cleaned = Cleaned(about.title, _as_they_are(lines), ())
        flags = flags | found.flags | about.flags | repairs
        return _article(message, raw, about, cleaned, settings, flags=flags, chars_in=chars_in)
    if not lines:
        raise Refused(RejectionReason.NO_TEXT, "no text in the content")
    rules = rules_for(
        all_rules,
        about.domain,
        about.published_at.date() if about.published_at else None,
    )
    left, cut = apply_rules(rules, found.text, lines)
    if sum(len(gone.text) for gone in cut) > settings.max_removed_share * chars_in:
        left, cut, repairs = lines, [], repairs | {Flag.RESIDUE_GUARD}
    cut = [*found.removals, *cut]
    if not left:
        raise _nothing_left(cut)
    title = apply_to_title(rules, about.title) if about.title else None
    cleaned = clean_lines(found.text, left, title, cut)
    if not cleaned.paragraphs:
        # A page that shows its title alone was not read; an agency's flash is a title and no more.
        if raw.content_type is ContentType.HTML or not _is_title_alone(cleaned.removals):
            raise _nothing_left(cleaned.removals)
        cleaned = Cleaned(cleaned.title, _as_they_are(left[:1]), cleaned.removals[1:])
        flags |= {Flag.HEADLINE_ONLY}
    flags = flags | found.flags | about.flags | repairs
    return _article(message, raw, about, cleaned, settings, flags=flags, chars_in=chars_in)


def repaired_lines(
    text: str, removals: Sequence[Removal] = (), charset: str | None = None
) -> tuple[list[Line], frozenset[Flag]]:
    """Return the lines of `text` with their encoding repaired, and what was repaired.

    What lies inside of `removals`, which are in the order of the text, is left out. `charset` is
    the one that all of it should have been read in, where that is known.
    """
    sound = is_sound(text)
    repairs = {} if sound else repairs_of_lines(text, charset)
    visible = not removals and not repairs and is_visible(text)
    if removals:
        lines = [
            Line(line.text, line.start + start, line.end + start)
            for start, end in _between(removals, len(text))
            for line in split_lines(text[start:end], repairs)
        ]
    else:
        lines = split_lines(text, repairs, visible=visible)
    flags = {Flag.ENCODING_REPAIRED} if repairs else set()
    joined = "\n".join([line.text for line in lines])
    if not visible and strip_controls(joined) != joined:
        flags.add(Flag.CONTROL_CHARACTERS_REMOVED)
        stripped = (Line(strip_controls(x.text).strip(), x.start, x.end) for x in lines)
        lines = [line for line in stripped if line.text]
        joined = "\n".join([line.text for line in lines])
    # What consists of invisible signs is no line, for a reader and for comparison.
    if not visible and not joined.isascii() and not is_visible(joined):
        lines = [x for x in lines if x.text.isprintable() or comparison_form(x.text)]
        joined = "\n".join([line.text for line in lines])
    if not (sound and joined == text) and is_beyond_repair(joined):
        flags.add(Flag.ENCODING_DAMAGED)
    return lines, frozenset(flags)


def _between(removals: Sequence[Removal], end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of a text that are not removed."""
    at = 0
    for removal in removals:
        yield at, removal.start
        at = removal.end
    yield at, end


def clean_lines(
    text: str, lines: Sequence[Line], title: str | None, cut: Sequence[Removal] = ()
) -> Cleaned:
    """Return what stays of `lines`, and what was removed from `text` and why.

    `cut` is what rules of the source removed before.
    """
    texts = [line.text for line in lines]
    verdicts, doubts, headline, read = find_residue(texts, title)
    if headline is not None:
        title = unmarked(texts[headline])
    rows = list(zip(lines, verdicts, strict=True))
    return Cleaned(
        title=title,
        paragraphs=construct_all(
            Paragraph,
            [
                {"text": line.text, "start": line.start, "end": line.end, "doubt": doubts.get(at)}
                for at, (line, verdict) in enumerate(rows)
                if verdict is None
            ],
        ),
        removals=(
            *cut,
            *construct_all(
                Removal,
                [
                    {
                        "start": line.start,
                        "end": line.end,
                        "reason": verdict.reason,
                        "rule": verdict.rule,
                        "text": text[line.start : line.end],
                        "why": verdict.why,
                        "copy_of": None
                        if verdict.copy_of is None
                        else lines[verdict.copy_of].start,
                    }
                    for line, verdict in rows
                    if verdict is not None
                ],
            ),
        ),
        read=read,
    )


def _as_they_are(lines: Sequence[Line]) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(text=line.text, start=line.start, end=line.end) for line in lines)


def _is_title_alone(removals: Sequence[Removal]) -> bool:
    return all(gone.reason is Reason.TITLE_REPEAT for gone in removals)


def _signed_by(removals: Sequence[Removal]) -> tuple[str, ...]:
    """Return the authors that the one byline among what was removed names.

    Where there are several, they are those of other stories.
    """
    bylines = (gone.text for gone in removals if gone.reason is Reason.BYLINE)
    named = (names_in_byline(text) for text in bylines if len(text) <= _MAX_BYLINE_CHARS)
    found = {names for names in named if names}
    return found.pop() if len(found) == 1 else ()


def _chars_by_reason(removals: Sequence[Removal]) -> dict[Reason, int]:
    counts: Counter[Reason] = Counter()
    for gone in removals:
        counts[gone.reason] += len(gone.text)
    return dict(sorted(counts.items()))


def _nothing_left(removals: Sequence[Removal]) -> Refused:
    if any(removal.reason is Reason.ERROR_PAGE for removal in removals):
        return Refused(RejectionReason.ERROR_PAGE, "an error message and no article")
    return Refused(RejectionReason.NO_TEXT, "nothing but residue in the content")


def _canonical(raw: RawArticle, about: Described) -> str | None:
    """Return the article's address: the producer's, the page's if it is believed, or its URL."""
    if raw.canonical_url or believed(about.canonical_url, about.url):
        return canonical_url(about.canonical_url) or canonical_url(about.url)
    return canonical_url(about.url)


def _forms(cleaned: Cleaned, texts: Sequence[str]) -> Sequence[str]:
    """Return the comparison forms of the paragraphs that stayed."""
    return comparison_forms(texts) if cleaned.read is None else cleaned.read.kept_forms


def _article(
    message: Message,
    raw: RawArticle,
    about: Described,
    cleaned: Cleaned,
    settings: CleanSettings,
    *,
    flags: frozenset[Flag],
    chars_in: int,
) -> PreparedArticle:
    texts = tuple(paragraph.text for paragraph in cleaned.paragraphs)
    address = raw.canonical_url or raw.url or about.canonical_url or about.url
    canonical = _canonical(raw, about)
    source, source_origin = source_of(about.source, address)
    content = "" if about.id or canonical else "\n".join(_forms(cleaned, texts))
    name, id_origin = article_id(source, about.id, canonical, content)
    kept = sum(map(len, texts)) + len(cleaned.title or "")
    if kept < _LOW_KEPT * chars_in:
        flags |= {Flag.LOW_KEPT_RATIO}
    if len(texts) > JUDGED_LINES:
        flags |= {Flag.MANY_LINES}
    if len(texts) > MAX_PARAGRAPHS:
        flags |= {Flag.MANY_PARAGRAPHS}
    if mixes_scripts("\n".join([text for text in texts if not text.isascii()])):
        flags |= {Flag.MIXED_SCRIPT}
    told = about.metadata(canonical, cleaned.title, texts)
    # A page's own bylines were read with their elements.
    if not told["authors"] and raw.content_type is not ContentType.HTML:
        told["authors"] = _signed_by(cleaned.removals)
    return PreparedArticle(
        **told,
        id=name,
        id_origin=id_origin,
        source=source,
        source_origin=source_origin,
        raw_ref=message.ref,
        raw_timestamp_ms=message.timestamp_ms,
        content_type=raw.content_type,
        title_origin=about.title_origin
        if about.title
        else (Origin.CONTENT if cleaned.title else Origin.UNKNOWN),
        paragraphs=cleaned.paragraphs,
        removals=cleaned.removals if settings.removals is Removals.FULL else (),
        removed_chars=_chars_by_reason(cleaned.removals),
        flags=tuple(sorted(flags)),
        chars_in=chars_in,
        fingerprint_version=FINGERPRINT_VERSION,
        fingerprints=b64encode(fingerprint(texts, cleaned.read)),
    )
