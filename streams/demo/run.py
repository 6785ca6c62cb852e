"""`cleanwire demo`: a Kafka, a worker, a few articles, and what comes out of them and why.

It checks what it shows: a result that is not the expected one makes it fail.
"""

import asyncio
import contextlib
import secrets
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from rich.console import Console

from schemas import RawRef
from streams.core.messages.message import Message
from streams.demo.check import DemoError, mistakes
from streams.demo.report import print_report
from streams.demo.steps import steps
from streams.demo.worker_process import WorkerProcess
from streams.explain.explanation import Explanation
from streams.explain.find import explanations, origin
from streams.explain.printed import print_explanation
from streams.kafka.broker.broker import EmbeddedBroker
from streams.kafka.broker.jars import DownloadProgress
from streams.kafka.broker.listening import free_port
from streams.kafka.connection import client_options
from streams.kafka.topics.reading import Reader, open_reader
from streams.kafka.topics.topic_table import table
from streams.kafka.topics.topics import ensure
from streams.settings import Settings
from streams.topology import names

OUTCOME_LIMIT_S = 60.0
WORKER_LOG = "worker.log"


def run_demo(base: Settings, console: Console) -> None:
    """Run the demo on the broker that the settings name, else on an embedded one.

    Raises:
        DemoError: if something expected did not come.
        BrokerError, KafkaError: if there is no Kafka.
    """
    started = time.monotonic()

    def say(line: str) -> None:
        console.print(f"{time.monotonic() - started:5.1f} s  {line}", highlight=False)

    with contextlib.ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cleanwire-demo-")))
        kafka = base.kafka
        if "kafka" not in base.model_fields_set:
            kafka = stack.enter_context(EmbeddedBroker(work / "kafka", log=say)).bootstrap
        try:
            outcomes, explained = asyncio.run(_play(_own_settings(base, kafka, work), work, say))
        except DemoError as error:
            raise DemoError(f"{error}\nAll of its log: {_kept(work / WORKER_LOG)}") from None
    planned = steps()
    print_report(console, planned, outcomes)
    for explanation in explained:
        console.print(f"3. cleanwire explain {explanation.article.id}", style="italic")
        print_explanation(console, explanation)
    wrong = mistakes(planned, outcomes)
    if wrong:
        raise DemoError("The demo's messages did not come out as expected:\n" + "\n".join(wrong))
    say("every message came out as expected: nothing lost, nothing twice")


def _kept(log: Path) -> Path:
    """Return where a log is that outlives the demo's own directory."""
    kept = Path(tempfile.mkdtemp(prefix="cleanwire-demo-log-")) / log.name
    if log.exists():
        shutil.copyfile(log, kept)
    return kept


def _own_settings(base: Settings, kafka: str, work: Path) -> Settings:
    """Keep how Kafka is reached; all else as a new installation has it, under names of its own."""
    fresh = {name: field.get_default() for name, field in Settings.model_fields.items()}
    reached = {name: getattr(base, name) for name in fresh if name.startswith("kafka_")}
    own = {
        "kafka": kafka,
        "prefix": f"demo-{secrets.token_hex(4)}",
        "data_dir": str(work / "worker"),
        "web_port": free_port(),
    }
    return Settings.model_construct(**(fresh | reached | own))


async def _play(
    settings: Settings, work: Path, say: DownloadProgress
) -> tuple[dict[str, list[Message]], list[Explanation]]:
    """Push every step; return what came out for each, by the step's name, and some explained."""
    try:
        created = (await ensure(settings, create=True)).created
        say(f"{len(created)} topics created, {settings.prefix}.…")
        async with (
            WorkerProcess(settings, work / WORKER_LOG) as worker,
            open_reader(settings, names(settings).outputs) as reader,
        ):
            await worker.ready(say)
            say("the worker is ready")
            pushed = await _push(settings)
            say(f"{len(pushed)} messages pushed")
            try:
                await _wait_for_each(reader, set(pushed))
            except TimeoutError:
                raise DemoError(
                    f"Some messages had no outcome after {OUTCOME_LIMIT_S:.0f} s.\n"
                    f"The end of the worker's log:\n{worker.last_words()}"
                ) from None
            await worker.stop()
            say("an outcome for each; the worker has stopped")
            # All over again, now that nothing more can come: a second outcome would show.
            await reader.to_beginning()
            outcomes = defaultdict(list)
            async for message in reader.to_end():
                outcomes[pushed[origin(message)]].append(message)
            return outcomes, await _explained(settings, outcomes)
    finally:
        await _clear_away(settings)


async def _explained(
    settings: Settings, outcomes: Mapping[str, Sequence[Message]]
) -> list[Explanation]:
    wanted = [
        origin(message) for step in steps() if step.explain for message in outcomes[step.name]
    ]
    return [found for each in wanted for found in await explanations(settings, each)]


async def _push(settings: Settings) -> dict[str, str]:
    """Send every step, one after the other to one partition; return names by origin."""
    topic = names(settings).raw[0]
    pushed = {}
    async with AIOKafkaProducer(**client_options(settings), acks="all") as producer:
        for step in steps():
            sent = await producer.send_and_wait(topic, step.value, key=step.key, partition=0)
            at = RawRef(topic=topic, partition=sent.partition, offset=sent.offset)
            pushed[str(at)] = step.name
    return pushed


async def _wait_for_each(reader: Reader, origins: set[str]) -> None:
    waiting = set(origins)
    async with asyncio.timeout(OUTCOME_LIMIT_S):
        async for message in reader.follow():
            waiting.discard(origin(message))
            if not waiting:
                return


async def _clear_away(settings: Settings) -> None:
    """Remove the demo's topics, which matters on a broker that stays."""
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        await admin.delete_topics([topic.name for topic in table(settings)])
    finally:
        await admin.close()
