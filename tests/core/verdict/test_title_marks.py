import pytest

from streams.core.verdict.title_marks import is_marked, title_words


@pytest.mark.parametrize(
    "title",
    [
        "CORRECTED-Bank raises rates",
        "(CORRECTED) - Bank raises rates",
        "UPDATE 2-Bank raises rates",
        "RPT-Bank raises rates",
        "Update: bank raises rates",
        "Bank raises rates (updated)",
        "Bank raises rates - UPDATE 1",
        "WRAPUP 3-Markets calm",
        "KORREKTUR: Bank erhöht Zinsen",
        "ROUNDUP 2: Bank erhöht Zinsen",
        "CORRIGÉ - La banque relève ses taux",
        "Mise à jour : la banque relève ses taux",
        "CORRECCIÓN: el banco sube los tipos",
        "ATUALIZAÇÃO 1-Banco sobe juros",
        "RETTIFICA: la banca alza i tassi",
        "ИСПРАВЛЕНО: банк повышает ставку",
        "更正\uff1a央行加息",
        "【訂正】中銀が利上げ",
        "[정정] 은행 금리 인상",
        "تحديث 1-البنك يرفع الفائدة",
        "Oprava: banka zvýšila sazby",
    ],
)
def test_marked_titles(title: str) -> None:
    """The words that desks put before a headline are known in the main languages."""
    assert is_marked(title)


@pytest.mark.parametrize(
    "title",
    [
        None,
        "",
        "Update on the talks in Vienna",
        "Corrections officer arrested",
        "Repeat offenders face longer terms",
        "What the update of the tax code means",
        "Mayor adds two lanes to bridge",
        "Bank corrects its forecast for 2027",
    ],
)
def test_ordinary_titles(title: str | None) -> None:
    """A headline that uses such a word in its sentence is not marked."""
    assert not is_marked(title)


def test_marks_are_no_words_of_the_title() -> None:
    """Titles are compared without their marks and without punctuation."""
    assert title_words("CORRECTED-Acme <ACM> 4th qtr") == title_words("Acme ACM: 4th qtr")
