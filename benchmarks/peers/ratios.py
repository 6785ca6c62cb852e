"""Ratios of one run, cleanwire to each peer, and those that were recorded."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

RECORDED = Path(__file__).parent / "recorded.toml"
# A ratio of one run varies by a tenth on a shared machine.
ALLOWED_LOSS = 0.2

Ratios = Mapping[str, float]


def worse(measured: Ratios, recorded: Ratios) -> list[str]:
    """Return a line for each ratio that is worse than the recorded one by a fifth.

    A ratio that was not measured here, as its peer cannot run, says nothing.

    >>> worse({"articles/s : loop": 0.5}, {"articles/s : loop": 0.6})
    []
    >>> worse({"articles/s : loop": 0.4}, {"articles/s : loop": 0.6, "articles/s : quix": 0.2})
    ['articles/s : loop: 0.400, recorded 0.600']
    """
    return [
        f"{name}: {measured[name]:.3f}, recorded {ratio:.3f}"
        for name, ratio in recorded.items()
        if name in measured and measured[name] < ratio * (1 - ALLOWED_LOSS)
    ]


def read(file: Path = RECORDED) -> dict[str, float]:
    """Return the recorded ratios by name."""
    return {name: float(ratio) for name, ratio in tomllib.loads(file.read_text("utf-8")).items()}


def write(ratios: Ratios, file: Path = RECORDED) -> None:
    """Record ratios anew."""
    lines = [f'"{name}" = {ratio:.3f}' for name, ratio in ratios.items()]
    head = "# cleanwire : peer in one run, as `make bench-peers ARGS=--write` found it."
    file.write_text("\n".join([head, *lines, ""]), "utf-8")
