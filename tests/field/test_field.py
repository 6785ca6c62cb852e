"""What users of neighbouring projects complained about comes out as they expected it."""

import tomllib
from csv import DictReader
from pathlib import Path

import pytest

from tests.field.run import case_names, differences

_HERE = Path(__file__).parent


def _not_yet() -> dict[str, str]:
    """Return the cases that are known to be wrong, each with its kind."""
    table = tomllib.loads((_HERE / "not_yet.toml").read_text(encoding="utf-8"))
    return {case: kind for kind, cases in table.items() for case in cases}


_WRONG = _not_yet()
_CASES = [
    pytest.param(
        name, marks=pytest.mark.xfail(strict=True, reason=_WRONG[name]) if name in _WRONG else ()
    )
    for name in case_names()
]


@pytest.mark.parametrize("name", _CASES)
def test_a_case_comes_out_as_expected(name: str) -> None:
    """Text, fields and verdicts are what the complaint asked for."""
    assert not differences(name)


def test_every_case_has_a_kind() -> None:
    """The table of kinds names the cases that there are, and so does the table of wrong ones."""
    with (_HERE / "kinds.tsv").open(encoding="utf-8") as file:
        kinds = {row["case"] for row in DictReader(file, delimiter="\t")}
    assert kinds == set(case_names())
    assert kinds >= set(_WRONG)
