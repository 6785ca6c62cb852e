"""Lines that say who wrote a story or took its picture, without a label before the name."""

import re

from streams.core.residue.phrase_match import are_names

# "Jane Miller jmiller@harrow.example", "[정하윤 기자 hayun@saebyeol.example]": names, no sentence.
_MAX_SIGNED = 70
_SIGNED = re.compile(r"[\[(<]?((?:[^\s@:?!,]+[\s=·|/]+){2,5})[\[(<]?[\w.+-]+@[\w.-]+[\])>]?")
# A Japanese or Chinese paper signs with a name in brackets.
_BRACKET_ENDS = (")", "）", "】", "〕", "]")  # noqa: RUF001 - brackets of East Asia
_BRACKETED = re.compile(
    "[(（【〔[][\u3040-\u30ff\u3400-\u9fff\u3005\u3000 ・]{2,9}[)）】〕\\]]"  # noqa: RUF001 - as above
)
# As papers of Japan and Korea have it: a scene, a sign and its day; a sentence and its reporter.
# What is shorter before the sign is a line of a schedule.
_MAX_CAPTION, _EQUALS, _REPORTER = 150, "\uff1d", "기자"
_CAPTION = re.compile(
    r"[^。\uff1d▽△◇]{10,}\uff1d(?:[^。\uff1d]*\d日[^。\uff1d]*|[^。\uff1d]{2,40}(?:撮影|提供))"
    r"|[^.]{10,}다\.\s*/?\s?[가-힣]{2,4} 기자"
)


def is_signature(text: str) -> bool:
    """Return whether a line is a name in brackets, or names with an address for mail behind them.

    >>> is_signature("【佐藤健】"), is_signature("Jane Miller jmiller@harrow.example")
    (True, True)
    >>> is_signature("Write to the mayor at mayor@harrow.example"), is_signature("(1)")
    (False, False)
    """
    if text.endswith(_BRACKET_ENDS) and _BRACKETED.fullmatch(text):
        return True
    if "@" not in text or len(text) > _MAX_SIGNED:
        return False
    signed = _SIGNED.fullmatch(text)
    return signed is not None and are_names(signed[1])


def is_signed_caption(text: str) -> bool:
    """Return whether a line is a caption that ends with its day, place or photographer.

    >>> is_signed_caption("여객선이 다시 부두에 닿고 있다. / 김하늘 기자")
    True
    """
    if not (_EQUALS in text or text.endswith(_REPORTER)) or len(text) > _MAX_CAPTION:
        return False
    return _CAPTION.fullmatch(text) is not None
