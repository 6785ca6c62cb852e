"""Secrets and certificates in files: read, or refused with the setting's name."""

from pathlib import Path

import pytest

from streams.kafka.connection import client_options, tls_context
from streams.settings import Settings
from streams.settings.load import SettingsError, effective, load_settings
from tests.support.authority import Authority

SECRET = "open sesame"  # noqa: S105 - of nothing


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No `.env` of the developer's."""
    monkeypatch.chdir(tmp_path)


def _given(monkeypatch: pytest.MonkeyPatch, **settings: object) -> Settings:
    for name, value in settings.items():
        monkeypatch.setenv(f"CLEANWIRE_{name.upper()}", str(value))
    return load_settings()


def test_a_password_is_read_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the line's end that editors put there, and masked wherever settings are shown."""
    (tmp_path / "secret").write_text(f"{SECRET}\n", encoding="utf-8")
    settings = _given(
        monkeypatch, kafka_username="alice", kafka_tls=1, kafka_password_file=tmp_path / "secret"
    )
    given = client_options(settings)
    assert given["sasl_plain_password"] == SECRET
    assert "sesame" not in str(effective(settings))


@pytest.mark.parametrize(
    ("content", "more", "says"),
    [
        (None, {}, "cannot be read: No such file"),
        (b"", {}, "is empty"),
        (b"\xff\xfe", {}, "is not UTF-8"),
        (b"open sesame", {"kafka_password": "twice"}, "do not go together"),
    ],
)
def test_a_password_file_that_is_wrong_is_named(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    content: bytes | None,
    more: dict[str, str],
    says: str,
) -> None:
    """With what is wrong, and nothing of its content."""
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError, match="CLEANWIRE_KAFKA_PASSWORD") as error:
        _given(monkeypatch, kafka_username="alice", kafka_tls=1, kafka_password_file=file, **more)
    assert says in str(error.value)
    assert "sesame" not in str(error.value)


def test_a_certificate_of_our_own_is_loaded(tmp_path: Path) -> None:
    """With its key in a file of its own."""
    pair = Authority(tmp_path / "ca", "cleanwire tests").sign("reader", "DNS:reader.example")
    settings = Settings(
        kafka_tls=True, kafka_cert_file=str(pair.cert), kafka_key_file=str(pair.key)
    )
    assert tls_context(settings).check_hostname


def test_files_of_tls_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    """The setting, the file, and what it must be."""
    pair = Authority(tmp_path / "ca", "cleanwire tests").sign("reader", "DNS:reader.example")
    nothing, none = tmp_path / "nothing.pem", tmp_path / "none.pem"
    nothing.write_text("no certificate", encoding="utf-8")
    cert, key = str(pair.cert), str(pair.key)
    wrong = {
        "CA_FILE=": Settings(kafka_tls=True, kafka_ca_file=str(none)),
        "CA_FILE=/": Settings(kafka_tls=True, kafka_ca_file=str(nothing)),
        "CERT_FILE=": Settings(kafka_tls=True, kafka_cert_file=str(none), kafka_key_file=key),
        "CERT_FILE=/": Settings(kafka_tls=True, kafka_cert_file=str(nothing), kafka_key_file=key),
        "KEY_FILE=": Settings(kafka_tls=True, kafka_cert_file=cert, kafka_key_file=str(none)),
    }
    for name, settings in wrong.items():
        with pytest.raises(SettingsError, match=f"CLEANWIRE_KAFKA_{name}"):
            tls_context(settings)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"kafka_cert_file": "a.pem"}, "no effect without TLS"),
        ({"kafka_tls": 1, "kafka_key_file": "a.key"}, "CLEANWIRE_KAFKA_CERT_FILE"),
    ],
)
def test_half_a_certificate_is_refused(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, object], says: str
) -> None:
    """A setting without effect would be taken for one that has."""
    with pytest.raises(SettingsError, match=says):
        _given(monkeypatch, **given)


@pytest.mark.parametrize("kafka", ["[::1]:9092", "[fd00::2]:9092,b.example:9093", "10.0.0.1:9092"])
def test_addresses_of_both_kinds_are_taken(monkeypatch: pytest.MonkeyPatch, kafka: str) -> None:
    """IPv6 in brackets, as in a URL."""
    assert _given(monkeypatch, kafka=kafka).kafka == kafka


@pytest.mark.parametrize("kafka", ["::1:9092", "[::1]", "[b.example]:9092", "a:1,,b:2"])
def test_addresses_that_are_none_are_refused(monkeypatch: pytest.MonkeyPatch, kafka: str) -> None:
    """Before anything connects."""
    with pytest.raises(SettingsError, match="CLEANWIRE_KAFKA="):
        _given(monkeypatch, kafka=kafka)
