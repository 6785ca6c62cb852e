"""Titles that say themselves that an item is a new version: CORRECTED, UPDATE 2, RPT and so on."""

import re
from functools import cache
from typing import Final
from unicodedata import category

from rapidfuzz import fuzz

from streams.core.text.key_form import key_forms
from streams.core.text.normalise import comparison_form

# Words that desks of news agencies and sites put before a headline, by language. They count at
# the start when a colon, dash, bracket or number follows, or in brackets at either end.
MARKS: Final = {
    "en": (
        "corrected", "correction", "corrects", "update", "updated", "updates", "rpt", "repeat",
        "refile", "refiled", "wrapup", "wrap-up", "amended", "clarification", "clarified",
        "writethru", "write-thru", "recast", "recasts", "adds", "embargo lifted",
        "1st lead", "2nd lead", "3rd lead", "new lead",
    ),
    "de": ("korrektur", "korrigiert", "berichtigung", "berichtigt", "aktualisiert",
           "aktualisierung", "wdh", "wiederholung", "roundup", "zusammenfassung", "neufassung"),
    "fr": ("corrigé", "rectificatif", "rectifié", "mise à jour", "actualisé", "actualisation",
           "maj", "reprise", "répétition"),
    "es": ("corrección", "corrige", "corregido", "rectificación", "actualización", "actualizado",
           "actualiza", "ampliación", "amplía", "repetición"),
    "pt": ("correção", "corrigido", "retificação", "atualização", "atualizado", "atualizada",
           "atualiza", "repetição"),
    "it": ("correzione", "corretto", "rettifica", "aggiornamento", "aggiornato", "aggiorna",
           "ripetizione"),
    "nl": ("correctie", "gecorrigeerd", "rectificatie", "bijgewerkt", "herhaling"),
    "sv": ("rättelse", "rättad", "uppdatering", "uppdaterad", "repris"),
    "da": ("rettelse", "rettet", "opdatering", "opdateret"),
    "no": ("rettet", "oppdatering", "oppdatert", "korrigert"),
    "fi": ("korjaus", "korjattu", "päivitys", "päivitetty"),
    "pl": ("korekta", "sprostowanie", "aktualizacja", "powtórzenie"),
    "cs": ("oprava", "opraveno", "aktualizace", "aktualizováno"),
    "hu": ("helyesbítés", "helyesbített", "frissítés", "frissítve"),
    "ro": ("corecție", "rectificare", "actualizare", "actualizat"),
    "el": ("διόρθωση", "ενημέρωση", "επανάληψη"),
    "ru": ("исправление", "исправлено", "исправленная версия", "обновление", "обновлено",
           "уточнение", "уточнено", "дополнено", "повтор"),
    "uk": ("виправлення", "виправлено", "оновлення", "оновлено", "уточнення", "доповнено"),
    "tr": ("düzeltme", "güncelleme", "güncellendi", "tekrar"),
    "id": ("koreksi", "ralat", "pembaruan", "diperbarui"),
    "vi": ("đính chính", "cập nhật"),
    "ar": ("تصحيح", "تحديث", "محدث", "إعادة"),
    "fa": ("اصلاحیه", "به روزرسانی"),
    "he": ("תיקון", "עדכון"),
    "hi": ("सुधार", "अपडेट", "संशोधित"),
    "zh": ("更正", "更新", "修正", "重发", "重發", "勘误", "勘誤"),
    "ja": ("訂正", "更新", "修正", "再送"),
    "ko": ("정정", "업데이트", "수정", "재송"),
}  # fmt: skip

_WORDS: Final = "|".join(
    re.escape(comparison_form(word))
    for word in sorted({word for words in MARKS.values() for word in words}, key=len, reverse=True)
)
_OPEN, _CLOSE = r"[\[(<【*/]", r"[\])>】*/]"
_MARK: Final = re.compile(
    rf"^{_OPEN}{{0,3}} ?(?:{_WORDS}) ?(?:no\.? ?|#)?\d{{0,2}} ?(?:{_CLOSE}|[:;,|-])"
    rf"|^(?:{_WORDS}) \d{{1,2}}\b"
    rf"|{_OPEN} ?(?:{_WORDS}) ?\d{{0,2}} ?{_CLOSE}$"
    rf"|[-|:] ?(?:{_WORDS})(?: \d{{1,2}})?$"
)


_NOT_WORDS: Final = re.compile(r"[\W_]+")


@cache
def _not_words_or_marks() -> re.Pattern[str]:
    """What parts words: vowel signs belong to them, though they are no letters."""
    marks = [chr(point) for point in range(0x300, 0x10000) if category(chr(point))[0] == "M"]
    return re.compile(f"(?:_|[^\\w{''.join(marks)}])+")


def title_words(title: str) -> str:
    """Return the words of a title, without a mark at its start.

    >>> title_words("(CORRECTED)-Acme Corp<ACME> 4th qtr")
    'acme corp acme 4th qtr'
    >>> title_words("किसानों को राहत")
    'किसानों को राहत'
    """
    form = comparison_form(title)
    mark = _MARK.match(form)
    rest = key_forms([form[mark.end() :] if mark else form])[0]
    pattern = _NOT_WORDS if rest.isascii() else _not_words_or_marks()
    return pattern.sub(" ", rest).strip()


def title_likeness(title: str, other: str) -> float:
    """Return how much two titles have in common, 0..100 (rapidfuzz `token_set_ratio`)."""
    return fuzz.token_set_ratio(title_words(title), title_words(other))


def is_marked(title: str | None) -> bool:
    """Return whether the title says that the item corrects, updates or repeats another.

    >>> is_marked("UPDATE 2-Rates rise"), is_marked("Update on the talks in Vienna")
    (True, False)
    """
    return bool(title) and _MARK.search(comparison_form(title or "")) is not None
