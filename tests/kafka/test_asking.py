"""What the commands say of records that stand on the topics, without a worker."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from schemas import PreparedArticle
from streams.core.clean import clean
from streams.core.dedupe import Deduper
from streams.core.messages import records
from streams.core.messages.message import Message, Output
from streams.kafka.topics.topics import ensure
from streams.settings import CleanSettings, DedupeSettings, Settings
from streams.topology import names
from tests.support.command import cleanwire
from tests.support.program import environment

pytestmark = pytest.mark.kafka

URL = "https://www.example.org/harbour/7"
ARTICLE = {
    "content": "The harbour master counts the boats.\nShare this article\nThere were nine of them.",
    "source": "a.example",
    "id": "7",
    "url": URL,
}
Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture
async def ask(settings: Settings, tmp_path: Path) -> Ask:
    """Run `cleanwire` on topics with one article published, one rejected and one waiting."""
    await ensure(settings, create=True)
    named = names(settings)
    async with AIOKafkaProducer(bootstrap_servers=settings.kafka) as producer:
        value = json.dumps(ARTICLE).encode()
        sent = await producer.send_and_wait(named.raw[0], value, partition=0)
        raw = Message(named.raw[0], 0, sent.offset, sent.timestamp, None, value)
        output = published(raw)
        headers = list(output.headers)
        await producer.send_and_wait(
            named.topic("clean"), output.value, key=output.key, headers=headers
        )
        await producer.send_and_wait(named.topic("clean"), b"a stray record")
        headers = [
            ("cleanwire-stage", b"clean"),
            ("cleanwire-reason", b"no_text"),
            ("cleanwire-error", b"no text in the content"),
            ("cleanwire-origin", f"{named.raw[0]}/0/5".encode()),
        ]
        await producer.send_and_wait(
            named.topic("rejected"), b'{"id": "bad-1"}', key=b"b.example", headers=headers
        )
        await producer.send_and_wait(named.raw[0], b'{"content": "Not yet."}', partition=1)

    def call(*arguments: str) -> tuple[int, str, str]:
        done = cleanwire(*arguments, cwd=tmp_path, env=environment(settings))
        return done.returncode, done.stdout, done.stderr

    return call


def published(raw: Message) -> Output:
    """Return the record that both stages make of a raw message."""
    prepared = clean(raw, CleanSettings())
    assert isinstance(prepared, PreparedArticle)
    outcome = Deduper(DedupeSettings()).decide(prepared, 0, raw.timestamp_ms)
    assert outcome.article is not None
    return records.published(outcome.article, raw, DedupeSettings(), "")


def test_an_article_is_explained_by_whatever_names_it(ask: Ask, settings: Settings) -> None:
    """Its id, its URL, where its raw message stands, a line of it; and what was removed."""
    raw = names(settings).raw[0]
    for said in ("a.example/7", URL, f"{raw}/0/0", "There were nine of them."):
        status, out, err = ask("explain", said, "--json")
        assert (status, json.loads(out)["state"]) == (0, "published"), (said, err)
    _, out, _ = ask("explain", "7")
    assert "removed: 1\n  - Share this article" in out


def test_what_is_not_published_is_explained_too(ask: Ask, settings: Settings) -> None:
    """A rejected message with its reason and place, a waiting one with its stage."""
    raw = names(settings).raw[0]
    for said in (f"{raw}/0/5", "bad-1"):
        status, out, _ = ask("explain", said, "--json")
        rejected = json.loads(out)
        assert (status, rejected["state"], rejected["reason"]) == (0, "rejected", "no_text")
        assert rejected["topic"] == names(settings).topic("rejected")
    assert "its bytes are kept, unchanged, as" in ask("explain", "bad-1")[1]
    waiting = json.loads(ask("explain", "Not yet.", "--json")[1])
    assert (waiting["state"], waiting["stage"], waiting["ahead"]) == ("waiting", "clean", 0)
    assert ask("explain", "nobody/1")[0] == 5


def test_tail_filters_and_goes_on_after_a_stray_record(ask: Ask) -> None:
    """Of all topics, or one; a stray record is a line like the others."""
    every = ask("tail", "--door", "all", "--from-beginning", "--timeout", "3")[1].splitlines()
    assert len(every) == 3
    assert sum("stray" in json.loads(line) for line in every) == 1
    (one,) = ask("tail", "--since", "1h", "--source", "a.example", "--timeout", "3")[1].splitlines()
    assert json.loads(one)["id"] == "a.example/7"
    assert "clean: new" in ask("stats")[1]
    assert json.loads(ask("stats", "--json")[1])["verdicts"]["rejected: no_text"] == 1
    assert ask("stats", "--since", "2100-01-01")[1] == "nothing has come out since then\n"


def test_the_doctor_says_what_to_do(ask: Ask, settings: Settings, tmp_path: Path) -> None:
    """All is well but for a worker that is missing; other partitions than set are told."""
    status, out, err = ask("doctor")
    assert status == 1, err
    assert "cleanwire worker" in out
    assert out.count("✗") == 1, out
    wanted = environment(settings) | {"CLEANWIRE_TOPIC_PARTITIONS": "8"}
    other = cleanwire("topics", "--check", "--json", cwd=tmp_path, env=wanted)
    assert other.returncode == 0
    assert len(json.loads(other.stdout)["notes"]) == 4
    away = environment(settings) | {"CLEANWIRE_KAFKA": "127.0.0.1:1"}
    done = cleanwire("doctor", cwd=tmp_path, env=away)
    assert (done.returncode, "cleanwire broker" in done.stdout) == (1, True)
