"""Records of other releases are read: those of earlier ones, and what a later one may add.

`tests/golden/releases/` keeps a sample of every record of each release that was published.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas import (
    CleanArticle,
    DuplicateArticle,
    PreparedArticle,
    RawArticle,
    ReleaseRequest,
)
from schemas.base import Contract
from streams.core.dedupe import Deduper
from streams.settings import DedupeSettings

RELEASES = sorted((Path(__file__).parents[1] / "golden" / "releases").iterdir())
CONTRACTS = {
    contract.__name__: contract
    for contract in (PreparedArticle, CleanArticle, DuplicateArticle, ReleaseRequest)
}
# The fields whose words a later release may add to.
OPEN = {"reason", "rule", "note", "content_type"}
OPEN_LISTS = {"flags", "notes"}
# Names in these are not ours.
MAPS = {"extra", "thresholds"}
NOW_MS = 1_780_000_100_000

each_sample = pytest.mark.parametrize(
    ("release", "name"), [(release, name) for release in RELEASES for name in CONTRACTS],
    ids=lambda value: value if isinstance(value, str) else value.name,
)  # fmt: skip


def sample(release: Path, name: str) -> Any:
    """Return the fields of a stored record."""
    return json.loads((release / f"{name}.json").read_text("utf-8"))


def of_a_later_release(value: Any) -> Any:
    """Return a record with a field more in every object, and new words where they are open."""
    if isinstance(value, list):
        return [of_a_later_release(item) for item in value]
    if not isinstance(value, dict):
        return value
    later = {
        name: item if name in MAPS else of_a_later_release(item) for name, item in value.items()
    }
    later |= dict.fromkeys(OPEN & later.keys(), "word_of_tomorrow")
    later |= {name: ["word_of_tomorrow", *later[name]] for name in OPEN_LISTS & later.keys()}
    later |= {name: "guessed" for name in later if name.endswith("_origin")}
    return later | {"added_tomorrow": {"a": 1}}


def what_is_in(stored: Any, read: Any) -> Any:
    """Return of a record that was read the fields that the stored one has."""
    if isinstance(stored, list):
        return [what_is_in(*pair) for pair in zip(stored, read, strict=True)]
    if isinstance(stored, dict):
        return {name: what_is_in(stored[name], read[name]) for name in stored}
    return read


def words_of(value: Any) -> Iterator[str]:
    """Yield the texts in a record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from words_of(item)


@each_sample
def test_a_record_of_an_earlier_release_is_read(release: Path, name: str) -> None:
    """All that was written is there; fields that were added since have their defaults."""
    stored = sample(release, name)
    read = json.loads(CONTRACTS[name].model_validate(stored).model_dump_json())
    assert what_is_in(stored, read) == stored


@each_sample
def test_a_record_of_a_later_release_is_read(release: Path, name: str) -> None:
    """Going back one release leaves nothing unread: added fields are left out, new words stand."""
    contract: type[Contract] = CONTRACTS[name]
    read = contract.model_validate_json(json.dumps(of_a_later_release(sample(release, name))))
    dumped = read.model_dump_json()
    assert "added_tomorrow" not in dumped
    assert "guessed" in set(words_of(json.loads(dumped)))


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_stage_2_decides_with_records_of_both(release: Path) -> None:
    """The window holds a record of that release; a prepared article of a later one comes."""
    deduper = Deduper(DedupeSettings())
    deduper.remember(0, bytes.fromhex((release / "window.hex").read_text()))
    fields = of_a_later_release(sample(release, "PreparedArticle"))
    fields |= {"id": "other.example/1", "source": "other.example"}
    fields["raw_ref"] = {"topic": "news.raw", "partition": 1, "offset": 5}
    article = PreparedArticle.model_validate_json(json.dumps(fields))
    decided = deduper.decide(article, 1, NOW_MS).article
    assert decided is not None
    assert decided.verdict == "syndicated"
    assert "word_of_tomorrow" in decided.flags
    request = ReleaseRequest.model_validate_json(
        json.dumps(of_a_later_release(sample(release, "ReleaseRequest")))
    )
    assert deduper.release(request, 2, NOW_MS).article is not None


def test_what_a_producer_sends_is_checked_all_the_same() -> None:
    """A content type that nobody can read is refused, an unknown field ignored."""
    assert RawArticle.model_validate({"content": "x", "more": 1}).content == "x"
    with pytest.raises(ValueError, match="content_type"):
        RawArticle.model_validate({"content": "x", "content_type": "word_of_tomorrow"})
