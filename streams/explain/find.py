"""Finding articles on the topics: by id, or by where their raw message stands."""

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime, timedelta

from schemas import CleanArticle, DuplicateArticle, RawRef
from schemas.output import ArticleRef
from streams import headers
from streams.core.message import Message
from streams.explain.explanation import Explanation, earlier_articles, explain
from streams.kafka.topics.reading import Reader, open_reader
from streams.settings import Settings
from streams.topology import Door, names

# An article came out after it arrived, by the clocks of two machines.
CLOCKS_APART = timedelta(hours=1)


async def explanations(settings: Settings, wanted: str) -> list[Explanation]:
    """Return the explanation of every outcome of an article, oldest first; none if not found.

    `wanted` is an article's id, or `topic/partition/offset` of its raw message.

    Raises:
        KafkaError: if Kafka cannot be reached or a topic does not exist.
    """
    named = names(settings)
    topics = [named.topic(door) for door in (Door.CLEAN, Door.DUPLICATES)]
    async with open_reader(settings, topics) as reader:
        found = []
        if wanted.partition("/")[0] not in named.raw:
            found = [m async for m in _under(reader, [wanted]) if _id(m) == wanted]
        if not found:  # where a raw message stands is no key; and topics may have grown
            await reader.to_beginning()
            found = [m async for m in reader.to_end() if wanted in {_id(m), origin(m)}]
        found.sort(key=lambda message: message.timestamp_ms)
        articles = [(message.ref, article_in(message)) for message in found]
        refs: dict[RawRef, ArticleRef] = {}
        for _, article in articles:
            refs |= earlier_articles(article)
        texts = await _by_raw_ref(reader, refs) if refs else {}
    return [explain(where, article, texts) for where, article in articles]


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
    return model.model_validate_json(message.value or b"")


def origin(message: Message) -> str:
    """Return where the raw message of an outcome stands, `topic/partition/offset`."""
    return headers.text_in(message.headers, headers.ORIGIN)


def _id(message: Message) -> str:
    return (message.key or b"").decode()
