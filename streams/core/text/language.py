"""The language of a text, where the producer did not say."""

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streams.core.text.language_model import WindowIdentifier

# The answer no longer changes after some hundred characters, and costs 0.5 µs each (measured).
_WINDOW_CHARS = 300
# Of a shorter text the answer is a guess.
_MIN_CHARS = 20
# BCP 47 has two letters where ISO 639-1 has; these are what databases and news APIs write instead.
_THREE_LETTERS = """
    eng=en deu=de ger=de fra=fr fre=fr spa=es ita=it por=pt nld=nl dut=nl swe=sv dan=da nor=no
    nob=nb fin=fi isl=is ice=is pol=pl ces=cs cze=cs slk=sk slo=sk slv=sl hrv=hr srp=sr bos=bs
    mkd=mk mac=mk bul=bg ron=ro rum=ro hun=hu ell=el gre=el tur=tr rus=ru ukr=uk bel=be lit=lt
    lav=lv est=et sqi=sq alb=sq cat=ca eus=eu baq=eu glg=gl ara=ar heb=he fas=fa per=fa urd=ur
    hin=hi ben=bn tam=ta tel=te mar=mr guj=gu mal=ml kan=kn pan=pa zho=zh chi=zh jpn=ja kor=ko
    vie=vi tha=th ind=id msa=ms may=ms swa=sw amh=am hye=hy arm=hy kat=ka geo=ka aze=az kaz=kk
    uzb=uz mya=my bur=my khm=km sin=si nep=ne
"""
_OF_THREE_LETTERS = dict(pair.split("=") for pair in _THREE_LETTERS.split())
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


def detect_language(text: str) -> tuple[str, float] | None:
    """Return the ISO 639-1 code of the text's language and its probability, by py3langid."""
    window = text[:_WINDOW_CHARS]
    if len(window) < _MIN_CHARS:
        return None
    code, probability = _identifier().classify(window)
    if code == "und":
        return None
    return str(code), round(min(max(float(probability), 0.0), 1.0), 3)


def language_tag(declared: str | None) -> str | None:
    """Return a declared tag in the spelling of BCP 47, or nothing when it is none.

    >>> language_tag("EN_gb"), language_tag("deu")
    ('en-GB', 'de')
    """
    if not declared or not _TAG.fullmatch(declared.strip()):
        return None
    language, *rest = declared.strip().replace("_", "-").split("-")
    language = _OF_THREE_LETTERS.get(language.lower(), language)
    tail = (part.upper() if len(part) == 2 else part for part in rest)  # noqa: PLR2004 - a region
    return "-".join((language.lower(), *tail))


@cache
def _identifier() -> "WindowIdentifier":
    from streams.core.text.language_model import load  # noqa: PLC0415 - 0.4 s

    return load()
