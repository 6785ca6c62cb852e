"""TLS, passwords, certificates and rights: what is right works, what is wrong is named at once."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from streams.exit_status import ExitStatus
from streams.settings import SaslMechanism, Settings
from streams.topology import names
from tests.support.authority import Authority
from tests.support.guarded import SECRET, USER, GuardedBroker, Way, admin
from tests.support.pipe import Pipe, create_topics, run_until_it_ends, running

pytestmark = pytest.mark.kafka

Op = admin.AclOperation

NAMED_WITHIN_S = 20.0  # the worker's own start is most of it


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedBroker]:
    """A broker with every way in."""
    broker = GuardedBroker(tmp_path_factory.mktemp("guarded"))
    with broker:
        client = admin.AdminClient({"bootstrap.servers": broker.bootstrap})
        for mechanism in (admin.ScramMechanism.SCRAM_SHA_256, admin.ScramMechanism.SCRAM_SHA_512):
            info = admin.ScramCredentialInfo(mechanism, 4096)
            change = admin.UserScramCredentialUpsertion(USER, info, SECRET.encode())
            for done in client.alter_user_scram_credentials([change]).values():
                done.result()
        yield broker


@pytest.fixture
def plain(guarded: GuardedBroker, prefix: str, tmp_path: Path) -> Settings:
    """Settings of somebody who may do everything, for a test's own topics."""
    return Settings(kafka=guarded.bootstrap, prefix=prefix, data_dir=str(tmp_path), web_port=0)


def _by(broker: GuardedBroker, way: Way, **more: Any) -> dict[str, str]:
    """Return the environment of a worker that comes by `way`."""
    given: dict[str, Any] = {"kafka": broker.at(way)}
    if way not in {Way.CLEAR, Way.LOST}:
        given |= {"kafka_tls": "1", "kafka_ca_file": broker.authority.pair.cert}
    if way in {Way.LOGIN, Way.CLEAR}:
        given |= {"kafka_username": USER, "kafka_password": SECRET}
        given |= {"kafka_sasl_mechanism": SaslMechanism.PLAIN.value}
    if way is Way.CLEAR:
        given |= {"kafka_password_in_clear": "1"}
    if way is Way.MUTUAL:
        given |= {"kafka_cert_file": broker.client.cert, "kafka_key_file": broker.client.key}
    given |= more
    return {
        f"CLEANWIRE_{name.upper()}": str(value)
        for name, value in given.items()
        if value is not None
    }


def _allow_what_the_docs_say(broker: GuardedBroker, settings: Settings) -> list[tuple[Any, ...]]:
    """Give our user the rights of docs/operations.md; return them."""
    named = names(settings)
    written = (named.prepared, named.changelog, named.source_records, *named.outputs)
    rights: list[tuple[Any, ...]] = [
        *(
            (admin.ResourceType.TOPIC, t, op)
            for t in named.raw
            for op in (Op.READ, Op.DESCRIBE_CONFIGS)
        ),
        *(
            (admin.ResourceType.TOPIC, topic, op)
            for topic in written
            for op in (Op.READ, Op.WRITE, Op.DESCRIBE_CONFIGS)
        ),
        (admin.ResourceType.GROUP, named.app_id, Op.READ),
    ]
    for right in rights:
        broker.allow(*right)
    broker.allow(admin.ResourceType.TRANSACTIONAL_ID, f"{named.app_id}-", Op.WRITE, prefixed=True)
    return rights


async def _works(settings: Settings, folder: Path, ways_in: dict[str, str]) -> None:
    """Send an article through a worker and read it back."""
    pipe = Pipe(settings)
    pipe.push(json.dumps({"content": "The ferry sails again.", "source": "a", "id": "1"}).encode())
    started = time.monotonic()
    with running(settings, folder, **ways_in):
        taken = await asyncio.to_thread(pipe.take, 1)
        lasted_s = time.monotonic() - started
    pipe.close()
    assert [record.key for record in taken] == [b"a/1"]
    assert lasted_s < NAMED_WITHIN_S


@pytest.mark.parametrize("way", [Way.TLS, Way.MUTUAL])
async def test_certificates_that_are_right(
    guarded: GuardedBroker, plain: Settings, tmp_path: Path, way: Way
) -> None:
    """By TLS, and with a certificate of our own, whose holder has rights under its name."""
    await create_topics(plain)
    if way is Way.MUTUAL:
        guarded.user = "CN=reader"
        _allow_what_the_docs_say(guarded, plain)
    guarded.user = USER
    await _works(plain, tmp_path, _by(guarded, way))


@pytest.mark.parametrize("mechanism", list(SaslMechanism))
async def test_a_password_that_is_right(
    guarded: GuardedBroker, plain: Settings, tmp_path: Path, mechanism: SaslMechanism
) -> None:
    """By each mechanism, from a file, with no rights but those that the docs list."""
    await create_topics(plain)
    _allow_what_the_docs_say(guarded, plain)
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n", encoding="utf-8")
    by = _by(
        guarded,
        Way.LOGIN,
        kafka_password=None,
        kafka_password_file=secret,
        kafka_sasl_mechanism=mechanism.value,
    )
    await _works(plain, tmp_path, by)


WRONG: dict[str, tuple[Way, dict[str, Any], ExitStatus, tuple[str, ...]]] = {
    "an authority of ours that did not sign it": (
        Way.TLS,
        {"kafka_ca_file": "STRANGER"},
        ExitStatus.REFUSED,
        ("not signed by an authority", "CLEANWIRE_KAFKA_CA_FILE"),
    ),
    "no authority of ours": (
        Way.TLS,
        {"kafka_ca_file": None},
        ExitStatus.REFUSED,
        ("not signed by an authority", "CLEANWIRE_KAFKA_CA_FILE"),
    ),
    "an expired certificate": (Way.EXPIRED, {}, ExitStatus.REFUSED, ("has expired",)),
    "another host's certificate": (Way.OTHER, {}, ExitStatus.REFUSED, ("not for the name",)),
    "TLS off": (
        Way.TLS,
        {"kafka_tls": None, "kafka_ca_file": None},
        ExitStatus.BROKER_UNREACHABLE,
        ("talks TLS", "CLEANWIRE_KAFKA_TLS=1"),
    ),
    "TLS to a plain port": (
        Way.LOST,
        {"kafka_tls": "1"},
        ExitStatus.BROKER_UNREACHABLE,
        ("does not talk TLS", "CLEANWIRE_KAFKA_TLS=0"),
    ),
    "another password": (
        Way.LOGIN,
        {"kafka_password": "guess"},
        ExitStatus.REFUSED,
        (f"does not take user {USER}", "CLEANWIRE_KAFKA_PASSWORD"),
    ),
    "no certificate of our own": (
        Way.MUTUAL,
        {"kafka_cert_file": None, "kafka_key_file": None},
        ExitStatus.BROKER_UNREACHABLE,
        ("CLEANWIRE_KAFKA_CERT_FILE",),
    ),
    "no password": (
        Way.CLEAR,
        {"kafka_username": None, "kafka_password": None},
        ExitStatus.BROKER_UNREACHABLE,
        ("CLEANWIRE_KAFKA_USERNAME",),
    ),
    "an advertised name that nobody can resolve": (
        Way.LOST,
        {},
        ExitStatus.BROKER_UNREACHABLE,
        ("nowhere.invalid", "cannot be resolved", "advertised.listeners"),
    ),
}


@pytest.mark.parametrize("mistake", WRONG)
async def test_what_is_wrong_is_named(
    guarded: GuardedBroker, plain: Settings, tmp_path: Path, mistake: str
) -> None:
    """Cause, host and setting, within seconds; and never a secret."""
    way, more, status, words = WRONG[mistake]
    if more.get("kafka_ca_file") == "STRANGER":
        stranger = Authority(tmp_path / "stranger", "somebody else").pair.cert
        more = {**more, "kafka_ca_file": stranger}
    by = _by(guarded, way, **more)
    started = time.monotonic()
    done = await run_until_it_ends(plain, **by)
    assert done.returncode == status, done.stdout
    assert time.monotonic() - started < NAMED_WITHIN_S
    last = done.stdout.splitlines()[-1] if done.stdout else ""
    for word in (*words, str(guarded.ports[way])):
        assert word in done.stdout, last
    assert "Traceback" not in done.stdout
    for secret in (SECRET, "guess"):
        assert secret not in done.stdout


def _first(settings: Settings) -> dict[str, tuple[Any, str, Any]]:
    named = names(settings)
    return {
        "describe configs": (admin.ResourceType.TOPIC, named.raw[0], Op.DESCRIBE_CONFIGS),
        "read raw": (admin.ResourceType.TOPIC, named.raw[0], Op.READ),
        "write clean": (admin.ResourceType.TOPIC, named.outputs[0], Op.WRITE),
        "write prepared": (admin.ResourceType.TOPIC, named.prepared, Op.WRITE),
        "read changelog": (admin.ResourceType.TOPIC, named.changelog, Op.READ),
        "write changelog": (admin.ResourceType.TOPIC, named.changelog, Op.WRITE),
        "read sources": (admin.ResourceType.TOPIC, named.source_records, Op.READ),
        "write sources": (admin.ResourceType.TOPIC, named.source_records, Op.WRITE),
        "group": (admin.ResourceType.GROUP, named.app_id, Op.READ),
    }


RIGHTS = (
    "describe configs",
    "read raw",
    "write clean",
    "write prepared",
    "read changelog",
    "write changelog",
    "read sources",
    "write sources",
    "group",
    "transactional id",
)


@pytest.mark.parametrize("right", RIGHTS)
async def test_a_right_that_is_missing_is_named(
    guarded: GuardedBroker, plain: Settings, right: str
) -> None:
    """Right and resource, within seconds of the start; no message need come."""
    await create_topics(plain)
    _allow_what_the_docs_say(guarded, plain)
    named = names(plain)
    if right == "transactional id":
        resource: tuple[Any, str, Any] = (
            admin.ResourceType.TRANSACTIONAL_ID,
            f"{named.app_id}-",
            Op.WRITE,
        )
        guarded.deny(*resource, prefixed=True)
    else:
        resource = _first(plain)[right]
        guarded.deny(*resource)
    started = time.monotonic()
    done = await run_until_it_ends(plain, **_by(guarded, Way.LOGIN))
    assert done.returncode == ExitStatus.REFUSED, done.stdout[-3_000:]
    assert time.monotonic() - started < NAMED_WITHIN_S
    said = next(line for line in done.stdout.splitlines() if "refuses user alice" in line)
    assert resource[1] in said
    assert resource[2].name in said
