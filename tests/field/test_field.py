"""What users of neighbouring projects complained about comes out as they expected it."""

import tomllib
from csv import DictReader
from pathlib import Path

import pytest

from tests.field.run import FOUND, case_names, differences

_HERE = Path(__file__).parent


def _not_yet() -> dict[str, str]:
    """Return the cases that are known to be wrong, each with its kind."""
    table = tomllib.loads((_HERE / "not_yet.toml").read_text(encoding="utf-8"))
    return {case: kind for kind, cases in table.items() for case in cases}


_WRONG = _not_yet()


@pytest.mark.parametrize("name", [name for name in case_names() if name not in _WRONG])
def test_a_case_comes_out_as_expected(name: str) -> None:
    """Text, fields and verdicts are what the complaint asked for."""
    assert not differences(name)


@pytest.mark.parametrize("name", case_names(FOUND))
def test_a_variation_comes_out_as_expected(name: str) -> None:
    """What went wrong once when an input was varied by language, layout or producer."""
    assert not differences(name, FOUND)


@pytest.mark.parametrize("name", sorted(_WRONG))
def test_a_case_that_is_right_leaves_the_table_of_wrong_ones(name: str) -> None:
    """What is listed in `not_yet.toml` is still wrong; what is no longer, is taken out there."""
    assert differences(name), f"{name} is right now: take it out of tests/field/not_yet.toml"


def test_every_case_has_a_kind() -> None:
    """The table of kinds names the cases that there are, and so does the table of wrong ones."""
    with (_HERE / "kinds.tsv").open(encoding="utf-8") as file:
        kinds = {row["case"] for row in DictReader(file, delimiter="\t")}
    assert kinds == set(case_names())
    assert kinds >= set(_WRONG)
