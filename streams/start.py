"""How a program of ours begins: what can be told to it, or be wrong, before anything else runs."""

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

from streams.exit_status import ExitStatus

Built = TypeVar("Built")


def main() -> None:
    """Run `cleanwire`."""
    leave_on_sigterm()
    from streams.cli import main as run  # noqa: PLC0415 - takes a second, in which a signal may come

    run()


def leave_on_sigterm() -> None:
    """Take SIGTERM as what it is until the worker does: nothing has begun, so nothing is to end."""
    signal.signal(signal.SIGTERM, _leave)


def _leave(number: int, frame: FrameType | None) -> None:
    del number, frame
    os._exit(0)


def built_or_exit(build: Callable[[], Built]) -> Built:
    """Return what `build` makes of the settings, or end with status 2 and every mistake."""
    from streams.settings.load import COMPLAINT, SettingsError  # noqa: PLC0415 - as above

    try:
        return build()
    except SettingsError as error:
        sys.stderr.write(f"cleanwire: {COMPLAINT}\n{error}\n")
        sys.exit(ExitStatus.CONFIGURATION)
