"""A full window after SIGKILL: how long until the worker is ready again, and how much memory.

    python benchmarks/recovery.py [--articles N]

Fills the window with N articles of some 4.5 KB, a fifth copies, through a real worker; kills it;
starts it again; waits for /readyz. The time includes the old worker's session of 6 s.
"""

import argparse
import asyncio
import os
import signal
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.speed import fill, read_outputs, start_worker
from streams.kafka.broker.broker import EmbeddedBroker
from streams.kafka.broker.listening import free_port
from streams.kafka.topics.topics import ensure
from streams.settings import Settings

READY_LIMIT_S = 300


def wait_until_ready(port: int) -> float:
    """Return the seconds until /readyz says 200."""
    started = time.monotonic()
    while time.monotonic() - started < READY_LIMIT_S:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1):
                return time.monotonic() - started
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"not ready after {READY_LIMIT_S} s")


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no memory figure for process {pid}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=100_000)
    count: int = parser.parse_args().articles
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kafka = (
            os.environ.get("CLEANWIRE_KAFKA")
            or stack.enter_context(EmbeddedBroker(folder / "kafka")).bootstrap
        )
        settings = Settings(
            kafka=kafka,
            prefix=f"bench-recovery-{uuid.uuid4().hex[:6]}",
            data_dir=str(folder),
            web_port=free_port(),
        )
        asyncio.run(ensure(settings, create=True))
        log = folder / "worker.log"
        fill(settings, count)
        worker = start_worker(settings, log)
        read_outputs(settings, count, limit_s=60 + count / 100)
        full_mb = resident_mb(worker.pid)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker = start_worker(settings, log)
        ready_s = wait_until_ready(settings.web_port)
        recovered_mb = resident_mb(worker.pid)
        worker.terminate()
        worker.wait()
    table = Table("articles in the window", "ready after SIGKILL", "memory, full", "recovered")
    table.add_row(f"{count:,}", f"{ready_s:.1f} s", f"{full_mb:.0f} MB", f"{recovered_mb:.0f} MB")
    Console().print(table)


if __name__ == "__main__":
    main()
