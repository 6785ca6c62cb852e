"""cleanwire beside what else one could use, on one broker, in turns: the table of performance.md.

    python -m benchmarks.peers [--only NAME,…] [--articles N] [--rounds N] [--check | --write]

Each system reads the same raw topic of made-up articles and publishes one record for each. It is
started anew in every round; medians are printed. `--check` fails when a ratio of cleanwire to a
peer is worse by a fifth than the one that `--write` recorded.
"""

import argparse
import itertools
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from benchmarks.made_news import KEYS, PARTITIONS, Article, articles
from benchmarks.peers import ratios, report
from benchmarks.peers.measuring import (
    CpuWatch,
    Feeder,
    Latency,
    Measured,
    catch_up,
    latency,
    reader,
)
from benchmarks.peers.pages import pages_per_cpu_s
from benchmarks.peers.systems import SYSTEMS, System, UnavailableError
from benchmarks.peers.told import Told
from streams.kafka.broker.broker import EmbeddedBroker

RAW = "peers.raw"
CATCH_UP_LIMIT_S = 240.0
END_LIMIT_S = 30.0
# Those that keep state on disk and publish in transactions are compared in latency.
WITH_LATENCY = ("cleanwire", "kafka-streams", "quix")
PAGES = "pages"
NAMES = [*(system.name for system in SYSTEMS), PAGES]


class Bench:
    """A broker, and the raw topic that all read."""

    def __init__(self, kafka: str, broker_pid: int | None, folder: Path, count: int) -> None:
        self._kafka = kafka
        self._broker_pid = broker_pid
        self._folder = folder
        self._count = count
        # They outlive the broker for a moment, which is nothing to report.
        quiet: dict[str, str | int | float | bool] = {"bootstrap.servers": kafka, "log_level": 0}
        self._admin = AdminClient(quiet)
        self._numbers = itertools.count(1)
        self._producer = Producer(quiet | {"linger.ms": 2, "acks": "all"})

    def fill(self) -> None:
        """Write the raw topic."""
        self._create(RAW)
        for article in articles(self._count):
            self._send(RAW, article)
        self._producer.flush()

    def _create(self, *topics: str) -> None:
        # Kafka Streams hands on its input's timestamps; a run begins with its first output.
        config = {"message.timestamp.type": "LogAppendTime"}
        made = self._admin.create_topics(
            [NewTopic(topic, PARTITIONS, 1, config=config) for topic in topics]
        )
        for future in made.values():
            future.result()

    def _send(self, topic: str, article: Article) -> None:
        value, partition = article.as_json(), KEYS.index(article.key)
        while True:
            try:
                self._producer.produce(topic, value, key=article.key, partition=partition)
                self._producer.poll(0)
            except BufferError:
                self._producer.poll(0.1)
            else:
                return

    @contextmanager
    def running(self, system: System, raw: str) -> Iterator[tuple[Told, CpuWatch]]:
        """Run a system on a raw topic, with topics and state of its own."""
        name = f"peers-{system.name}-{next(self._numbers)}"
        folder = self._folder / name
        folder.mkdir()
        told = Told(self._kafka, raw, f"{name}.out", name, str(folder))
        if not system.is_cleanwire:
            self._create(told.out)
        log = self._folder / f"{name}.log"
        process = system.start(told, log)
        try:
            with CpuWatch(process.pid, self._broker_pid) as watch:
                yield told, watch
        except TimeoutError as error:
            end = log.read_text("utf-8", "replace")[-600:]
            raise UnavailableError(f"{error}; its log ends:\n{end}") from error
        finally:
            _end(process)
            self._forget(name)

    def _forget(self, name: str) -> None:
        """Delete the topics of a run: their logs would fill the disk and the cache."""
        known = self._admin.list_topics(timeout=10).topics
        if topics := [topic for topic in known if topic.startswith(name)]:
            for future in self._admin.delete_topics(topics).values():
                future.result()

    def throughput(self, system: System) -> Measured:
        """Return what one run from far behind gives."""
        with (
            self.running(system, RAW) as (told, watch),
            reader(self._kafka, system.outputs(told)) as consumer,
        ):
            count = min(self._count, system.at_most or self._count)
            return catch_up(consumer, watch, count, CATCH_UP_LIMIT_S)

    def latencies(self, system: System, seconds: int) -> list[Latency]:
        """Return the latency at each rate, of one run."""
        raw = f"{RAW}-{system.name}"
        self._create(raw)
        rest = articles(sum(report.RATES) * (seconds + 2) + 100)
        feeder = Feeder(rest, lambda article: self._send(raw, article))
        with (
            self.running(system, raw) as (told, _),
            reader(self._kafka, system.outputs(told)) as consumer,
        ):
            # Up to its first outcomes it is starting.
            latency(consumer, feeder, 20, 4, 1)
            return [latency(consumer, feeder, rate, seconds, 2) for rate in report.RATES]


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(END_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main() -> None:
    """Measure, print, and compare with what was recorded."""
    chosen = _arguments()
    wanted = chosen.only.split(",") if chosen.only else NAMES
    if unknown := set(wanted) - set(NAMES):
        sys.exit(f"unknown: {', '.join(unknown)}; known: {', '.join(NAMES)}")
    run = _measure([system for system in SYSTEMS if system.name in wanted], chosen)
    if PAGES in wanted:
        run = run._replace(pages=pages_per_cpu_s(chosen.rounds))
    lines, measured = list(report.lines_of(run)), report.ratios_of(run)
    _say("\n" + "\n".join(lines) + "\n")
    for name, ratio in measured.items():
        _say(f"cleanwire, {name}: {ratio:.3f}")
    if chosen.write:
        report.write(lines)
        ratios.write(measured)
    if chosen.check:
        recorded = ratios.read()
        if not recorded.keys() & measured.keys():
            sys.exit("none of these ratios is recorded: make bench-peers ARGS=--write")
        if lost := ratios.worse(measured, recorded):
            sys.exit("worse than recorded by more than a fifth:\n" + "\n".join(lost))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", help=f"names with commas between: {', '.join(NAMES)}")
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=8, help="of each latency; 0: none")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="compare with the recorded ratios")
    what.add_argument("--write", action="store_true", help="write table and ratios anew")
    return parser.parse_args()


def _measure(systems: list[System], chosen: argparse.Namespace) -> report.Run:
    runs: dict[str, list[Measured]] = {}
    late: dict[str, list[Latency]] = {}
    absent: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="peers-") as name, ExitStack() as stack:
        folder = Path(name)
        bench = None
        if systems:
            broker = stack.enter_context(EmbeddedBroker(folder / "kafka"))
            bench = Bench(broker.bootstrap, broker.pid, folder, chosen.articles)
            bench.fill()
        # In turns, so that a slow minute of the machine is not one system's alone.
        for number, system in itertools.product(range(chosen.rounds), systems):
            if bench is None or system.name in absent:
                continue
            try:
                run = bench.throughput(system)
                runs.setdefault(system.name, []).append(run)
                _say(f"round {number + 1}, {system.name}: {run.articles_per_s:,.0f} articles/s")
                if number == chosen.rounds - 1 and chosen.seconds and system.name in WITH_LATENCY:
                    late[system.name] = bench.latencies(system, chosen.seconds)
            except (UnavailableError, KafkaException) as error:
                absent[system.name] = str(error)
                _say(f"{system.name}: {error}")
    middle = {name: report.middle_of(found) for name, found in runs.items()}
    return report.Run(chosen.articles, chosen.rounds, systems, middle, late, absent, None)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
