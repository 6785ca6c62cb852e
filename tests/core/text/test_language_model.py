"""The language model counts as py3langid itself does."""

import random

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier, visit_counts

from streams.core.text.language_model import WindowIdentifier, load

TEXTS = (
    "The ferry to the islands sails twice a day from now on, said the harbour office.",
    "LA BARCA PARTE DUE VOLTE AL GIORNO",
    "Паром теперь ходит дважды в день, сообщили в управлении порта.",
    "تبحر العبارة الآن مرتين في اليوم",
    "渡輪現在每天開兩班",
    "เรือข้ามฟากออกวันละสองเที่ยว",
    "12 345",
    "",
)


@pytest.fixture(scope="module")
def ours() -> WindowIdentifier:
    """The classifier of the product."""
    return load()


@pytest.fixture(scope="module")
def theirs() -> LanguageIdentifier:
    """The classifier of the library."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@pytest.mark.parametrize("text", TEXTS)
def test_language_and_confidence_are_those_of_py3langid(
    text: str, ours: WindowIdentifier, theirs: LanguageIdentifier
) -> None:
    """A text gets the code and the confidence that the library gives it."""
    assert ours.classify(text) == theirs.classify(text)


def test_any_bytes_give_the_counts_of_py3langid(
    ours: WindowIdentifier, theirs: LanguageIdentifier
) -> None:
    """Six bytes are enough for every state of the automaton: none before changes a count."""
    rng = random.Random(6)  # noqa: S311 - the same every time
    parts = [text.encode() for text in TEXTS]
    for _ in range(300):
        mixed = b"".join(rng.choice(parts)[rng.randrange(9) :][:9] for _ in range(30))
        assert ours.visits(mixed) == (
            visit_counts(theirs.tk_nextmove, theirs._rowbase, theirs.tk_output, mixed) or {}
        )
