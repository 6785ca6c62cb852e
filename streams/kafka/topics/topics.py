"""Topics are created and checked along topic_table.py.

What differs from the table and would break the promise is a `Problem`, with what to do about it.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
    for_code,
)

from streams.kafka.connection import Admins, open_admin
from streams.kafka.topics.altering import set_configs
from streams.kafka.topics.topic_table import Config, Topic, table
from streams.settings import Settings

# Brokers learn of new topics and configurations a moment after the controller has them.
SETTLE_TRIES = 100
SETTLE_PAUSE_S = 0.1


@dataclass(frozen=True, slots=True)
class Problem:
    """Where a topic differs from the table, and what to do."""

    topic: str
    what: str
    todo: str

    def __str__(self) -> str:
        """Return it as a sentence for a terminal."""
        return f"{self.topic}: {self.what}. {self.todo}"


@dataclass(frozen=True, slots=True)
class Report:
    """What `ensure` did and found."""

    created: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()  # what works, and may be better otherwise


async def ensure(
    settings: Settings,
    *,
    create: bool,
    alter: bool = False,
    table_of: Callable[[Settings], tuple[Topic, ...]] = table,
    admins: Admins = open_admin,
) -> Report:
    """Create missing topics and set configurations right, as far as allowed; report the rest.

    Raises:
        KafkaError: if Kafka cannot be reached or refuses.
    """
    wanted = table_of(settings)
    async with admins(settings) as admin:
        partitions = await _partitions(admin)
        missing = [topic for topic in wanted if topic.name not in partitions]
        await _refuse_hidden(admin, missing)
        if create and missing:
            await _create(admin, missing, settings.replication)
            partitions = await _visible(admin, wanted)
        there = [topic for topic in wanted if topic.name in partitions]
        configs = await _configs(admin, there)
        broken = [t for t in there if _wrong(t, configs[t.name])] if alter else []
        for topic in broken:
            await set_configs(admin, topic.name, _wrong(topic, configs[topic.name]))
        if broken:
            configs = await _altered(admin, there, broken)
    problems = [
        Problem(topic.name, "does not exist", "Create it with `cleanwire topics`")
        for topic in wanted
        if topic not in there
    ]
    notes: list[Problem] = []
    for topic in there:
        problems += _differences(topic, partitions[topic.name], configs[topic.name])
        notes += _advice(topic, configs[topic.name])
    notes += [
        Problem(
            topic.name,
            f"has {partitions[topic.name]} partitions; CLEANWIRE_TOPIC_PARTITIONS="
            f"{topic.partitions} holds for new topics only",
            "Kafka's own tools raise them (docs/operations.md)",
        )
        for topic in there
        if not topic.fixed and partitions[topic.name] != topic.partitions
    ]
    return Report(
        created=tuple(t.name for t in missing if create),
        altered=tuple(t.name for t in broken),
        problems=tuple(problems),
        notes=tuple(notes),
    )


def _wrong(topic: Topic, configs: dict[str, str]) -> dict[str, str]:
    """Return what must be set, and nothing else: the rest is its owner's."""
    return {
        config.name: config.value
        for config in topic.configs
        if config.must_be and not config.holds(configs.get(config.name, ""))
    }


def _differences(topic: Topic, partitions: int, configs: dict[str, str]) -> Iterable[Problem]:
    if topic.fixed and partitions != topic.partitions:
        yield Problem(
            topic.name,
            f"has {partitions} partition{'s' * (partitions != 1)}, not {topic.partitions}",
            f"Set CLEANWIRE_DEDUPE__PARTITIONS={partitions}, or empty the window: "
            "`cleanwire reset window --prepared`",
        )
    for config in topic.configs:
        actual = configs.get(config.name, "")
        if config.must_be and not config.holds(actual):
            yield Problem(
                topic.name,
                f"{config.name} is {actual}, must be {config.rule} {config.value}",
                "Set it with `cleanwire topics --alter`",
            )


async def _refuse_hidden(admin: AIOKafkaAdminClient, missing: Iterable[Topic]) -> None:
    """Return when all these topics do not exist; Kafka also leaves out what we may not see.

    Raises:
        TopicAuthorizationFailedError: if one of them does, or we may not know.
    """
    for topic in missing:
        try:
            await _configs(admin, [topic])
        except UnknownTopicOrPartitionError:
            continue
        # Another worker that starts at the same time may just have created it.
        if topic.name not in await admin.list_topics():
            raise TopicAuthorizationFailedError(f"topic {topic.name} cannot be described")


def _advice(topic: Topic, configs: dict[str, str]) -> Iterable[Problem]:
    for config in topic.configs:
        actual = configs.get(config.name, "")
        is_needless = (
            config.unless is not None and configs.get(config.unless[0]) == config.unless[1]
        )
        if config.advice and not config.holds(actual) and not is_needless:
            yield Problem(topic.name, f"{config.name} is {actual}", config.advice)


async def _partitions(admin: AIOKafkaAdminClient) -> dict[str, int]:
    topics = await admin.describe_topics()
    return {
        topic["topic"]: len(topic["partitions"])
        for topic in topics
        if not topic["error_code"]
        and all(partition["leader"] >= 0 for partition in topic["partitions"])
    }


async def _create(admin: AIOKafkaAdminClient, topics: list[Topic], replication: int) -> None:
    # A record counts when two of three replicas have it; a single one cannot wait for others.
    safe = {"min.insync.replicas": str(min(2, max(1, replication - 1)))}
    response = await admin.create_topics(
        [
            NewTopic(t.name, t.partitions, replication, None, _values(t.configs) | safe)
            for t in topics
        ]
    )
    for name, code, message in response.topic_errors:
        # Another worker that starts at the same time may have been first.
        if code not in (0, TopicAlreadyExistsError.errno):
            raise for_code(code)(f"topic {name} cannot be created: {message}")


async def _visible(admin: AIOKafkaAdminClient, topics: Iterable[Topic]) -> dict[str, int]:
    """Wait until brokers show what the controller has created: Faust ignores what it misses."""
    for _ in range(SETTLE_TRIES):
        partitions = await _partitions(admin)
        if all(topic.name in partitions for topic in topics):
            break
        await asyncio.sleep(SETTLE_PAUSE_S)
    return partitions


async def _altered(
    admin: AIOKafkaAdminClient, topics: list[Topic], broken: list[Topic]
) -> dict[str, dict[str, str]]:
    """Wait until brokers show what the controller has altered."""
    for _ in range(SETTLE_TRIES):
        configs = await _configs(admin, topics)
        if not any(_wrong(topic, configs[topic.name]) for topic in broken):
            break
        await asyncio.sleep(SETTLE_PAUSE_S)
    return configs


def _values(configs: Iterable[Config]) -> dict[str, str]:
    return {config.name: config.value for config in configs}


async def _configs(admin: AIOKafkaAdminClient, topics: list[Topic]) -> dict[str, dict[str, str]]:
    wanted = [ConfigResource(ConfigResourceType.TOPIC, topic.name) for topic in topics]
    if not wanted:
        return {}
    found: dict[str, dict[str, str]] = {}
    for response in await admin.describe_configs(wanted):
        for code, message, _kind, name, entries in response.resources:
            if code:
                raise for_code(code)(f"topic {name} cannot be described: {message}")
            found[name] = {entry[0]: entry[1] for entry in entries}
    return found
