"""`cleanwire dry-run --against`: what is on the topics, through the settings at hand."""

import json
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from streams.demo.worker_process import WorkerProcess
from streams.kafka.broker.listening import free_port
from streams.kafka.topics.reading import open_reader
from streams.kafka.topics.topics import ensure
from streams.settings import Settings
from streams.topology import names
from tests.support.command import cleanwire
from tests.support.program import environment
from tests.support.stories import TEXTS

pytestmark = pytest.mark.kafka

STORIES = list(TEXTS)[:6]
MESSAGES: list[dict[str, str]] = [
    {"content": "\n".join(TEXTS[story]), "source": source, "title": story}
    for source in ("wire", "paper")
    for story in STORIES
] + [{"content": "", "source": "wire"}]


@pytest.fixture
async def published(settings: Settings, tmp_path: Path) -> Settings:
    """Raw messages in several partitions, and what a worker made of them."""
    settings = settings.model_copy(update={"web_port": free_port()})
    named = names(settings)
    await ensure(settings, create=True)
    async with AIOKafkaProducer(bootstrap_servers=settings.kafka) as producer:
        for number, message in enumerate(MESSAGES):
            value = json.dumps(message).encode()
            await producer.send_and_wait(named.raw[0], value, partition=number % 2)
    async with (
        WorkerProcess(settings, tmp_path / "worker.log"),
        open_reader(settings, named.outputs) as reader,
    ):
        await reader.to_beginning()
        seen = 0
        async for _ in reader.follow():
            seen += 1
            if seen == len(MESSAGES):
                break
    return settings


async def test_what_a_setting_would_change_of_what_was_published(
    published: Settings, tmp_path: Path
) -> None:
    """Nothing with the worker's own settings, though stage 2 had them in an order of its own."""
    env = environment(published)
    asked = ("dry-run", "--from", "1h", "--against", names(published).outputs[0])
    same = cleanwire(*asked, cwd=tmp_path, env=env)
    assert (same.returncode, same.stdout, same.stderr) == (
        0,
        f"nothing differs in {len(MESSAGES)} messages\n",
        "",
    )
    never = env | {"CLEANWIRE_DEDUPE__NEVER_SUPPRESS": "paper,wire"}
    other = cleanwire(*asked, "--format", "jsonl", cwd=tmp_path, env=never)
    changes = [json.loads(line) for line in other.stdout.splitlines()]
    assert other.returncode == 1
    assert len(changes) == len(STORIES)
    assert {change["before"]["verdict"] for change in changes} == {"syndicated"}
    assert {change["after"]["rule"] for change in changes} == {"never_suppress"}


async def test_later_messages_are_left_out(published: Settings, tmp_path: Path) -> None:
    """Whatever comes from --to on."""
    env = environment(published)
    done = cleanwire("dry-run", "--from=2h", "--to=1h", cwd=tmp_path, env=env)
    assert (done.returncode, done.stdout) == (0, "")
