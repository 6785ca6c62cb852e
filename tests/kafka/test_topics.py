"""Topics are created as the table says, and every difference is reported with a way out."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from streams.kafka.topics.topic_table import Config, TopicRule, table
from streams.kafka.topics.topics import ensure
from streams.settings import DedupeSettings, Scope, Settings
from streams.topology import names

pytestmark = pytest.mark.kafka


async def create(kafka: str, name: str, partitions: int, configs: Mapping[str, str]) -> None:
    """Create a topic as somebody else might have."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic(name, partitions, 1, None, dict(configs))])
    while (await admin.describe_topics([name]))[0]["error_code"]:  # noqa: ASYNC110  Kafka tells nobody
        await asyncio.sleep(0.05)
    await admin.close()


async def config(kafka: str, topic: str) -> dict[str, Any]:
    """Return a topic's configuration."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    found = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    await admin.close()
    return {entry[0]: entry[1] for entry in found[0].resources[0][4]}


async def test_creates_every_topic_once(settings: Settings) -> None:
    """The first run creates all seven, changelog included; the second has nothing to do or say."""
    first = await ensure(settings, create=True)
    assert len(first.created) == 7
    assert not first.problems
    second = await ensure(settings, create=True)
    assert (second.created, second.problems) == ((), ())


async def test_a_new_topic_has_what_the_table_says(settings: Settings) -> None:
    """Each configuration of the table stands in Kafka."""
    await ensure(settings, create=True)
    for topic in table(settings):
        actual = await config(settings.kafka, topic.name)
        assert {c.name: actual[c.name] for c in topic.configs} == {
            c.name: c.value for c in topic.configs
        }


async def test_only_reports_when_it_may_not_create(settings: Settings) -> None:
    """Without leave nothing is created, and every missing topic is named with the command."""
    report = await ensure(settings, create=False)
    assert not report.created
    assert [p.topic for p in report.problems] == [t.name for t in table(settings)]
    assert all("`cleanwire topics`" in p.todo for p in report.problems)


async def test_reports_a_wrong_number_of_partitions(settings: Settings) -> None:
    """The changelog must have the partitions of the prepared topic."""
    changelog = names(settings).changelog
    await create(settings.kafka, changelog, 3, {"retention.ms": "-1", "segment.ms": "1000"})
    report = await ensure(settings, create=True)
    assert [p.what for p in report.problems] == ["has 3 partitions, not 1"]
    assert "CLEANWIRE_DEDUPE__PARTITIONS=3" in report.problems[0].todo


@pytest.mark.parametrize(
    ("topic", "wrong"),
    [
        ("raw", {"cleanup.policy": "compact"}),
        ("prepared", {"message.timestamp.type": "CreateTime"}),
        ("prepared", {"cleanup.policy": "compact"}),
        ("clean", {"max.message.bytes": "1000000"}),
    ],
)
async def test_alters_what_breaks_the_promise(
    settings: Settings, topic: str, wrong: dict[str, str]
) -> None:
    """A broken rule is reported, `alter` mends it, and an operator's own retention stays."""
    name = f"{settings.prefix}.{topic}"
    full = next(t for t in table(settings) if t.name == name)
    values = {c.name: c.value for c in full.configs} | {"retention.ms": "12345678"} | wrong
    await create(settings.kafka, name, full.partitions, values)
    assert [p.topic for p in (await ensure(settings, create=True)).problems] == [name]
    report = await ensure(settings, create=False, alter=True)
    assert (report.altered, report.problems) == ((name,), ())
    assert (await config(settings.kafka, name))["retention.ms"] == "12345678"


async def test_alters_nothing_else_of_a_topic(settings: Settings) -> None:
    """A raw topic is somebody else's: compression, sizes and clocks stay as they were set."""
    name = f"{settings.prefix}.raw"
    theirs = {
        "compression.type": "zstd",
        "retention.bytes": "123456789",
        "segment.bytes": "104857600",
        "message.timestamp.type": "CreateTime",
        "max.message.bytes": "9000000",
    }
    await create(settings.kafka, name, 4, theirs | {"cleanup.policy": "compact"})
    report = await ensure(settings, create=True, alter=True)
    assert (report.altered, report.problems) == ((name,), ())
    actual = await config(settings.kafka, name)
    assert {key: actual[key] for key in theirs} == theirs
    assert actual["cleanup.policy"] == "delete"


async def test_a_topic_as_brokers_make_them_is_taken_with_advice(settings: Settings) -> None:
    """Larger records are rejected one by one; what retention may do to old stamps is said."""
    name = f"{settings.prefix}.raw"
    await create(settings.kafka, name, 4, {})
    report = await ensure(settings, create=True)
    assert report.problems == ()
    assert [note.topic for note in report.notes] == [name, name]
    assert "rejected without their value" in report.notes[0].todo
    assert "LogAppendTime" in report.notes[1].todo


async def test_a_topic_that_keeps_everything_needs_no_advice(settings: Settings) -> None:
    """Whatever is stamped on a record then removes it."""
    name = f"{settings.prefix}.raw"
    await create(settings.kafka, name, 4, {"retention.ms": "-1", "max.message.bytes": "1000000"})
    assert (await ensure(settings, create=True)).notes == ()


async def test_several_raw_topics_and_partitions_by_source(settings: Settings) -> None:
    """Named raw topics are created; what belongs to a scope has as many partitions."""
    raw = (f"{settings.prefix}.crawl", f"{settings.prefix}.feeds")
    dedupe = DedupeSettings(scope=Scope.SOURCE, partitions=4)
    wide = settings.model_copy(update={"raw_topics": raw, "dedupe": dedupe})
    report = await ensure(wide, create=True)
    assert report.created[:2] == raw
    assert not (await ensure(wide, create=False)).problems
    narrow = settings.model_copy(update={"raw_topics": raw})
    assert len((await ensure(narrow, create=False)).problems) == 3


@pytest.mark.parametrize(
    ("rule", "actual", "holds"),
    [
        (TopicRule.AT_LEAST, "100", True),
        (TopicRule.AT_LEAST, "99", False),
        (TopicRule.AT_LEAST, "-1", True),
        (TopicRule.AT_MOST, "101", False),
        (TopicRule.AT_MOST, "-1", False),
        (TopicRule.EQUAL, "101", False),
        (TopicRule.ANY, "1", True),
    ],
)
def test_rules(rule: TopicRule, actual: str, *, holds: bool) -> None:
    """Minus one is no limit; a rule `any` leaves a topic as it is."""
    assert Config("some.ms", "100", rule).holds(actual) is holds
