"""The jars of Apache Kafka: which ones (kafka-jars.lock), fetched once from Maven Central.

The lock names each jar with its SHA-256, so what runs is what was tested, and no dependency has to
be resolved on a user's machine. `python -m streams.kafka.broker.jars` writes the lock anew.
"""

import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jgo.maven import MavenContext

KAFKA_VERSION = "4.1.2"
# slf4j-simple writes Kafka's warnings to stderr, where the broker's log file takes them.
ROOTS = (f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}", "org.slf4j:slf4j-simple:1.7.36")
LOCK = Path(__file__).with_name("kafka-jars.lock")
INSTALL_HINT = "pip install 'cleanwire[broker]'"

DownloadProgress = Callable[[str], None]


class BrokerError(Exception):
    """The embedded Kafka cannot be had or started; the message says what to do."""


def cache_dir() -> Path:
    """Return where jars are kept: `$XDG_CACHE_HOME/cleanwire`, else `~/.cache/cleanwire`."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "cleanwire"


def ensure_jars(progress: DownloadProgress, cache: Path | None = None) -> Path:
    """Return the directory of Kafka's jars, fetching them when they are not there yet.

    Raises:
        BrokerError: if they cannot be fetched, or are not what the lock says.
    """
    wanted = _read_lock()
    # Named by content: another lock gives another directory. It appears whole or not at all.
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:8]
    home = (cache or cache_dir()) / f"kafka-{KAFKA_VERSION}-{digest}"
    if home.is_dir():
        return home
    home.parent.mkdir(parents=True, exist_ok=True)
    with _exclusive(home.with_suffix(".lock")):
        if not home.is_dir():
            with tempfile.TemporaryDirectory(dir=home.parent) as work:
                _fetch(wanted, Path(work), progress).rename(home)
    return home


def _fetch(wanted: dict[str, str], work: Path, progress: DownloadProgress) -> Path:
    context = _maven(work / "repository")
    jars = work / "jars"
    jars.mkdir()

    def fetch(coordinate: str) -> None:
        jar = context.create_dependency(coordinate).artifact.resolve()
        found = hashlib.sha256(jar.read_bytes()).hexdigest()
        if found != wanted[coordinate]:
            raise BrokerError(f"{coordinate} has SHA-256 {found}, not {wanted[coordinate]}.")
        shutil.move(jar, jars / jar.name)

    progress(f"fetching Apache Kafka {KAFKA_VERSION} from Maven Central (43 MB, once)")
    with ThreadPoolExecutor(8) as pool:
        pending = pool.map(fetch, wanted)
        for done in range(1, len(wanted) + 1):
            try:
                next(pending)
            except (OSError, RuntimeError) as error:  # requests' errors are OSErrors
                pool.shutdown(cancel_futures=True)
                raise BrokerError(
                    f"Apache Kafka cannot be fetched from Maven Central ({error}). Check the "
                    "network or proxy (HTTPS_PROXY), or set CLEANWIRE_KAFKA=host:port to use a "
                    "broker of your own."
                ) from error
            if done % 10 == 0 or done == len(wanted):
                progress(f"fetched {done} of {len(wanted)} jars")
    return jars


def _maven(repository: Path) -> "MavenContext":
    try:
        from jgo.maven import MavenContext  # noqa: PLC0415  an extra, needed here only
    except ImportError as error:
        raise BrokerError(f"The embedded Kafka is an extra: {INSTALL_HINT}") from error
    return MavenContext(repo_cache=repository, local_repos=[], timeout=30)


def _read_lock() -> dict[str, str]:
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    return dict(line.split() for line in lines if not line.startswith("#"))


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    with path.open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def write_lock() -> None:
    """Resolve `ROOTS` with all they need, and write coordinates and checksums to the lock."""
    with tempfile.TemporaryDirectory() as work:
        context = _maven(Path(work))
        inputs, rest = context.resolver.resolve([context.create_dependency(r) for r in ROOTS])
        rows = sorted(
            f"{d.groupId}:{d.artifactId}:{d.version} "
            + hashlib.sha256(d.artifact.resolve().read_bytes()).hexdigest()
            for d in [*inputs, *rest]
        )
    head = "# Written by: python -m streams.kafka.broker.jars\n"
    LOCK.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_lock()
    sys.stdout.write(f"{LOCK} written\n")
