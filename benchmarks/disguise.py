"""Labelled English pages in the form of other languages, so that the line model learns no English.

Case, capitals and blanks carry much of what a line model sees, and each script uses them in its own
way. So part of the training lines are rewritten: words keep their identity and lines their shape,
only the signs change. The result means nothing, and need not.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from zlib import crc32

_WORD = re.compile(r"[^\W\d_]+")
_ARABIC = [chr(code) for code in (*range(0x0628, 0x063B), *range(0x0641, 0x064B))]
_ARABIC_SIGNS = str.maketrans({",": "،", "?": "؟", ";": "؛"})
_HAN_FROM, _HAN_COUNT = 0x4E00, 3_000
_LONG_WORD = 3
_HAN_SIGNS = str.maketrans({".": "。", ",": "，", "?": "？", "!": "！", ":": "：", ";": "；"})  # noqa: RUF001
_BLANK_BESIDE_HAN = re.compile(r"(?<=[\u4e00-\u9fff。，？！：；”]) (?=[\u4e00-\u9fff“])")  # noqa: RUF001


def sentence_case(lines: Sequence[str], rng: random.Random) -> list[str]:
    """Headlines as most languages write them: capitals for the first word and for some names."""
    name: dict[str, bool] = {}

    def lower(match: re.Match[str]) -> str:
        word = match[0]
        if match.start() == 0 or not word[1:].islower():
            return word
        return word if name.setdefault(word, rng.random() < 0.25) else word.lower()

    return [line if line[-1:] in ".!?" else _WORD.sub(lower, line) for line in lines]


def nouns_in_capitals(lines: Sequence[str], rng: random.Random) -> list[str]:
    """Capitals as German has them."""
    noun: dict[str, bool] = {}

    def capital(match: re.Match[str]) -> str:
        word = match[0]
        is_noun = len(word) > _LONG_WORD and noun.setdefault(word, rng.random() < 0.35)
        return word.capitalize() if is_noun else word

    return [_WORD.sub(capital, line) for line in sentence_case(lines, rng)]


def without_case(lines: Sequence[str], rng: random.Random) -> list[str]:  # noqa: ARG001
    """Letters of a script without case, here Arabic."""

    def letters(match: re.Match[str]) -> str:
        return "".join(_ARABIC[ord(sign) % len(_ARABIC)] for sign in match[0].casefold())

    return [_WORD.sub(letters, line).translate(_ARABIC_SIGNS) for line in lines]


def without_blanks(lines: Sequence[str], rng: random.Random) -> list[str]:  # noqa: ARG001
    """Words of one to three Han signs, written without blanks."""

    def signs(match: re.Match[str]) -> str:
        word = match[0].casefold()
        size = 1 if len(word) <= _LONG_WORD else 2 if len(word) <= 3 * _LONG_WORD else 3
        code = crc32(word.encode())
        return "".join(chr(_HAN_FROM + (code >> 8 * i) % _HAN_COUNT) for i in range(size))

    written = (_WORD.sub(signs, line).translate(_HAN_SIGNS) for line in lines)
    return [_BLANK_BESIDE_HAN.sub("", line) for line in written]


DISGUISES: Mapping[str, Callable[[Sequence[str], random.Random], list[str]]] = {
    "sentence_case": sentence_case,
    "nouns_in_capitals": nouns_in_capitals,
    "without_case": without_case,
    "without_blanks": without_blanks,
}
