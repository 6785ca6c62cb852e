"""`cleanwire doctor`: is everything as a worker needs it, and what to do where it is not."""

import asyncio
import json
import platform
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import typer
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaConnectionError, KafkaError

from streams.commands.shared import AsJson, out
from streams.kafka.connection import client_options
from streams.kafka.diagnosis import why
from streams.kafka.topics.group import group_offsets
from streams.kafka.topics.topics import ensure
from streams.settings import Settings
from streams.settings.load import load_settings
from streams.topology import names

FOUND_SOMETHING = 1
_LIBRARIES = ("cleanwire", "faust-streaming", "aiokafka", "pydantic")
CLOCK_LIMIT_S = 5.0
_PATIENCE_S = 15.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; `todo` says what to do, nothing where all is well."""

    check: str
    what: str
    todo: str = ""


def doctor_command(*, as_json: AsJson = False) -> None:
    """Check versions, broker, topics, rights, clock, workers, lag and rules; say what to do.

    It changes nothing. Status 1 when something needs doing.
    """
    findings = asyncio.run(examine(load_settings()))
    for finding in findings:
        if as_json:
            sys.stdout.write(json.dumps(asdict(finding)) + "\n")
            continue
        mark = "[red]✗[/red]" if finding.todo else "[green]✓[/green]"
        out.print(f"{mark} {finding.check}:", end=" ", highlight=False)
        out.print(finding.what, markup=False, highlight=False, soft_wrap=True)
        if finding.todo:
            out.print(f"    {finding.todo}", markup=False, highlight=False, soft_wrap=True)
    if any(finding.todo for finding in findings):
        raise typer.Exit(FOUND_SOMETHING)


async def examine(settings: Settings) -> list[Finding]:
    """Return what every check found; a broker that is away ends them."""
    findings = [
        Finding("versions", ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)),
        Finding("python", f"{platform.python_version()} on {platform.system()}"),
    ]
    for name, check in CHECKS.items():
        try:
            async with asyncio.timeout(_PATIENCE_S):
                findings += [found async for found in check(settings)]
        except KafkaConnectionError as error:
            cause = await why(error, settings)
            findings.append(Finding(name, "Kafka cannot be reached", cause.message))
            break
        except TimeoutError:
            todo = "Is Kafka overloaded, or a firewall between?"
            findings.append(Finding(name, f"no answer in {_PATIENCE_S:g} s", todo))
        except KafkaError as error:
            cause = await why(error, settings)
            findings.append(Finding(name, f"Kafka refuses: {type(error).__name__}", cause.message))
    return findings


async def _broker(settings: Settings) -> AsyncIterator[Finding]:
    cluster = await _asked(settings, lambda admin: admin.describe_cluster())
    brokers = len(cluster["brokers"])
    todo = ""
    if brokers < settings.replication:
        todo = f"CLEANWIRE_REPLICATION={settings.replication} needs as many brokers"
    yield Finding("broker", f"{settings.kafka} answers; {brokers} in the cluster", todo)


async def _topics(settings: Settings) -> AsyncIterator[Finding]:
    report = await ensure(settings, create=False)
    for problem in report.problems:
        yield Finding("topics", f"{problem.topic}: {problem.what}", problem.todo)
    for note in report.notes:
        yield Finding("partitions", f"{note.topic} {note.what}", note.todo)
    if not report.problems:
        yield Finding("topics", "all there, configured as they must be")


async def _rights(settings: Settings) -> AsyncIterator[Finding]:
    """Take a transactional id of the installation's own, which is what workers need most."""
    transactional_id = f"{names(settings).app_id}-doctor"
    async with AIOKafkaProducer(**client_options(settings), transactional_id=transactional_id):
        yield Finding("rights", f"transactions as {names(settings).app_id}-… are allowed")


async def _clock(settings: Settings) -> AsyncIterator[Finding]:
    """Compare with the newest record of a topic that the broker's clock stamps."""
    consumer = AIOKafkaConsumer(**client_options(settings), enable_auto_commit=False)
    async with consumer:
        newest = await _newest_timestamp_ms(consumer, names(settings).prepared)
    if newest is None:
        yield Finding("clock", "no record yet to compare this machine's clock with")
        return
    ahead_s = newest / 1000 - time.time()
    if ahead_s > CLOCK_LIMIT_S:
        what = f"this machine is {ahead_s:.0f} s behind the broker"
        yield Finding("clock", what, "Let NTP set the clocks of both")
    else:
        yield Finding("clock", f"the newest article was handed over {-ahead_s:,.0f} s ago")


async def _newest_timestamp_ms(consumer: AIOKafkaConsumer, topic: str) -> int | None:
    partitions = [TopicPartition(topic, p) for p in consumer.partitions_for_topic(topic) or ()]
    if not partitions:
        await consumer.topics()
        partitions = [TopicPartition(topic, p) for p in consumer.partitions_for_topic(topic) or ()]
    if not partitions:
        return None
    consumer.assign(partitions)
    ends = await consumer.end_offsets(partitions)
    begins = await consumer.beginning_offsets(partitions)
    for tp in partitions:
        # The very last may be a transaction's marker.
        consumer.seek(tp, max(begins[tp], ends[tp] - 2))
    found = await consumer.getmany(timeout_ms=1_000)
    return max((r.timestamp for records in found.values() for r in records), default=None)


async def _workers(settings: Settings) -> AsyncIterator[Finding]:
    group = names(settings).app_id
    (response,) = await _asked(settings, lambda admin: admin.describe_consumer_groups([group]))
    _error, _group, state, _kind, _protocol, members, *_ = response.groups[0]
    count = len(members)
    todo = "" if count else "Start one with `cleanwire worker`"
    yield Finding("workers", f"group {group}: {count} members, {state or 'not there'}", todo)


async def _lag(settings: Settings) -> AsyncIterator[Finding]:
    named = names(settings)
    consumer = AIOKafkaConsumer(
        *named.sources,
        **client_options(settings),
        enable_auto_commit=False,
    )
    committed = await _asked(settings, lambda admin: group_offsets(admin, named.app_id))
    async with consumer:
        partitions = sorted(consumer.assignment())
        ends = await consumer.end_offsets(partitions)
        begins = await consumer.beginning_offsets(partitions)
    for topic in named.sources:
        of_topic = [tp for tp in partitions if tp.topic == topic]
        waiting = sum(ends[tp] - max(begins[tp], committed.get(tp, 0)) for tp in of_topic)
        yield Finding("lag", f"{topic}: at most {waiting:,} messages wait")


async def _rules(settings: Settings) -> AsyncIterator[Finding]:
    from streams.core.rules.check import check_rules  # noqa: PLC0415
    from streams.core.rules.folder import rules_in  # noqa: PLC0415 - takes a second

    try:
        rules = rules_in(settings.rules_dir)
    except (OSError, ValueError) as error:
        yield Finding("rules", str(error), "Mend it, then run `cleanwire rules check`")
        return
    for problem in check_rules(rules):
        yield Finding("rules", problem, "Mend it, then run `cleanwire rules check`")
    count = sum(map(len, rules.values()))
    yield Finding("rules", f"{count} in {len(rules)} files, and every example holds")


async def _asked(
    settings: Settings, question: Callable[[AIOKafkaAdminClient], Awaitable[Any]]
) -> Any:
    admin = AIOKafkaAdminClient(**client_options(settings))
    try:
        await admin.start()
        return await question(admin)
    finally:
        await admin.close()


CHECKS: dict[str, Callable[[Settings], AsyncIterator[Finding]]] = {
    "rules": _rules,
    "broker": _broker,
    "topics": _topics,
    "rights": _rights,
    "clock": _clock,
    "workers": _workers,
    "lag": _lag,
}
