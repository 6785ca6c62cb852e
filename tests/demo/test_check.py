"""The demo notices what is not as it should be."""

from pathlib import Path

import pytest

from streams.core.messages.message import Message
from streams.demo.check import mistakes
from streams.demo.steps import HERE, Step, steps
from streams.topology import Door

BROKEN = Step(name="broken", label="", door=Door.REJECTED, reason="not_utf8", bytes_hex="ff")


def rejected(**changed: object) -> Message:
    """Return what should come of `BROKEN`, with some of it changed."""
    right = {
        "topic": "demo.rejected",
        "partition": 0,
        "offset": 0,
        "timestamp_ms": 0,
        "key": None,
        "value": b"\xff",
        "headers": (("cleanwire-reason", b"not_utf8"),),
    }
    return Message(**(right | changed))  # type: ignore[arg-type]


def test_says_nothing_when_all_is_well() -> None:
    """One outcome, at the right door, with the right bytes and reason."""
    assert mistakes([BROKEN], {"broken": [rejected()]}) == []


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        ([], "0 outcomes"),
        ([rejected(), rejected()], "2 outcomes"),
        ([rejected(topic="demo.clean")], "came out at demo.clean"),
        ([rejected(value=b"\xfe")], "bytes"),
        ([rejected(headers=(("cleanwire-reason", b"no_text"),))], "rejected for no_text"),
    ],
)
def test_names_what_is_wrong(outcomes: list[Message], said: str) -> None:
    """Lost, twice, at the wrong door, changed, or for another reason."""
    assert said in "\n".join(mistakes([BROKEN], {"broken": outcomes}))


def test_pushes_every_kind_of_case() -> None:
    """The demo shows all doors, and every verdict that a first look should show."""
    assert {step.door for step in steps()} == {Door.CLEAN, Door.DUPLICATES, Door.REJECTED}
    assert {step.verdict for step in steps()} >= {"new", "update", "duplicate", "syndicated"}


@pytest.mark.parametrize("name", ["seed_raw.txt", "seed_expected.txt"])
def test_shows_the_golden_case(name: str) -> None:
    """Its copy of the first article is the golden one."""
    golden = Path(__file__).parents[1] / "golden" / name
    assert (HERE / name).read_bytes() == golden.read_bytes()
