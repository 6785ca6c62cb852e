"""`cleanwire rules check` and `new`: residue rules of one source, without any Python."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from streams.commands.shared import err, out
from streams.core.rules.apply import RULES_FOLDER, read_rules
from streams.core.rules.check import check_rules, new_rule_stub
from streams.core.text.address import registrable_domain
from streams.settings.load import load_settings

rules_app = typer.Typer(no_args_is_help=True, help="Check and write residue rules of one source.")

Directory = Annotated[
    Path | None,
    typer.Option("--dir", help="Where the rule files are; CLEANWIRE_RULES_DIR if not given."),
]


@rules_app.command("check")
def check_command(directory: Directory = None) -> None:
    """Run every example and counter-example of the rules, yours and the installed ones.

    Status 1 when one does not hold, 2 when a file cannot be read.
    """
    own = directory or _own_directory()
    for folder in [RULES_FOLDER] if own is None else [RULES_FOLDER, own]:
        rules = read_rules(folder)
        problems = check_rules(rules)
        for problem in problems:
            err.print(problem, markup=False, soft_wrap=True)
        if problems:
            raise typer.Exit(1)
        count = sum(map(len, rules.values()))
        where = "installed" if folder == RULES_FOLDER else str(folder)
        message = f"{where}: {count} rules in {len(rules)} files, and every example holds"
        out.print(message, highlight=False, markup=False, soft_wrap=True)


@rules_app.command("new")
def new_command(
    domain: Annotated[str, typer.Argument(help="The source, e.g. example.com.")],
    directory: Directory = None,
) -> None:
    """Write a rule file to start from. Status 1 when there is one, 2 when it would not be used."""
    text = new_rule_stub(domain)
    registered = registrable_domain(f"https://{domain}/")
    if registered not in (None, domain):
        raise ValueError(
            f"rules go by the registered domain: articles of {domain} look for {registered}.toml. "
            f"Run: cleanwire rules new {registered}"
        )
    folder = directory or _own_directory()
    if folder is None:
        raise ValueError(
            "set CLEANWIRE_RULES_DIR to a directory for rules of your own, or name one by --dir"
        )
    path = folder / f"{domain}.toml"
    if path.exists():
        err.print(f"{path} is there already", markup=False, soft_wrap=True)
        raise typer.Exit(1)
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{path}\nFill it in, then run: cleanwire rules check\n")
    if directory is not None and directory != _own_directory():
        sys.stdout.write(f"Workers read it with CLEANWIRE_RULES_DIR={directory}\n")


def _own_directory() -> Path | None:
    directory = load_settings().rules_dir
    return Path(directory) if directory else None
