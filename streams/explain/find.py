"""Finding articles on the topics: by id, or by where their raw message stands."""

from collections.abc import AsyncIterator, Collection

from schemas import CleanArticle, DuplicateArticle, RawRef
from streams.core.message import Message
from streams.explain.explanation import Explanation, earlier_articles, explain
from streams.kafka.reading import Reader, open_reader
from streams.settings import Settings
from streams.topology import Door, names


async def explanations(settings: Settings, wanted: str) -> list[Explanation]:
    """Return the explanation of every outcome of an article, oldest first; none if not found.

    `wanted` is an article's id, or `topic/partition/offset` of its raw message.

    Raises:
        KafkaError: if Kafka cannot be reached or a topic does not exist.
    """
    topics = [names(settings).topic(door) for door in (Door.CLEAN, Door.DUPLICATES)]
    async with open_reader(settings, topics) as reader:
        found = [m async for m in _all(reader) if wanted in {_id(m), origin(m)}]
        found.sort(key=lambda message: message.timestamp_ms)
        articles = [(message.ref, article_in(message)) for message in found]
        refs = {ref for _, article in articles for ref in earlier_articles(article)}
        texts = await _by_raw_ref(reader, refs) if refs else {}
    return [explain(where, article, texts) for where, article in articles]


async def _by_raw_ref(reader: Reader, refs: Collection[RawRef]) -> dict[RawRef, CleanArticle]:
    origins = {f"{ref.topic}/{ref.partition}/{ref.offset}" for ref in refs}
    earlier = [article_in(m) async for m in _all(reader) if origin(m) in origins]
    return {article.raw_ref: article for article in earlier}


async def _all(reader: Reader) -> AsyncIterator[Message]:
    await reader.to_beginning()
    async for message in reader.to_end():
        yield message


def article_in(message: Message) -> CleanArticle:
    """Return the article of a record on clean or duplicates."""
    schema = dict(message.headers).get("cleanwire-schema")
    model = DuplicateArticle if schema == b"DuplicateArticle" else CleanArticle
    return model.model_validate_json(message.value or b"")


def origin(message: Message) -> str:
    """Return where the raw message of an outcome stands, `topic/partition/offset`."""
    return dict(message.headers).get("cleanwire-origin", b"").decode()


def _id(message: Message) -> str:
    return (message.key or b"").decode()
