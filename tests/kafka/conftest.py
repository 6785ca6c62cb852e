"""A broker for the whole run, and a topic prefix for each test."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.kafka.broker.broker import EmbeddedBroker
from streams.settings import Settings


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a broker: CLEANWIRE_KAFKA's when it is set, else an embedded one."""
    named = os.environ.get("CLEANWIRE_KAFKA")
    if named:
        yield named
        return
    data: Path = tmp_path_factory.mktemp("kafka")
    with EmbeddedBroker(data) as broker:
        yield broker.bootstrap


@pytest.fixture
def prefix() -> str:
    """First part of the test's own topic names."""
    return f"test-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def settings(kafka: str, prefix: str, tmp_path: Path) -> Settings:
    """Settings on the broker, with the test's own topics, files and port."""
    return Settings(kafka=kafka, prefix=prefix, data_dir=str(tmp_path), web_port=0)
