# ruff: noqa: RUF001 - a dotless i is a letter of Turkish
"""Numbers written as words: "three people died", later five. Small ones are, in most papers.

"One" is an article in most languages and left out. In Chinese and Japanese number words are numbers
like those in digits (`article/facts.py`).
"""

from functools import cache
from typing import Final

from streams.core.text.key_form import key_forms

_BY_LANGUAGE: Final = {
    "en": "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred dozen",
    "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn "
    "zwanzig dreißig vierzig fünfzig sechzig hundert dutzend",
    "fr": "deux trois quatre cinq sept huit neuf dix onze douze treize quatorze quinze seize vingt "
    "trente quarante cinquante soixante cent dizaine vingtaine",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince veinte "
    "treinta cuarenta cincuenta sesenta cien docena",
    "pt": "dois duas três quatro cinco sete oito nove dez onze doze treze catorze quinze vinte "
    "trinta quarenta cinquenta sessenta cem dúzia",
    "it": "due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici "
    "quindici venti trenta quaranta cinquanta sessanta cento",
    "nl": "twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien "
    "twintig dertig veertig vijftig honderd",
    "sv": "två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton tjugo trettio",
    "da": "to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten tyve tredive",
    "no": "to tre fire fem seks sju åtte ni ti elleve tolv tretten fjorten femten tjue tretti",
    "fi": "kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen",
    "pl": "dwie dwóch dwoje trzy trzech troje cztery czterech pięć pięciu sześć sześciu siedem "
    "osiem dziewięć dziesięć",
    "cs": "dva dvě dvou tři čtyři pět šest sedm osm devět deset",
    "hu": "két kettő három négy öt hat hét nyolc kilenc tíz",
    "ro": "doi două trei patru cinci șase șapte opt nouă zece",
    "ru": "два две двое двух три трое трёх четыре четверо пять пятеро шесть шестеро семь восемь "
    "девять десять",
    "uk": "два дві двоє двох три троє трьох чотири четверо п'ять шість сім вісім дев'ять десять",
    "sr": "dva dve dvoje tri troje četiri četvoro pet petoro šest sedam osam devet deset два две "
    "двоје три троје четири четворо пет шест седам осам девет десет",
    "bg": "двама двете трима четирима петима шестима пет шест седем осем девет десет",
    "el": "δύο τρεις τρία τέσσερις τέσσερα πέντε έξι επτά οκτώ εννέα δέκα",
    "tr": "iki üç dört beş altı yedi sekiz dokuz on",
    "id": "dua tiga empat lima enam tujuh delapan sembilan sepuluh",
    "vi": "hai ba bốn năm sáu bảy tám chín mười",
    "sw": "wawili watatu wanne watano sita saba wanane tisa kumi",
    "ar": "ثلاثة ثلاث أربعة أربع خمسة خمس ستة ست سبعة سبع ثمانية تسعة تسع عشرة",
    "fa": "دو سه چهار پنج شش هفت هشت نه ده",
    "ur": "دو تین چار پانچ چھ سات آٹھ نو دس",
    "he": "שני שתי שלושה שלוש ארבעה ארבע חמישה חמש שישה שש שבעה שבע שמונה תשעה עשרה",
    "hi": "दो तीन चार पाँच पांच छह सात आठ नौ दस",
}


@cache
def number_words(language: str | None) -> frozenset[str]:
    """Return the number words of a language, in the form in which texts are compared.

    >>> "funf" in number_words("de-AT"), number_words(None)
    (True, frozenset())
    """
    words = _BY_LANGUAGE.get((language or "").partition("-")[0].lower(), "")
    return frozenset(key_forms([words])[0].casefold().split())
