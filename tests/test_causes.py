"""Errors of Kafka's mean a status and a sentence that names what to look at."""

import pytest
from aiokafka import errors
from pydantic import SecretStr

from streams.exit_status import ExitStatus
from streams.kafka.causes import cause_of
from streams.settings import Settings

SETTINGS = Settings(
    prefix="wire", kafka_tls=True, kafka_username="alice", kafka_password=SecretStr("open sesame")
)

MEANING = [
    (errors.KafkaConnectionError("no"), ExitStatus.BROKER_UNREACHABLE, "CLEANWIRE_KAFKA"),
    (errors.NodeNotReadyError("node 1"), ExitStatus.BROKER_UNREACHABLE, "CLEANWIRE_KAFKA"),
    (TimeoutError(), ExitStatus.BROKER_UNREACHABLE, "CLEANWIRE_KAFKA"),
    (
        errors.TopicAuthorizationFailedError("wire.raw"),
        ExitStatus.REFUSED,
        "user alice a right: READ and DESCRIBE_CONFIGS on topic wire.raw",
    ),
    (
        errors.TopicAuthorizationFailedError("wire.clean"),
        ExitStatus.REFUSED,
        "READ, WRITE and DESCRIBE_CONFIGS on topic wire.clean",
    ),
    (errors.GroupAuthorizationFailedError(), ExitStatus.REFUSED, "READ on group wire-cleanwire"),
    (
        errors.TransactionalIdAuthorizationFailed(),
        ExitStatus.REFUSED,
        "WRITE on transactional ids that begin with wire-cleanwire-",
    ),
    (errors.ClusterAuthorizationFailedError(), ExitStatus.REFUSED, "CREATE on the cluster"),
    (errors.SaslAuthenticationFailed(), ExitStatus.REFUSED, "CLEANWIRE_KAFKA_PASSWORD"),
    (
        errors.InvalidTransactionTimeout(),
        ExitStatus.CONFIGURATION,
        "CLEANWIRE_DELIVERY__TRANSACTION_TIMEOUT_S=60 is above",
    ),
    (
        errors.InvalidSessionTimeoutError(),
        ExitStatus.CONFIGURATION,
        "CLEANWIRE_DELIVERY__SESSION_TIMEOUT_S=6 is not between",
    ),
    (errors.InconsistentGroupProtocolError(), ExitStatus.CONFIGURATION, "group wire-cleanwire"),
]


@pytest.mark.parametrize(("error", "status", "says"), MEANING, ids=lambda each: type(each).__name__)
def test_an_error_has_a_status_and_words(error: Exception, status: ExitStatus, says: str) -> None:
    """Whatever a supervisor and its owner need; and no secret."""
    cause = cause_of(error, SETTINGS)
    assert cause is not None
    assert cause.status is status
    assert says in cause.message
    assert "sesame" not in cause.message


def test_an_error_is_known_by_what_it_stems_from() -> None:
    """Faust and aiokafka wrap them."""
    wrapped = errors.KafkaError("Unexpected error during coordination")
    wrapped.__cause__ = errors.GroupAuthorizationFailedError()
    cause = cause_of(wrapped, SETTINGS)
    assert cause is not None
    assert cause.status is ExitStatus.REFUSED


def test_what_is_not_of_kafka_has_no_cause() -> None:
    """It is ours, and goes with a traceback."""
    assert cause_of(KeyError("0"), SETTINGS) is None
