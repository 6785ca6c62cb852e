"""`cleanwire explain`: why an article came out where it did."""

import asyncio
import sys

import typer

from streams.commands.shared import NOT_FOUND, Article, AsJson, err, out
from streams.explain.find import RejectedOutcome, WaitingMessage, answers
from streams.explain.printed import print_explanation, print_rejected, print_waiting
from streams.settings.load import load_settings


def explain_command(article: Article, *, as_json: AsJson = False) -> None:
    """Say what became of an article and why: published, held back as a copy, rejected, or waiting.

    With all that was removed from it, and the earlier articles that it was compared with.

    Status 5 when it is not on the topics.
    """
    found = asyncio.run(answers(load_settings(), article))
    if not found:
        err.print(f"{article} is not on the topics (they keep 7 days)", markup=False)
        raise typer.Exit(NOT_FOUND)
    for answer in found:
        if as_json:
            sys.stdout.write(answer.model_dump_json() + "\n")
        elif isinstance(answer, RejectedOutcome):
            print_rejected(out, answer)
        elif isinstance(answer, WaitingMessage):
            print_waiting(out, answer)
        else:
            print_explanation(out, answer)
