"""`cleanwire rules check` and `new`: residue rules of one source, without any Python."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from streams.commands.shared import err, out
from streams.core.rules.apply import RULES, read_rules
from streams.core.rules.check import check_rules, new_rule_stub

rules_app = typer.Typer(no_args_is_help=True, help="Residue rules of one source.")

Directory = Annotated[Path, typer.Option("--dir", help="Where the rule files are.")]


@rules_app.command("check")
def check_command(directory: Directory = RULES) -> None:
    """Run every example and counter-example of the rules. Status 1 when one does not hold."""
    rules = read_rules(directory)
    problems = check_rules(rules)
    for problem in problems:
        err.print(problem, markup=False, soft_wrap=True)
    if problems:
        raise typer.Exit(1)
    count = sum(map(len, rules.values()))
    out.print(f"{count} rules in {len(rules)} files, and every example holds")


@rules_app.command("new")
def new_command(
    domain: Annotated[str, typer.Argument(help="The source, e.g. example.com.")],
    directory: Directory = RULES,
) -> None:
    """Write a rule file to start from."""
    path = directory / f"{domain}.toml"
    text = new_rule_stub(domain)
    if path.exists():
        err.print(f"{path} is there already", markup=False, soft_wrap=True)
        raise typer.Exit(1)
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{path}\nFill it in, then run: cleanwire rules check\n")
