"""How a program of ours begins: what can be told to it, or be wrong, before anything else runs."""

import os
import signal
import sys
from collections.abc import Callable
from io import TextIOWrapper
from types import FrameType
from typing import TypeVar

from streams.exit_status import ExitStatus

Built = TypeVar("Built")


def main() -> None:
    """Run `cleanwire`."""
    leave_on_sigterm()
    open_streams()
    from streams.cli import main as run  # noqa: PLC0415 - takes a second, in which a signal may come

    run()


def open_streams() -> None:
    """Make the standard streams ones that anything can be written to.

    One that was closed (`>&-`) leads nowhere, before a file or socket takes its number. What goes
    to a file or a program is UTF-8, as JSON must be, whatever the locale; names of files that are
    no text are written with escapes.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free
    sys.stdout = sys.stdout or open(1, "w", closefd=False)  # noqa: SIM115 - for as long as the program runs
    sys.stderr = sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115 - as above
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


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
