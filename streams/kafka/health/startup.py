"""What a worker makes sure of before it joins the group."""

import asyncio
import logging
import tempfile
from importlib.metadata import version
from pathlib import Path

from aiokafka.errors import KafkaError

from streams.exit_status import ExitStatus, end_process
from streams.kafka.causes import refused, rights_needed
from streams.kafka.connection import FirstAdmin
from streams.kafka.diagnosis import diagnose, why
from streams.kafka.topics.topic_facts import Right, topic_facts
from streams.kafka.topics.topics import Report, ensure
from streams.settings import Settings
from streams.topology import names

logger = logging.getLogger(__name__)

# Clients wait 40 s for an answer. After this long it is looked into whether one will come.
ANSWER_S = 10.0


def check_data_dir(folder: Path) -> None:
    """Return when the window's records can be kept in `folder`; else end the process."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        end_process(
            ExitStatus.CONFIGURATION,
            f"CLEANWIRE_DATA_DIR={folder} cannot be written to ({error.strerror}). Set it to a "
            "directory on a local disk that the worker's user owns",
        )


async def check_world(settings: Settings, first: FirstAdmin) -> None:
    """Return when Kafka answers and the topics are right; else end the process and say why.

    Missing topics are created when the settings allow it.
    """
    logger.info(
        "cleanwire %s starts: Kafka at %s, prefix %s, scope %s, window %d h",
        version("cleanwire"),
        settings.kafka,
        settings.prefix,
        settings.dedupe.scope.value,
        settings.dedupe.window_hours,
    )
    checking = asyncio.create_task(_look(settings, first))
    done, _ = await asyncio.wait([checking], timeout=ANSWER_S)
    if not done and (cause := await diagnose(settings)):
        end_process(*cause)
    try:
        report, missing = await checking
    except (KafkaError, OSError) as error:  # a time-out is an OSError
        end_process(*await why(error, settings))
    if missing:
        end_process(*refused("; ".join(missing), settings))
    for note in report.notes:
        logger.warning("%s", note)
    if report.problems:
        lines = "\n  ".join(str(problem) for problem in report.problems)
        end_process(
            ExitStatus.TOPICS_MISMATCH,
            f"topics are not as the promise needs them:\n  {lines}\n"
            "`cleanwire topics` creates missing ones, with --alter it sets configurations right",
        )


async def _look(settings: Settings, first: FirstAdmin) -> tuple[Report, list[str]]:
    """Return how the topics are, and which rights on them are missing."""
    report, missing = await asyncio.gather(
        ensure(settings, create=settings.create_topics, admins=first.open),
        _missing_rights(settings, first),
    )
    return report, await _missing_rights(settings, first) if report.created else missing


async def _missing_rights(settings: Settings, first: FirstAdmin) -> list[str]:
    """Return which rights on topics Kafka does not give us.

    At the same time what every lane's producer would ask in turn is asked once.
    """
    named = names(settings)
    needed = rights_needed(named)
    async with first.open(settings) as admin:
        found, _ = await asyncio.gather(
            topic_facts(admin, [*needed]),
            first.ask_ahead(settings, needed, named.transactional_id(named.prepared, 0)),
        )
    return [
        f"{right} on topic {topic}"
        for topic, rights in found.rights.items()
        for right in needed[topic]
        if Right[right] not in rights
    ]
