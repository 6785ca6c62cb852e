"""The table of docs/delivery.md that `make test-trust` writes."""

from pathlib import Path

from tests.support.harness import Result

PAGE = Path(__file__).parents[2] / "docs" / "delivery.md"
BEGIN, END = "<!-- trust: written by make test-trust -->", "<!-- trust: end -->"
HEAD = (
    "| disturbance | messages | lost | twice | wrong verdicts | longest pause | "
    "exits (times x status) |\n| --- | --- | --- | --- | --- | --- | --- |\n"
)


def row(name: str, result: Result) -> str:
    """Return a row of the table."""
    exits = ", ".join(f"{n} x {status}" for status, n in sorted(result.exits.items())) or "none"
    wrong = result.not_once_new + result.verdicts_changed
    return (
        f"| {name} | {result.messages:,} | {result.lost} | {result.published_twice} | {wrong} "
        f"| {result.longest_pause_s:.1f} s | {exits} |"
    )


def skipped(name: str, reason: str) -> str:
    """Return the row of a disturbance that could not be made here."""
    return f"| {name} | skipped: {reason} | | | | | |"


def write(row_of: dict[str, str], order: list[str]) -> None:
    """Put rows into the page; those that were not run now stay as they were."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    table, _, after = rest.partition(END)
    kept = {
        line.split(" | ")[0].removeprefix("| "): line for line in table.splitlines()[2:] if line
    }
    rows = kept | row_of
    lines = [rows[name] for name in order if name in rows]
    PAGE.write_text(f"{before}{BEGIN}\n{HEAD}" + "\n".join(lines) + f"\n{END}{after}", "utf-8")
