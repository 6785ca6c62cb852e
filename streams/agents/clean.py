"""Stage 1: read raw messages, have each one cleaned, hand the results to the outbox in order."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial

from schemas import PreparedArticle, Rejection, RejectionReason
from streams.core.clean import clean
from streams.core.messages import records
from streams.core.messages.message import Handled, Message, Output
from streams.core.messages.rejections import rejection
from streams.core.messages.senders import foreign_to
from streams.core.rules.apply import Rules, installed_rules
from streams.core.rules.folder import rules_in
from streams.exit_status import ExitStatus, end_process
from streams.pool import Failure, Pool
from streams.settings import CleanSettings, DedupeSettings
from streams.topology import CLEAN

logger = logging.getLogger(__name__)

FAILURES = {
    Failure.TIME_LIMIT: (
        RejectionReason.TIME_LIMIT,
        "cleaning took longer than CLEANWIRE_CLEAN__TIME_LIMIT_S",
    ),
    Failure.PROCESS_DIED: (
        RejectionReason.CLEANER_FAILED,
        "the process that cleaned it died; memory and nesting of the content may be the reason",
    ),
}

WARM_UP = Message(
    topic="",
    partition=0,
    offset=0,
    timestamp_ms=0,
    key=None,
    value=b'{"content": "A first line.\\nShare this article\\nA last line.", "title": "Two lines"}',
)

# Of this process: the rules that were read last, and what was said of files that are broken.
_good: dict[str, Rules] = {}
_said: set[str] = set()


class CleanStage:
    """Cleans messages in a pool, several ahead; their outcomes are awaited in offset order."""

    def __init__(
        self,
        clean_settings: CleanSettings,
        dedupe_settings: DedupeSettings,
        rules_dir: str | None = None,
    ) -> None:
        self._rules_dir = rules_dir
        self._pool: Pool[Message, Handled] = Pool(
            partial(clean_all, clean_settings, dedupe_settings, rules_dir),
            processes=clean_settings.pool_processes,
            time_limit_s=clean_settings.time_limit_s,
            size=lambda message: len(message.value or b""),
            source=lambda message: (message.topic, message.partition),
            failed=_failed,
        )

    def begin(self, messages: Sequence[Message]) -> "list[asyncio.Future[Handled]]":
        """Start on messages; each future gives the one outcome of its message."""
        return [self._pool.submit(message) for message in messages]

    def waits_for(self, partition: tuple[str, int]) -> int | None:
        """Return what changes while a partition's messages wait for their turn in the pool."""
        return self._pool.tries if self._pool.waits(tuple(partition)) else None

    async def start(self) -> None:
        """Get the pool ready before the first message; end the process if rules are broken."""
        try:
            rules_in(self._rules_dir)
        except (OSError, ValueError) as error:
            end_process(
                ExitStatus.CONFIGURATION,
                f"CLEANWIRE_RULES_DIR={self._rules_dir} cannot be used: {error}. Run `cleanwire "
                "rules check`",
            )
        self._pool.start()

    async def stop(self) -> None:
        """End the pool."""
        self._pool.stop()


def _failed(message: Message, failure: Failure) -> Handled:
    rejected = rejection(message, CLEAN.name, *FAILURES[failure])
    return Handled((records.rejected(rejected, message),))


def clean_all(
    clean_settings: CleanSettings,
    dedupe_settings: DedupeSettings,
    rules_dir: str | None,
    messages: Sequence[Message],
) -> list[Handled]:
    """Return the one outcome of each message. Runs in a pool process.

    Without messages it cleans an article of its own, which loads rules, model and languages
    (0.8 s). Files of rules are looked at once for all.
    """
    if not messages:
        clean(WARM_UP, CleanSettings())
    rules = current_rules(rules_dir)
    return [
        Handled(outputs_of(message, clean_settings, dedupe_settings, rules)) for message in messages
    ]


def current_rules(directory: str | None) -> Rules:
    """Return the rules as their files are now; as they were, while one of them is broken."""
    if directory is None:
        return installed_rules()
    try:
        _good[directory] = rules_in(directory)
    except (OSError, ValueError) as error:
        if str(error) not in _said:
            _said.add(str(error))
            logger.warning("rules stay as they were: %s", error)
    else:
        _said.clear()
    return _good.get(directory) or installed_rules()


def clean_one(
    message: Message,
    clean_settings: CleanSettings,
    dedupe_settings: DedupeSettings,
    rules_dir: str | None = None,
) -> Output:
    """Return the prepared article, or the message rejected."""
    return outputs_of(message, clean_settings, dedupe_settings, current_rules(rules_dir))[0]


def outputs_of(
    message: Message,
    clean_settings: CleanSettings,
    dedupe_settings: DedupeSettings,
    rules: Rules | None = None,
) -> tuple[Output, ...]:
    """Return the prepared article, or the message rejected and what stage 2 is told of it.

    An error in the core is that message's rejection: it must not stop its neighbours.
    """
    try:
        outcome = clean(message, clean_settings, rules)
        if isinstance(outcome, Rejection):
            note = records.rejection_note(outcome, message, dedupe_settings)
            rejected = records.rejected(outcome, message)
            return (rejected, note) if note else (rejected,)
        output = records.prepared(outcome, message, dedupe_settings)
        refusal = _refusal(outcome, output, message, clean_settings)
    except Exception as failure:  # noqa: BLE001 - the edge where any failure becomes a Rejection
        # The type only: an exception's text may quote the article.
        refusal = RejectionReason.CLEANER_FAILED, type(failure).__name__
    if refusal is None:
        return (output,)
    return (records.rejected(rejection(message, CLEAN.name, *refusal), message),)


def _refusal(
    article: PreparedArticle, output: Output, message: Message, settings: CleanSettings
) -> tuple[RejectionReason, str] | None:
    """Return why an article that was cleaned goes no further; None if it does."""
    if place := foreign_to(article.source, message, settings.tied_sources):
        return (
            RejectionReason.FOREIGN_SOURCE,
            f"source {article.source} comes from {place} alone",
        )
    if excess := records.excess(output):
        return RejectionReason.TOO_LARGE, excess
    return None
