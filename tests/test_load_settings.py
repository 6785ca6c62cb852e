"""Settings: every mistake is named, with what is allowed, before anything connects."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from streams.settings import Settings
from streams.settings.load import SettingsError, effective, load_settings
from streams.settings.rows import rows


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith("CLEANWIRE_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


CASES = [
    ({"WEB_PORT": "seventy"}, ["CLEANWIRE_WEB_PORT=seventy", "whole number from 0 to 65535"]),
    (
        {"DEDUPE__SCOPE": "world"},
        ["CLEANWIRE_DEDUPE__SCOPE=world", "all, source, language, header"],
    ),
    ({"DEDUPE__FURNITURE_SHARE": "3"}, ["DEDUPE__FURNITURE_SHARE=3", "number from 0 to 1"]),
    ({"KAFKA": "http://me"}, ["CLEANWIRE_KAFKA=http://me", "host:port"]),
    ({"KAFKA_TLS": "maybe"}, ["CLEANWIRE_KAFKA_TLS=maybe", "1 or 0"]),
    ({"RAW_TOPICS": "a,b c"}, ["CLEANWIRE_RAW_TOPICS=a,b c", "with commas between"]),
    ({"RAW_TOPICS": "news.clean"}, ["CLEANWIRE_RAW_TOPICS names news.clean"]),
    ({"DEDUPE__TRUST": "{x"}, ["CLEANWIRE_DEDUPE__TRUST={x", "JSON"]),
    ({"KAFK": "a:1"}, ["CLEANWIRE_KAFK: there is no such setting", "mean CLEANWIRE_KAFKA?"]),
    ({"WINDOW_HOURS": "3"}, ["CLEANWIRE_WINDOW_HOURS", "CLEANWIRE_DEDUPE__WINDOW_HOURS?"]),
    ({"DEDUPE__PARTITIONS": "3"}, ["scope `all` needs 1 partition", "CLEANWIRE_DEDUPE__SCOPE"]),
    ({"KAFKA_USERNAME": "u"}, ["CLEANWIRE_KAFKA_PASSWORD only go together"]),
    (
        {"KAFKA_USERNAME": "u", "KAFKA_PASSWORD": "p"},
        ["without TLS", "CLEANWIRE_KAFKA_PASSWORD_IN_CLEAR=1"],
    ),
    ({"DEDUPE__RELATED": "0.9"}, ["CLEANWIRE_DEDUPE__RELATED is above"]),
    ({"DEDUPE__TRUST": '{"a.example": 11}'}, ["CLEANWIRE_DEDUPE__TRUST", "less than or equal"]),
    ({"RAW_TOPICS": "a,b,a"}, ["CLEANWIRE_RAW_TOPICS names a more than once"]),
    (
        {"RAW_TOPICS": "news-cleanwire-recent_paragraphs-changelog"},
        ["CLEANWIRE_RAW_TOPICS names news-cleanwire-recent_paragraphs-changelog"],
    ),
]

# What contradicts, who is named beside it, and a change of the first that ends the contradiction.
CONTRADICTIONS = [
    (
        {"DELIVERY__STALL_TIMEOUT_S": "34", "CLEAN__TIME_LIMIT_S": "5"},
        ["STALL_TIMEOUT_S=34", "CLEANWIRE_CLEAN__TIME_LIMIT_S=5", "Set it to 35 or more"],
        {"DELIVERY__STALL_TIMEOUT_S": "35"},
    ),
    (
        {"CLEAN__TIME_LIMIT_S": "60"},
        ["STALL_TIMEOUT_S=60", "CLEANWIRE_CLEAN__TIME_LIMIT_S=60", "Set it to 365 or more"],
        {"DELIVERY__STALL_TIMEOUT_S": "365"},
    ),
    (
        {"DELIVERY__SESSION_TIMEOUT_S": "60"},
        ["STALL_TIMEOUT_S=60", "CLEANWIRE_DELIVERY__SESSION_TIMEOUT_S=60", "Set it to 65 or more"],
        {"DELIVERY__STALL_TIMEOUT_S": "65"},
    ),
    (
        {
            "DELIVERY__STALL_TIMEOUT_S": "14",
            "DELIVERY__TRANSACTION_MAX_MS": "10000",
            "CLEAN__TIME_LIMIT_S": "1",
        },
        ["STALL_TIMEOUT_S=14", "TRANSACTION_MAX_MS=10000", "Set it to 15 or more"],
        {"DELIVERY__STALL_TIMEOUT_S": "15"},
    ),
    (
        {"DELIVERY__TRANSACTION_TIMEOUT_S": "10", "DELIVERY__TRANSACTION_MAX_MS": "8000"},
        ["TRANSACTION_TIMEOUT_S=10", "TRANSACTION_MAX_MS=8000", "Set it to 13 or more"],
        {"DELIVERY__TRANSACTION_TIMEOUT_S": "13"},
    ),
    (
        {"DELIVERY__TRANSACTION_IDLE_MS": "201"},
        ["TRANSACTION_IDLE_MS=201", "CLEANWIRE_DELIVERY__TRANSACTION_MAX_MS=200"],
        {"DELIVERY__TRANSACTION_IDLE_MS": "200"},
    ),
    (
        {"KAFKA_CA_FILE": "ca.pem"},
        ["CLEANWIRE_KAFKA_CA_FILE", "CLEANWIRE_KAFKA_TLS=1"],
        {"KAFKA_TLS": "1"},
    ),
    (
        {"DEDUPE__SCOPE_HEADER": "edition"},
        ["CLEANWIRE_DEDUPE__SCOPE_HEADER=edition", "CLEANWIRE_DEDUPE__SCOPE=header"],
        {"DEDUPE__SCOPE": "header"},
    ),
]


def _set(given: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"CLEANWIRE_{name}", value)


def _are_refused(said: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings()
    for part in said:
        assert part in str(caught.value)


@pytest.mark.parametrize(("given", "said"), CASES, ids=lambda c: "-".join(c)[:40])
def test_names_the_mistake(
    given: dict[str, str], said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Name, value and what is allowed stand in the message."""
    _set(given, monkeypatch)
    _are_refused(said)


@pytest.mark.parametrize(
    ("given", "said", "way_out"), CONTRADICTIONS, ids=lambda c: "-".join(c)[:40]
)
def test_settings_that_contradict_each_other_are_refused(
    given: dict[str, str],
    said: list[str],
    way_out: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The message names both and a way out, and that way is one."""
    _set(given, monkeypatch)
    _are_refused(said)
    _set(way_out, monkeypatch)
    load_settings()


def test_names_all_mistakes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two wrong values and an unknown name are three lines."""
    monkeypatch.setenv("CLEANWIRE_WEB_PORT", "-1")
    monkeypatch.setenv("CLEANWIRE_REPLICATION", "0")
    monkeypatch.setenv("CLEANWIRE_NOTHING", "1")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert len(str(caught.value).splitlines()) == 3


def test_the_env_file_counts_and_is_checked(tmp_path: Path) -> None:
    """A setting in `.env` is in force, and an unknown name there is an error too."""
    (tmp_path / ".env").write_text("CLEANWIRE_PREFIX=wire\nOTHER=1\n", encoding="utf-8")
    assert load_settings().prefix == "wire"
    (tmp_path / ".env").write_text("CLEANWIRE_PREFFIX=wire\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"CLEANWIRE_PREFFIX.*CLEANWIRE_PREFIX"):
        load_settings()


def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose files pass on unset variables as empty ones."""
    monkeypatch.setenv("CLEANWIRE_WEB_PORT", "")
    assert load_settings().web_port == Settings().web_port


def test_a_wrong_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password never stands in a message or in the effective settings."""
    monkeypatch.setenv("CLEANWIRE_KAFKA_PASSWORD", "hush-hush")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "hush-hush" not in str(caught.value)
    monkeypatch.setenv("CLEANWIRE_KAFKA_USERNAME", "u")
    monkeypatch.setenv("CLEANWIRE_KAFKA_TLS", "1")
    assert "hush-hush" not in str(effective(load_settings()))


def test_what_config_shows_gives_the_same_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lines, put into the environment, are the same settings again."""
    shown = Settings(raw_topics=("a", "b"), dedupe={"trust": {"x.com": 9}, "window_hours": 5})
    for name, value in effective(shown).items():
        monkeypatch.setenv(name, value)
    assert load_settings() == shown


def test_every_setting_is_described() -> None:
    """The table of settings has no empty cell where a reader needs one."""
    assert [row.name for row in rows() if not (row.description and row.allowed)] == []


@pytest.mark.parametrize("program", ["streams.cli topics", "faust -A streams.app worker"])
def test_the_program_ends_with_status_2(program: str) -> None:
    """A wrong setting ends the command line, and Faust's, before anything connects."""
    done = subprocess.run(
        [sys.executable, "-m", *program.split()],
        env={**os.environ, "CLEANWIRE_WEB_PORT": "seventy"},
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "CLEANWIRE_WEB_PORT=seventy" in done.stderr
    assert not done.stdout
