"""What a worker makes sure of before it joins the group."""

from aiokafka.errors import KafkaConnectionError

from streams.exit_status import ExitStatus, end_process
from streams.kafka.topics.topics import ensure
from streams.settings import Settings


async def check_world(settings: Settings) -> None:
    """Return when Kafka answers and the topics are right; else end the process and say why.

    Missing topics are created when the settings allow it.
    """
    try:
        report = await ensure(settings, create=settings.create_topics)
    except KafkaConnectionError:
        end_process(
            ExitStatus.BROKER_UNREACHABLE,
            f"Kafka cannot be reached at {settings.kafka}. Start one with `cleanwire broker`, or "
            "set CLEANWIRE_KAFKA=host:port",
        )
    if report.problems:
        lines = "\n  ".join(str(problem) for problem in report.problems)
        end_process(
            ExitStatus.TOPICS_MISMATCH,
            f"topics are not as the promise needs them:\n  {lines}\n"
            "`cleanwire topics` creates missing ones, with --alter it sets configurations right",
        )
