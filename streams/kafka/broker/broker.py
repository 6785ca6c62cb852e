"""`EmbeddedBroker`: a real Apache Kafka, one KRaft node on loopback, from Python packages alone.

For demo, tests and a first look. It listens on 127.0.0.1 without a password and keeps one replica.
"""

import base64
import contextlib
import fcntl
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from streams.kafka.broker.jars import BrokerError, DownloadProgress, ensure_jars
from streams.kafka.broker.java import find_java
from streams.kafka.broker.listening import (
    HOST,
    cluster_at,
    free_port,
    is_open,
    refuse_taken_port,
    taken_port,
)
from streams.limits import LARGEST_BROKER_MESSAGE

__all__ = ["BrokerError", "EmbeddedBroker"]

_START_LIMIT_S = 60.0
_STOP_LIMIT_S = 30.0

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller_port}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs={log_dirs}
auto.create.topics.enable=false
message.max.bytes={max_message_bytes}
# One node: one replica, few partitions, no waiting for others.
offsets.topic.num.partitions=5
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=5
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
# How long a killed broker's place is kept: its restart waits for that (9 s by default).
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
transaction.max.timeout.ms=900000
# Modest memory and threads.
log.cleaner.dedupe.buffer.size=16777216
num.network.threads=2
num.io.threads=4
background.threads=4
"""

# A broker of minutes: the optimizing compiler and concurrent collector take more time than they
# save (docs/decisions/0157-short-lived-broker.md).
JVM_OPTIONS = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


class EmbeddedBroker:
    """Apache Kafka as a child process, stopped with its parent however that ends.

    `data_dir` is formatted once and kept: the broker comes back with its topics and records, also
    after SIGKILL. Port 0 takes a free port at the first start and keeps it. All methods block;
    async code calls them by `asyncio.to_thread`.

    Raises:
        BrokerError: from `start`, with what to do.
    """

    def __init__(
        self, data_dir: Path | str, port: int = 0, log: DownloadProgress | None = None
    ) -> None:
        self.data_dir = Path(data_dir).resolve()
        self.port = port
        self._log: DownloadProgress = log or (lambda _line: None)
        self._cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        """What clients connect to, `host:port`."""
        return f"{HOST}:{self.port}"

    @property
    def pid(self) -> int | None:
        """Process id of the running broker."""
        return self._process.pid if self.running and self._process else None

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    @property
    def log_file(self) -> Path:
        """Kafka's own warnings and errors, since the last start."""
        return self.data_dir / "broker.log"

    def start(self) -> None:
        """Start Kafka and return when it answers. Does nothing when it runs already."""
        if self.running:
            return
        java = find_java()
        jars = ensure_jars(self._log)
        self.port = self.port or free_port()
        refuse_taken_port(self.port)
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self._locked() as lock:
            self._start(java, jars, lock)

    def _start(self, java: str, jars: Path, lock: int) -> None:
        properties = self._write_properties()
        command = [java, *JVM_OPTIONS, "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
        command += ["-Dorg.slf4j.simpleLogger.showDateTime=true", "-cp", f"{jars}/*"]
        self._format_once(command, properties)
        self._log(f"starting Apache Kafka on {self.bootstrap}")
        started = time.monotonic()
        with self.log_file.open("wb") as log:
            # A session of its own: Ctrl-C reaches this program, which then stops Kafka in order.
            self._process = subprocess.Popen(  # noqa: S603  our own command
                [*command, "kafka.Kafka", str(properties)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=[lock],
            )
        self._guard = _start_guard(self._process.pid)
        try:
            self._wait_until_ready()
        except BaseException:
            self.kill()
            raise
        self._log(f"Apache Kafka is up after {time.monotonic() - started:.1f} s")

    @contextlib.contextmanager
    def _locked(self) -> Iterator[int]:
        """Give the lock on the data, which the child inherits and so holds until it is gone.

        Kafka has one of its own, but takes it after it has opened, and changed, its metadata.
        """
        with (self.data_dir / "lock").open("wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BrokerError(
                    f"Another Kafka is using {self.data_dir}. Stop it, give another data "
                    "directory, or set CLEANWIRE_KAFKA=host:port to use that one."
                ) from error
            yield lock.fileno()

    def stop(self) -> None:
        """Stop Kafka in order, as SIGTERM does; after 30 s by SIGKILL."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End Kafka at once, as a crash would (SIGKILL). `start` brings it back."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            try:
                self._process.wait(_STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._guard is not None:
            with contextlib.suppress(BrokenPipeError):
                self._guard.communicate(b"over\n")
            self._guard = None

    def _write_properties(self) -> Path:
        path = self.data_dir / "server.properties"
        text = PROPERTIES.format(
            host=HOST,
            port=self.port,
            controller_port=free_port(),
            log_dirs=self._log_dirs.as_posix(),
            max_message_bytes=LARGEST_BROKER_MESSAGE,
        )
        path.write_text(text, encoding="utf-8")
        return path

    @property
    def _log_dirs(self) -> Path:
        return self.data_dir / "kafka"

    def _format_once(self, java: list[str], properties: Path) -> None:
        if (self._log_dirs / "meta.properties").exists():
            return
        # What an interrupted format left behind would make the next one fail.
        shutil.rmtree(self._log_dirs, ignore_errors=True)
        # With `=`, because an id may begin with a dash.
        given = [f"--cluster-id={self._cluster_id}", f"--config={properties}"]
        tool = ["kafka.tools.StorageTool", "format", *given]
        done = subprocess.run([*java, *tool], capture_output=True, check=False)  # noqa: S603
        if done.returncode:
            raise BrokerError(
                f"Kafka's storage in {self.data_dir} cannot be formatted: "
                f"{done.stderr.decode(errors='replace').strip()}"
            )

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + _START_LIMIT_S
        meta = (self._log_dirs / "meta.properties").read_text(encoding="utf-8")
        while True:
            cluster = cluster_at(self.port) if is_open(self.port) else None
            if not self.running:
                raise BrokerError(f"Kafka ended at its start. {self._end_of_log()}")
            if cluster and f"cluster.id={cluster}\n" in meta:
                return
            if cluster:
                raise BrokerError(taken_port(self.port, "another Kafka was faster"))
            if time.monotonic() > end:
                raise BrokerError(
                    f"Kafka does not answer after {_START_LIMIT_S:.0f} s. Is the machine very busy "
                    f"or short of memory (Kafka takes 300 MB)? {self._end_of_log()}"
                )
            time.sleep(0.05)

    def _end_of_log(self) -> str:
        """Return the last lines in full: a demo's directory is gone when its user reads this."""
        last = "\n".join(self.log_file.read_text("utf-8", "replace").splitlines()[-5:])
        return f"The end of {self.log_file}:\n{last}"

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()


def _start_guard(pid: int) -> subprocess.Popen[bytes]:
    script = Path(__file__).with_name("broker_guard.py")
    return subprocess.Popen(  # noqa: S603  our own script
        [sys.executable, "-I", "-S", str(script), str(pid)],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
