"""What a failure of Kafka means: the exit status, what is wrong, and what to do about it.

Errors come from many places (a topic is described, the group is joined, a transaction is opened);
here each kind stands once.
"""

from typing import NamedTuple, NoReturn

from aiokafka import errors

from streams.exit_status import ExitStatus, end_process
from streams.settings import Settings
from streams.topology import Names, names


class Cause(NamedTuple):
    """Why Kafka cannot be worked with."""

    status: ExitStatus
    message: str


# Away, or not able to answer. Which of the two, and why, diagnosis.py finds out.
UNREACHABLE = (
    errors.KafkaConnectionError,
    errors.KafkaTimeoutError,
    errors.KafkaUnavailableError,
    errors.NoBrokersAvailable,
    errors.NodeNotReadyError,
    errors.RequestTimedOutError,
    errors.BrokerNotAvailableError,
    errors.LeaderNotAvailableError,
    errors.GroupCoordinatorNotAvailableError,
    TimeoutError,
    ConnectionError,
)
LOGIN = (
    errors.SaslAuthenticationFailed,
    errors.AuthenticationFailedError,
    errors.UnsupportedSaslMechanismError,
    errors.IllegalSaslStateError,
)


def cause_of(error: BaseException | None, settings: Settings) -> Cause | None:
    """Return what an error, or one that it stems from, means; None for one that is not Kafka's."""
    while error is not None:
        cause = _refusal(error, settings) or _limit(error, settings)
        if cause is not None:
            return cause
        if isinstance(error, UNREACHABLE):
            return Cause(
                ExitStatus.BROKER_UNREACHABLE,
                f"Kafka does not answer at {settings.kafka} ({type(error).__name__}). Is it up, "
                "and is CLEANWIRE_KAFKA its address?",
            )
        error = error.__cause__ or error.__context__
    return None


def _refusal(error: BaseException, settings: Settings) -> Cause | None:
    """Return which right is missing: docs/operations.md lists what a worker needs."""
    named = names(settings)
    match error:
        case errors.TopicAuthorizationFailedError():
            what = _topic_rights(str(error), settings)
        case errors.GroupAuthorizationFailedError():
            what = f"READ on group {named.app_id}"
        case errors.TransactionalIdAuthorizationFailed():
            what = f"WRITE on transactional ids that begin with {named.app_id}-"
        case errors.ClusterAuthorizationFailedError():
            what = (
                "CREATE on the cluster. Create the topics as somebody who may "
                "(`cleanwire topics`), and leave CLEANWIRE_CREATE_TOPICS off"
            )
        case _ if isinstance(error, LOGIN):
            return Cause(
                ExitStatus.REFUSED,
                f"Kafka at {settings.kafka} does not take user {settings.kafka_username} by "
                f"{settings.kafka_sasl_mechanism}: check CLEANWIRE_KAFKA_USERNAME, "
                f"CLEANWIRE_KAFKA_PASSWORD and CLEANWIRE_KAFKA_SASL_MECHANISM ({error})",
            )
        case _:
            return None
    return refused(what, settings)


def refused(what: str, settings: Settings) -> Cause:
    """Return the cause that rights are missing; `what` names them."""
    return Cause(ExitStatus.REFUSED, f"Kafka refuses {_who(settings)} a right: {what}")


def rights_needed(named: Names) -> dict[str, tuple[str, ...]]:
    """Return what a worker must be allowed to do, by topic: the table of docs/operations.md."""
    return {
        **dict.fromkeys(named.raw, ("READ", "DESCRIBE_CONFIGS")),
        **dict.fromkeys(
            (named.prepared, named.changelog, named.source_records, *named.outputs),
            ("READ", "WRITE", "DESCRIBE_CONFIGS"),
        ),
    }


def _who(settings: Settings) -> str:
    if settings.kafka_username:
        return f"user {settings.kafka_username}"
    return "the holder of our certificate" if settings.kafka_tls else "everybody without a name"


def _topic_rights(text: str, settings: Settings) -> str:
    """Return the rights on the topics that an error names, on all when it names none."""
    rights = rights_needed(names(settings))
    affected = [topic for topic in rights if topic in text] or list(rights)
    return "; ".join(f"{_listed(rights[topic])} on topic {topic}" for topic in affected)


def _listed(words: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _limit(error: BaseException, settings: Settings) -> Cause | None:
    """Return which setting goes beyond what the brokers allow."""
    delivery = settings.delivery
    match error:
        case errors.InvalidTransactionTimeout():
            what = (
                f"CLEANWIRE_DELIVERY__TRANSACTION_TIMEOUT_S={delivery.transaction_timeout_s:g} is "
                "above the brokers' transaction.max.timeout.ms. Lower the one or raise the other"
            )
        case errors.InvalidSessionTimeoutError():
            what = (
                f"CLEANWIRE_DELIVERY__SESSION_TIMEOUT_S={delivery.session_timeout_s:g} is not "
                "between the brokers' group.min.session.timeout.ms and "
                "group.max.session.timeout.ms. Set it to what they allow"
            )
        case errors.InconsistentGroupProtocolError():
            what = (
                f"group {names(settings).app_id} has a member that is no worker of cleanwire's. "
                "Stop it, or let it use another group"
            )
        case _:
            return None
    return Cause(ExitStatus.CONFIGURATION, what)


def give_up(what: str, error: BaseException, settings: Settings) -> NoReturn:
    """End the process after `error`: with the status and the words of its cause, if that is known.

    With them goes no traceback: nothing of ours failed.
    """
    cause = cause_of(error, settings)
    if cause is None:
        end_process(ExitStatus.FAILED, what, cause=error)
    end_process(cause.status, f"{what}: {cause.message}")
