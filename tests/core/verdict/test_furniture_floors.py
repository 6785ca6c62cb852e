"""Floors of what a source's memory removes, on the made-up stories of the benchmark."""

from benchmarks.furniture import SOURCES, measure

FLOORS = {
    "constant": 1.0,
    "behind a varying line": 0.95,
    "dated": 0.9,
    "numbered": 0.9,
    "label inside": 0.75,  # from the sixth story on
}
MOST_GENUINE_LOST = 0.002


def test_standing_lines_go_and_genuine_ones_stay() -> None:
    """From a source's fourth story on its standing lines are gone, whatever its script and pace."""
    gone = measure(SOURCES, stories=12)
    for kind, share in gone.items():
        name = kind.removesuffix(", slow source")
        if kind == "label inside, slow source":
            assert share == 0.0, "a window of one story tells no label"
        elif name in FLOORS:
            assert share >= FLOORS[name], kind
        else:
            assert share <= MOST_GENUINE_LOST, kind
