"""Whether a phrase stands in a line as its group wants it: where, with what before and after it."""

import re
from collections.abc import Callable, Mapping

from schemas.rule import PhraseGroup, PhraseMatch
from streams.core.text.characters import WORD

# Signs around a label that belong to the page's make-up: "» Share!", "[Comments]", "- Advert -".
_AROUND = (
    " \t.,:;!?…|·•*-_=+~^#>»›<«‹→←▶►▼▲▸▾◀◂◄➜➤➔⇒❯❮●◆■□★☆✔✓✉@()[]{}。！？：、،؟।»【】《》▷△▽※"  # noqa: RUF001 - the signs themselves
    "👉👇➡⬇📌🔗📷📸🎥🎬🔴🔵▪▫\ufe0f◇○◎☞◈▣"
)
# Han, kana and what follows them are written without blanks, and so are Thai to Tibetan, Burmese
# and Khmer.
_UNSPACED_FROM = 0x2E80
_UNSPACED = (range(0x0E00, 0x1000), range(0x1000, 0x10A0), range(0x1780, 0x1800))
# Guillemets point at a label where they quote nothing; some frame one: »Teilen«.
_ARROWS = "«»‹›"  # noqa: RUF001 - the signs themselves
_MAX_FRAMED = 24
# What parts a label from the title of the story that it points to. A hyphen needs a blank.
_PARTS = ("|", ":", ">", "》", "→", "▶", "►", "】", "]", ")", "»", "›", "- ", " -", "：", "｜")  # noqa: RUF001 - signs of other scripts
_BARS = ("|", "｜")  # noqa: RUF001 - a sign of other scripts
_MIN_CAPITALS = 3
# A credit is a name or two with their agency.
_MAX_CREDIT_CHARS = 60
# A credit without a colon stands by itself, or after a sentence: nobody credits in mid-sentence.
_BEFORE_CREDIT = (".", "!", "?", "…", "。", ")", "(", "|", "-", ",", "'", "।", "=", "[", "/")
# Words beside names: von, and, via, for.
_SMALL_WORD_CHARS = 3
_STOPS = (".", "!", "?", "。", "।", "۔", "！", "？", "؟", "'", "।")  # noqa: RUF001 - stops of other scripts
_YEAR = re.compile(r"\d{4}")
_NUMBER = re.compile(r"[\s:(\[]*\d+(?:[.,]\d+)*[)\]]*\s*")


def bare(key: str) -> str:
    """Return a comparison form without the signs around it.

    >>> bare("» share!")
    'share'
    """
    return key.strip(_AROUND)


def is_unspaced(sign: str) -> bool:
    """Say whether a sign belongs to a script that is written without blanks between words."""
    point = ord(sign)
    return point >= _UNSPACED_FROM or any(point in span for span in _UNSPACED)


def counted(label: str) -> str:
    """Return the label with one form for every number in it, whatever is around that.

    >>> counted("comments (1,402)"), counted("3 comments")
    ('comments 0', '0 comments')
    """
    return _NUMBER.sub(" 0 ", label).strip()


def without_arrows(key: str, text: str) -> str:
    """Return the comparison form `key` of `text` without guillemets that serve as arrows."""
    first, last = text[:1] in _ARROWS, text[-1:] in _ARROWS
    if not (first or last):
        return key
    if any(sign in text[1:-1] for sign in _ARROWS):
        return key
    if first and last and len(text) > _MAX_FRAMED:
        return key
    return key[first : len(key) - last].strip()


def matches(phrase: str, key: str, text: str, group: PhraseGroup) -> bool:
    """Say whether the line `text` with the comparison form `key` has the phrase of a group."""
    if len(key) > group.max_chars or (group.open_end and _ends_sentence(key)):
        return False
    if group.opens and not key.startswith(group.opens):
        return False
    after = _FIND[group.match](phrase, key)
    if after is None:
        return False
    # Folding seldom changes how long a text is, and never by much.
    rest = text[len(text) - len(key) + after :]
    if group.match is PhraseMatch.LABEL:
        return _is_label(phrase, key[after:], text, in_capitals=group.capitals)
    if group.followed and not bare(rest):
        return False
    return not group.names or are_names(rest)


def _ends_sentence(key: str) -> bool:
    return key.endswith(_STOPS) and not key.endswith("...")


def _within(phrase: str, key: str) -> int | None:
    at = key.find(phrase)
    end = at + len(phrase)
    return end if at >= 0 and _is_word(key, at, end) and not _is_quoted(key, at) else None


def _at_start(phrase: str, key: str) -> int | None:
    for skipped in dict.fromkeys((0, len(key) - len(key.lstrip(_AROUND)))):
        end = skipped + len(phrase)
        if key.startswith(phrase, skipped) and _is_word(key, skipped, end):
            return end
    return None


def _at_end(phrase: str, key: str) -> int | None:
    forms = (key, key.rstrip(_AROUND))
    found = any(x.endswith(phrase) and _is_word(x, len(x) - len(phrase), len(x)) for x in forms)
    return len(key) if found else None


def _as_credit(phrase: str, key: str) -> int | None:
    at = key.rfind(phrase)
    end = at + len(phrase)
    if at < 0 or not _is_word(key, at, end) or len(key) - end > _MAX_CREDIT_CHARS:
        return None
    if _YEAR.search(key, end):
        return None  # a copyright notice
    before = key[:at].rstrip()
    stands_alone = not before or before.endswith(_BEFORE_CREDIT)
    return end if stands_alone or phrase.endswith((":", "：")) else None  # noqa: RUF001 - a colon


_FIND: Mapping[PhraseMatch, Callable[[str, str], int | None]] = {
    PhraseMatch.WITHIN: _within,
    PhraseMatch.START: _at_start,
    PhraseMatch.END: _at_end,
    PhraseMatch.LABEL: _at_start,
    PhraseMatch.CREDIT: _as_credit,
}


def _is_label(phrase: str, rest: str, text: str, *, in_capitals: bool) -> bool:
    """Say whether a sign, or capitals that end there, part the phrase from what it points to."""
    if not bare(rest):
        return False
    label = text.lstrip(_AROUND)[: len(phrase)]
    capitals = len(label) > _MIN_CAPITALS and label.isupper() and any(map(str.islower, text))
    parted = rest.lstrip().startswith(_PARTS) or rest.startswith(" -")
    if in_capitals:
        return rest.lstrip().startswith(_BARS) or (parted and capitals)
    return parted or capitals


def are_names(text: str) -> bool:
    """Say whether `text` reads as names: a capital or a letter without case starts each word."""
    words = WORD.findall(text)
    return (
        bool(words)
        and not words[0][0].islower()
        and all(len(word) <= _SMALL_WORD_CHARS or not word[0].islower() for word in words)
    )


def _is_quoted(key: str, at: int) -> bool:
    """Say whether an opening quote stands before `at` and is still open: then somebody is cited."""
    before = f" {key[:at]} "
    opened = max(before.rfind(" '"), before.rfind("('"))
    closed = max(before.rfind(f"'{sign}", 0, -1) for sign in " .,;:!?)")
    return opened >= 0 and closed <= opened + 1


def _is_word(key: str, start: int, end: int) -> bool:
    """Say whether a phrase starts and ends where words do; scripts without blanks always do."""
    before = key[start - 1] if start else " "
    after = key[end] if end < len(key) else " "
    return _parts(before, key[start]) and _parts(key[end - 1], after)


def _parts(left: str, right: str) -> bool:
    if not (left.isalnum() and right.isalnum()):
        return True
    return is_unspaced(left) or is_unspaced(right)
