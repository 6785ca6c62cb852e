"""A label goes out of an otherwise clean text, and a sentence that opens like one stays.

A file of `texts/` is a language; each line opens with what it is:

- `+`: a paragraph of the story;
- `-`: a label that goes wherever it stands, here below the first paragraph;
- `_`: a label that goes below the story, where it may be an edge phrase;
- `?`: a sentence that looks like a label and stays in either place.
"""

from pathlib import Path

import pytest

from streams.core.residue.cleaner import find_residue

FILES = sorted((Path(__file__).parent / "texts").glob("*.txt"))


def _rows(file: Path) -> list[tuple[str, str]]:
    return [(row[0], row[2:]) for row in file.read_text(encoding="utf-8").splitlines()]


def _kept(lines: list[str]) -> list[str]:
    verdicts = find_residue(lines, "Ferry").verdicts
    return [line for line, verdict in zip(lines, verdicts, strict=True) if verdict is None]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_label_goes(file: Path) -> None:
    """The paragraphs around it stay, all of them."""
    rows = _rows(file)
    story = [text for sign, text in rows if sign == "+"]
    inside = [text for sign, text in rows if sign == "-"]
    below = [text for sign, text in rows if sign == "_"]
    assert [x for x in inside if _kept([story[0], x, *story[1:]]) != story] == []
    assert [x for x in below if _kept([*story, x]) != story] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_sentence_stays(file: Path) -> None:
    """Inside and below, whatever word it opens with."""
    rows = _rows(file)
    story = [text for sign, text in rows if sign == "+"]
    for text in (text for sign, text in rows if sign == "?"):
        for lines in ([story[0], text, *story[1:]], [*story, text]):
            assert _kept(lines) == lines
