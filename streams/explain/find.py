"""Finding articles on the topics: by id, URL, place of the raw message, or a line of text."""

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from schemas import CleanArticle, DuplicateArticle, RawRef
from schemas.base import Contract
from schemas.output import ArticleRef
from streams import headers
from streams.core.messages.message import Message
from streams.explain.explanation import Explanation, earlier_articles, explain
from streams.explain.wanted import Wanted
from streams.kafka.connection import client_options
from streams.kafka.topics.group import group_offsets
from streams.kafka.topics.reading import Reader, open_reader
from streams.settings import Settings
from streams.topology import Door, Names, names

# An article came out after it arrived, by the clocks of two machines.
CLOCKS_APART = timedelta(hours=1)
# A line that so many have is no way to find one.
MOST_FOUND = 20


class RejectedOutcome(Contract):
    """A raw message that was rejected: where its bytes are kept, and why."""

    state: Literal["rejected"] = "rejected"
    topic: str
    partition: int
    offset: int
    stage: str
    reason: str
    error: str
    origin: str


class WaitingMessage(Contract):
    """A message that a stage has not committed yet, and how many stand before it."""

    state: Literal["waiting"] = "waiting"
    topic: str
    partition: int
    offset: int
    stage: str
    ahead: int


Answer = Explanation | RejectedOutcome | WaitingMessage


async def answers(settings: Settings, text: str) -> list[Answer]:
    """Return what became of the articles that `text` names, oldest first; none if not found.

    Raises:
        KafkaError: if Kafka cannot be reached or a topic does not exist.
    """
    found: list[Answer] = list(await explanations(settings, text))
    if found:
        return found
    wanted = Wanted(text)
    found = [each async for each in _rejected(settings, wanted)]
    return found or [each async for each in _waiting(settings, wanted)]


async def explanations(settings: Settings, text: str) -> list[Explanation]:
    """Return the explanation of every outcome of an article, oldest first; none if not found.

    Raises:
        KafkaError: if Kafka cannot be reached or a topic does not exist.
    """
    named = names(settings)
    wanted = Wanted(text)
    topics = [named.topic(door) for door in (Door.CLEAN, Door.DUPLICATES)]
    async with open_reader(settings, topics) as reader:
        found = []
        if wanted.may_be_id and text.partition("/")[0] not in named.raw:
            found = [m async for m in _under(reader, [text]) if _id(m) == text]
        if not found:  # nothing else is a key; and topics may have grown
            await reader.to_beginning()
            async for message in reader.to_end():
                if wanted.is_outcome(message) and wanted.is_article(article_in(message)):
                    found.append(message)
                    if len(found) == MOST_FOUND:
                        break
        found.sort(key=lambda message: message.timestamp_ms)
        articles = [(message.ref, article_in(message)) for message in found]
        refs: dict[RawRef, ArticleRef] = {}
        for _, article in articles:
            refs |= earlier_articles(article)
        texts = await _by_raw_ref(reader, refs) if refs else {}
    return [explain(where, article, texts) for where, article in articles]


async def _rejected(settings: Settings, wanted: Wanted) -> AsyncIterator[RejectedOutcome]:
    """Yield the rejected messages that are wanted."""
    async with open_reader(settings, [names(settings).topic(Door.REJECTED)]) as reader:
        await reader.to_beginning()
        async for message in reader.to_end():
            if wanted.is_outcome(message) or wanted.is_raw(message):
                yield _described(message)


def _described(message: Message) -> RejectedOutcome:
    return RejectedOutcome(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        stage=headers.text_in(message.headers, headers.STAGE),
        reason=headers.text_in(message.headers, headers.REASON),
        error=headers.text_in(message.headers, headers.ERROR),
        origin=origin(message),
    )


async def _waiting(settings: Settings, wanted: Wanted) -> AsyncIterator[WaitingMessage]:
    """Yield the wanted messages past what the worker has committed, of both stages."""
    named = names(settings)
    committed = await _committed(settings, named)
    async with open_reader(settings, named.sources) as reader:
        await reader.to_beginning()
        reader.to_offsets(committed)
        async for message in reader.to_end():
            if wanted.is_raw(message) or wanted.is_outcome(message):
                at = committed.get(TopicPartition(message.topic, message.partition), 0)
                yield WaitingMessage(
                    topic=message.topic,
                    partition=message.partition,
                    offset=message.offset,
                    stage="dedupe" if message.topic == named.prepared else "clean",
                    ahead=message.offset - at,
                )


async def _committed(settings: Settings, named: Names) -> dict[TopicPartition, int]:
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        return await group_offsets(admin, named.app_id)
    finally:
        await admin.close()


async def _by_raw_ref(
    reader: Reader, refs: Mapping[RawRef, ArticleRef]
) -> dict[RawRef, CleanArticle]:
    """Return the articles that came out of these raw messages, as far as they are there."""
    origins = set(map(str, refs))
    since = min(ref.arrived_at for ref in refs.values()) - CLOCKS_APART
    texts: dict[RawRef, CleanArticle] = {}
    async for message in _under(reader, [ref.id for ref in refs.values()], since):
        if origin(message) in origins:
            article = article_in(message)
            texts[article.raw_ref] = article
            if len(texts) == len(refs):
                break
    return texts


async def _under(
    reader: Reader, ids: Iterable[str], since: datetime | None = None
) -> AsyncIterator[Message]:
    """Yield the records of all partitions that hold articles with these ids, from a time on."""
    await reader.to_beginning()
    reader.keep_to(article_id.encode() for article_id in ids)
    if since is not None:
        await reader.to_time(round(since.timestamp() * 1000))
    async for message in reader.to_end():
        yield message


def article_in(message: Message) -> CleanArticle:
    """Return the article of a record on clean or duplicates."""
    held_back = headers.text_in(message.headers, headers.SCHEMA) == DuplicateArticle.__name__
    model = DuplicateArticle if held_back else CleanArticle
    # A later release may have added fields, which is no reason not to read what is known.
    return model.model_validate_json(message.value or b"", extra="ignore")


def origin(message: Message) -> str:
    """Return where the raw message of an outcome stands, `topic/partition/offset`."""
    return headers.text_in(message.headers, headers.ORIGIN)


def _id(message: Message) -> str:
    return (message.key or b"").decode("utf-8", "replace")
