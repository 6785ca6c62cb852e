# ruff: noqa: RUF001 - months in the letters of their languages
"""Keys of lines that are the same but for a date, a time or a number."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import xxhash
from numpy.typing import NDArray

from streams.core.text.key_form import key_forms

# Longer paragraphs are text: one with another number is another one.
MASKED_WORDS: Final = 12
_CALENDAR: Final = """
january february march april may june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec
monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun
januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag
samstag sonnabend sonntag
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
lundi mardi mercredi jeudi vendredi samedi dimanche
enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre
lunes martes miércoles jueves viernes sábado domingo
janeiro fevereiro março maio junho julho setembro outubro novembro dezembro
gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
lunedì martedì mercoledì giovedì venerdì sabato domenica
januari februari maart mei augustus maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
poniedziałek wtorek środa czwartek piątek sobota niedziela
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
понедельник вторник среда четверг пятница суббота воскресенье
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου
νοεμβρίου δεκεμβρίου δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
pazartesi salı çarşamba perşembe cuma cumartesi pazar
يناير فبراير مارس أبريل ابريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
الأحد الإثنين الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت
فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند
ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר
जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर
सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार
มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม
จันทร์ อังคาร พุธ พฤหัสบดี ศุกร์ เสาร์ อาทิตย์
am pm
"""
_LOW: Final = 0xFFFF_FFFF
_NAMES: Final = frozenset(key_forms([_CALENDAR.replace("\n", " ")])[0].casefold().split())
_AROUND: Final = ",.;:()[]|-"
# Names that no blank parts from what is around them.
_UNSPACED: Final = re.compile(
    "|".join(name for name in _NAMES if "\u0e00" <= name[0] <= "\u0e7f") + "|[月火水木金土日]曜"
)
# A number, not the digits in a name ("A7", "covid19").
_DIGITS: Final = re.compile(r"(?<![^\W\d_])\d+")
_RUN: Final = re.compile(r"0(?:[\s,.:/-]*0)+")


def mask_keys(
    forms: Sequence[bytes],
    exact: NDArray[np.uint64],
    measure: NDArray[np.uint32],
    numbers: NDArray[np.uint32],
) -> NDArray[np.uint32]:
    """Return 32 bits of the exact key, or the key of the masked line where one has a number."""
    keys = exact.astype(np.uint32)
    for number in ((numbers > 0) & (measure <= MASKED_WORDS)).nonzero()[0].tolist():
        form = masked(forms[number].decode("utf-8", "surrogatepass"))
        keys[number] = xxhash.xxh3_64_intdigest(form.encode("utf-8", "surrogatepass")) & _LOW
    return keys


def masked(form: str) -> str:
    """Return a key form, case folded, with every run of dates and numbers one zero.

    >>> masked("updated on friday, 12 march 2026, 14:30 by the desk")
    'updated on 0 by the desk'
    """
    if not form.isascii():
        form = _UNSPACED.sub("0", form)
    words = _DIGITS.sub("0", form).split(" ")
    form = " ".join(["0" if word.strip(_AROUND) in _NAMES else word for word in words])
    return _RUN.sub("0", form)
