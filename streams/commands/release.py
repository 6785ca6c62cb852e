"""`cleanwire release`: ask the worker to publish a held-back article after all."""

import asyncio
from typing import Annotated

import typer
from aiokafka import AIOKafkaProducer

from schemas import DuplicateArticle, ReleaseRequest
from streams import headers
from streams.commands.shared import NOT_FOUND, Article, err, out
from streams.core.messages.message import Message
from streams.explain.find import explanations, origin
from streams.kafka.connection import client_options
from streams.kafka.topics.reading import open_reader
from streams.limits import LARGEST_RECORD
from streams.settings import Settings
from streams.settings.load import load_settings
from streams.topology import names


class NotReleasedError(Exception):
    """There is nothing to release; the message says why."""


def release_command(
    article: Article,
    *,
    reason: Annotated[str | None, typer.Option(help="Kept in the article's decision.")] = None,
) -> None:
    """Publish an article that was held back as a copy."""
    try:
        released = asyncio.run(request_release(load_settings(), article, reason))
    except NotReleasedError as error:
        err.print(str(error), markup=False)
        raise typer.Exit(NOT_FOUND) from None
    out.print(f"asked the worker to publish {released}; see it with `cleanwire tail`")


async def request_release(settings: Settings, wanted: str, reason: str | None) -> str:
    """Send the request; return the id of the article. A request that comes twice does nothing.

    Raises:
        NotReleasedError: if no such article is held back.
        KafkaError: if Kafka cannot be reached or refuses.
    """
    found = await explanations(settings, wanted)
    if not found:
        raise NotReleasedError(f"{wanted} is not on the topics (they keep 7 days)")
    article = found[-1].article
    if not isinstance(article, DuplicateArticle):
        raise NotReleasedError(f"{wanted} is not held back: its last outcome was published")
    prepared = await _prepared(settings, article)
    request = ReleaseRequest(article=article, reason=reason)
    producer = AIOKafkaProducer(
        **client_options(settings), enable_idempotence=True, max_request_size=LARGEST_RECORD
    )
    async with producer:
        await producer.send_and_wait(
            prepared.topic,
            request.model_dump_json(exclude_none=True).encode(),
            key=prepared.key,
            partition=prepared.partition,
            headers=[(headers.SCHEMA, ReleaseRequest.__name__.encode())],
        )
    return article.id


async def _prepared(settings: Settings, article: DuplicateArticle) -> Message:
    """Return the prepared record of an article: its key and partition lead to the same window."""
    async with open_reader(settings, [names(settings).prepared]) as reader:
        # It was appended when the article arrived, or later when its raw record is older.
        await reader.to_time(round(article.arrived_at.timestamp() * 1000))
        async for message in reader.to_end():
            if origin(message) == str(article.raw_ref):
                return message
    raise NotReleasedError(f"{article.id} has left the prepared topic: push it again instead")
