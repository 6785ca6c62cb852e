"""The installed command, as a user runs it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

CLEANWIRE = Path(sys.executable).with_name("cleanwire")


def cleanwire(
    *arguments: str | Path,
    cwd: Path,
    stdin: bytes | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Run `cleanwire` in a directory, with nothing of the caller's settings but `env`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLEANWIRE_")}
    done = subprocess.run(
        [CLEANWIRE, *arguments],
        cwd=cwd,
        input=stdin or b"",
        env=kept | {"PYTHONPATH": str(Path(__file__).parents[2])} | dict(env or {}),
        capture_output=True,
        check=False,
        timeout=timeout,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )
