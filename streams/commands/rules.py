"""`cleanwire rules`: check the rules of sources, or start a file for a new source."""

from pathlib import Path
from typing import Annotated

import typer

from streams.commands.shared import err, out
from streams.core.rule_check import check_rules, new_rule_stub
from streams.core.rules import RULES, read_rules

app = typer.Typer(no_args_is_help=True, help="The rules of sources: check them, or start a file.")
Directory = Annotated[Path, typer.Option(help="Where the rule files stand.")]


@app.command()
def check(directory: Directory = RULES) -> None:
    """Run every example and counter-example; exit status 1 when one fails."""
    rules = read_rules(directory)
    problems = check_rules(rules)
    for problem in problems:
        err.print(problem, markup=False, soft_wrap=True)
    if problems:
        raise typer.Exit(1)
    count = sum(map(len, rules.values()))
    out.print(f"{count} rules of {len(rules)} files are sound", markup=False, highlight=False)


@app.command()
def new(domain: str, directory: Directory = RULES) -> None:
    """Write a stub for a source's rules. An existing file is left alone."""
    stub = new_rule_stub(domain)
    path = directory / f"{domain}.toml"
    with path.open("x", encoding="utf-8") as file:
        file.write(stub)
    out.print(f"{path}: fill it in, then run `cleanwire rules check`", markup=False, soft_wrap=True)
