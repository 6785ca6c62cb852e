"""Where the processor time of an article goes: worker, pool and broker, then layer by layer.

    python -m benchmarks.profiling [--articles N] [--write]

One worker catches up on made-up articles of some 5.5 KB. The system's own accounts give the CPU
time of each process between a tenth and nine tenths of them. In a second run py-spy looks 200 times
a second at what worker and pool are doing; a stack counts for the innermost of its frames that
stands in the table of layers. `--write` puts both tables into docs/performance.md.
"""

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.recovery import wait_until_ready
from benchmarks.speed import fill, start_worker
from streams.kafka.broker.broker import EmbeddedBroker
from streams.kafka.broker.listening import free_port
from streams.kafka.topics.topics import ensure
from streams.settings import Settings

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- profile: written by make bench-profile -->", "<!-- profile: end -->"
LIMIT_S = 300
SAMPLES_PER_S = 200
TICKS_PER_S = os.sysconf("SC_CLK_TCK")

# Part of a frame, as py-spy writes `function (path/of/file.py)` -> layer. The first that fits
# counts, from the innermost frame outwards; a frame that fits none counts for its caller.
LAYERS: Final = {
    "read_entry (": "stage 2: read the prepared record",
    "core/messages/": "write records (JSON, headers)",
    "core/read/": "stage 1: read the raw message",
    "core/text/language": "stage 1: language",
    "core/text/": "words, lines, arrays",
    "core/residue/": "stage 1: residue",
    "core/rules/": "stage 1: residue",
    "core/article/": "fingerprints, keys, window records",
    "core/verdict/": "stage 2: verdict",
    "core/window/": "stage 2: window",
    "core/": "stage 1: the rest",
    "streams/agents/": "hand over: agents",
    "streams/pool/": "hand over: pool",
    "multiprocessing/": "hand over: pool",
    "streams/kafka/delivery/": "hand over: lanes",
    "streams/kafka/on_faust/table": "table and changelog",
    "streams/kafka/on_faust/record_files": "table and changelog",
    "streams/metrics": "metrics",
    "streams/kafka/health/": "probes, watchdog",
    "aiokafka/producer/": "aiokafka: produce",
    "aiokafka/consumer/": "aiokafka: fetch",
    "aiokafka/": "aiokafka: the rest",
    "streams/kafka/on_faust/consumer": "Faust: consumer",
    "faust/": "Faust: the rest",
    "mode/": "Faust: the rest",
    "asyncio/": "event loop",
    "uvloop": "event loop",
    "threading.py": "threads",
    "queue.py": "threads",
}  # fmt: skip


class Cost(NamedTuple):
    """What a run took: articles a second, transactions of a hundred articles, µs an article."""

    rate: float
    transactions: Mapping[str, float]  # by stage, for a hundred articles
    cpu_us: Mapping[str, float]  # by process


def cpu_s(pid: int) -> float:
    """Return the CPU seconds that a process has used, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and not waited for."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def metrics(port: int) -> Mapping[str, float]:
    """Return the committed messages and transactions of each stage, as the worker counts them."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        text = answer.read().decode()
    found: defaultdict[str, float] = defaultdict(float)
    pattern = r'^cleanwire_(messages|transactions)_total\{.*?stage="(\w+)".*\} (\S+)$'
    for name, stage, value in re.findall(pattern, text, re.MULTILINE):
        found[f"{name} {stage}"] += float(value)
    return found


class Accounts:
    """The CPU time and the progress of a worker and its broker, as they stand now."""

    def __init__(self, worker: int, broker: int | None, port: int) -> None:
        self.at_s = time.monotonic()
        self.counts = metrics(port)
        pool = [p for p in children(worker) if "spawn_main" in _command(p)]
        self.cpu_s = {"worker": cpu_s(worker), "pool": sum(map(cpu_s, pool))}
        if broker is not None:
            self.cpu_s["broker"] = cpu_s(broker)

    @property
    def done(self) -> float:
        """Articles whose outcome is committed."""
        return self.counts.get("messages dedupe", 0)

    def since(self, before: "Accounts") -> Cost:
        """Return the cost of what was done in between."""
        articles = self.done - before.done
        spent = {name: self.cpu_s[name] - before.cpu_s[name] for name in self.cpu_s}
        return Cost(
            articles / (self.at_s - before.at_s),
            {
                stage: 100
                * (self.counts[f"transactions {stage}"] - before.counts[f"transactions {stage}"])
                / articles
                for stage in ("clean", "dedupe")
            },
            {name: 1e6 * seconds / articles for name, seconds in spent.items()},
        )


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def run(kafka: str, broker: int | None, folder: Path, count: int, samples: Path | None) -> Cost:
    """Return the cost of an article, in a run of a worker of its own."""
    settings = Settings(
        kafka=kafka,
        prefix=f"profile-{uuid.uuid4().hex[:6]}",
        data_dir=str(folder),
        web_port=free_port(),
    )
    asyncio.run(ensure(settings, create=True))
    fill(settings, count)
    with ExitStack() as stack:
        worker = start_worker(settings, folder / "worker.log")
        stack.callback(worker.wait)
        stack.callback(worker.terminate)
        wait_until_ready(settings.web_port)

        def until(share: float) -> Accounts:
            deadline = time.monotonic() + LIMIT_S
            while time.monotonic() < deadline:
                accounts = Accounts(worker.pid, broker, settings.web_port)
                if accounts.done >= share * count:
                    return accounts
                time.sleep(0.5)
            raise RuntimeError(f"not at {share:.0%} of {count} articles after {LIMIT_S} s")

        begin = until(0.1)
        if samples is not None:
            _sample(worker.pid, samples, stack)
        return until(0.9).since(begin)


def _sample(pid: int, into: Path, stack: ExitStack) -> None:
    """Have py-spy look at a worker and its pool until `stack` is left."""
    command = ["py-spy", "record", "--pid", str(pid), "--subprocesses", "--format", "raw"]
    command += ["--rate", str(SAMPLES_PER_S), "--nonblocking", "--output", str(into)]
    spy = subprocess.Popen(
        [Path(sys.executable).parent / command[0], *command[1:]], stdout=subprocess.DEVNULL
    )
    stack.callback(spy.wait)
    stack.callback(spy.send_signal, 2)


def layers(samples: Path) -> dict[str, Counter[str]]:
    """Return for worker and pool how many samples fell into each layer."""
    found = {"worker": Counter[str](), "pool": Counter[str]()}
    for line in samples.read_text().splitlines():
        stack, _, count = line.rpartition(" ")
        frames = stack.split(";")
        process = "pool" if any("spawn_main" in frame for frame in frames) else "worker"
        found[process][layer_of(frames)] += int(count)
    return found


def layer_of(frames: list[str]) -> str:
    """Return the layer of a stack, whose outermost frame comes first.

    >>> layer_of(["run (faust/app.py)", "judge (streams/core/verdict/verdict.py)", "x (y.py)"])
    'stage 2: verdict'
    """
    for frame in reversed(frames):
        for part, layer in LAYERS.items():
            if part in frame:
                return layer
    return "other"


def written(cost: Cost, shares: Mapping[str, Counter[str]], count: int) -> Iterator[str]:
    """Yield the lines of both tables."""
    yield f"One worker that catches up on {count:,} articles; CPU time, so not how long each waits."
    yield ""
    yield "| process | CPU µs an article |"
    yield "| --- | --- |"
    for process, spent in cost.cpu_us.items():
        yield f"| {process} | {spent:,.0f} |"
    yield f"| all | {sum(cost.cpu_us.values()):,.0f} |"
    yield ""
    said = ", ".join(f"{n:.1f} of stage {stage}" for stage, n in cost.transactions.items())
    yield f"{cost.rate:,.0f} articles a second; transactions for a hundred articles: {said}."
    yield ""
    yield "| layer, by samples of another run | worker, µs | pool, µs |"
    yield "| --- | --- | --- |"
    per = {
        process: cost.cpu_us[process] / max(1, counts.total()) for process, counts in shares.items()
    }
    total = Counter[str]()
    for process, counts in shares.items():
        for layer, samples in counts.items():
            total[layer] += round(samples * per[process])
    for layer, _ in total.most_common():
        cells = (f"{shares[p][layer] * per[p]:,.0f}" for p in ("worker", "pool"))
        yield f"| {layer} | {' | '.join(cells)} |"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=12_000)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--samples", type=Path, help="keep py-spy's stacks here")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kafka, pid = os.environ.get("CLEANWIRE_KAFKA"), None
        if not kafka:
            broker = stack.enter_context(EmbeddedBroker(folder / "kafka"))
            kafka, pid = broker.bootstrap, broker.pid
        samples = arguments.samples or folder / "samples"
        cost = run(kafka, pid, folder, arguments.articles, None)
        run(kafka, pid, folder, arguments.articles, samples)
        lines = "\n".join(written(cost, layers(samples), arguments.articles))
    print(lines)
    if arguments.write:
        before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}\n{lines}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
