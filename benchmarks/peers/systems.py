"""The systems that are measured side by side: what each does, and what it promises."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from benchmarks.peers.told import Told
from streams.settings import Settings
from streams.topology import names

JAVA_SOURCES = Path(__file__).parent / "kafka_streams"
SIMPLE = "hash paragraphs, look up"
PUT_TOGETHER = "C4 lines, exact, MinHash LSH"
WHOLE = "clean, dedupe, furniture, reasons"


class UnavailableError(Exception):
    """A system cannot run here; the message says why."""


class System(NamedTuple):
    """A system: its name, its work, what it promises, and how it is started."""

    name: str
    job: str
    promises: str
    command: Callable[[Path], list[str]]
    is_cleanwire: bool = False
    # It is ended after so many: what takes minutes says no more than what takes one.
    at_most: int | None = None

    def start(self, told: Told, log: Path) -> "subprocess.Popen[bytes]":
        """Start it; it runs until it is ended.

        Raises:
            UnavailableError: when what it needs is not here.
        """
        command = self.command(log.parent)
        environment = os.environ | told.environment() | cleanwire_environment(told)
        with log.open("wb") as out:
            return subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT)

    def outputs(self, told: Told) -> list[str]:
        """Return the topics that it writes."""
        return list(names(_settings(told)).outputs) if self.is_cleanwire else [told.out]


def _settings(told: Told) -> Settings:
    return Settings(
        kafka=told.kafka, prefix=told.name, raw_topics=(told.raw,), data_dir=told.folder, web_port=0
    )


def cleanwire_environment(told: Told) -> dict[str, str]:
    """Return the settings by which a worker reads and writes as it is told."""
    return {
        "CLEANWIRE_KAFKA": told.kafka,
        "CLEANWIRE_PREFIX": told.name,
        "CLEANWIRE_RAW_TOPICS": told.raw,
        "CLEANWIRE_DATA_DIR": told.folder,
        "CLEANWIRE_WEB_PORT": "0",
        "CLEANWIRE_CREATE_TOPICS": "1",
    }


def _python(*arguments: str) -> Callable[[Path], list[str]]:
    return lambda _folder: [sys.executable, "-m", *arguments]


def _quix(folder: Path) -> list[str]:
    if find_spec("quixstreams") is None:
        raise UnavailableError("Quix Streams is not installed (extra `peers`)")
    return _python("benchmarks.peers.quix")(folder)


def _kafka_streams(folder: Path) -> list[str]:
    java, maven = shutil.which("java"), shutil.which("mvn")
    if java is None or maven is None:
        raise UnavailableError("no Java or no Maven here")
    into = folder.parent / "kafka-streams"
    jars = into / "simple-job-1.jar"
    if not jars.exists():
        build = [
            maven,
            "-q",
            "-B",
            f"-Dbuild.into={into}",
            "package",
            "dependency:copy-dependencies",
        ]
        done = subprocess.run(build, cwd=JAVA_SOURCES, capture_output=True, text=True, check=False)
        if done.returncode:
            raise UnavailableError(f"Maven could not build it: {done.stdout[-300:]}")
    quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
    return [java, "-Xmx1g", quiet, "-cp", f"{jars}:{into}/dependency/*", "SimpleJob"]


SYSTEMS = (
    System(
        "cleanwire",
        WHOLE,
        "exactly once, on disk",
        _python("streams.cli", "worker"),
        is_cleanwire=True,
    ),
    System("kafka-streams", SIMPLE, "exactly once, on disk", _kafka_streams),
    System("quix", SIMPLE, "exactly once, on disk", _quix),
    System(
        "faust",
        SIMPLE,
        "at least once, in a topic",
        _python("benchmarks.peers.faust_app"),
        at_most=6_000,
    ),
    System("loop", SIMPLE, "nothing", _python("benchmarks.peers.loop", "simple")),
    System("loop-rensa", PUT_TOGETHER, "nothing", _python("benchmarks.peers.loop", "rensa")),
    System(
        "loop-datasketch", PUT_TOGETHER, "nothing", _python("benchmarks.peers.loop", "datasketch")
    ),
)
