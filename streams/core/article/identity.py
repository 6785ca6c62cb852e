"""Who an article is: its source, canonical URL and id."""

from uuid import NAMESPACE_URL, UUID, uuid5

from schemas.prepared import UNKNOWN_SOURCE, Origin
from streams.core.text.address import registrable_domain

# Namespace of ids made from content. Changing it changes every such id.
_CONTENT_NAMESPACE = UUID("6f2f0c5e-4f0a-5d0e-9a51-2d9f6f3f7b11")

MAX_ID = 512
_MAX_SOURCE = 255


def source_of(declared: str | None, url: str | None) -> tuple[str, Origin]:
    """Return the source: as declared, else the registrable domain of the URL, else `unknown`.

    >>> source_of(None, "https://www.news.example.co.uk/a")
    ('example.co.uk', <Origin.URL: 'url'>)
    """
    if declared and declared.strip():
        return declared.strip(), Origin.PRODUCER
    domain = registrable_domain(url)
    return (domain, Origin.URL) if domain else (UNKNOWN_SOURCE, Origin.UNKNOWN)


def source_key(source: str) -> str:
    """Return the form in which names of sources are compared: case folded, no blanks around.

    >>> source_key(" Reuters") == source_key("REUTERS")
    True
    """
    return source.strip().casefold()


def item_key(identifier: str) -> str:
    """Return the form in which ids are compared: that of the source before the first slash.

    >>> item_key("Wire/A1")
    'wire/A1'
    """
    source, slash, name = identifier.partition("/")
    return f"{source_key(source)}{slash}{name}"


def article_id(
    source: str, declared: str | None, url: str | None, comparison_text: str
) -> tuple[str, Origin]:
    """Return the id: `source/` and the producer's id, the URL's hash, or the text's hash.

    A `/` or `%` inside the source is escaped, so that ids of two sources never collide; an id that
    would be too long is replaced by its hash.

    >>> article_id("wire", "a/1", None, "")
    ('wire/a/1', <Origin.PRODUCER: 'producer'>)
    """
    prefix = source.replace("%", "%25").replace("/", "%2F")
    if len(prefix) > _MAX_SOURCE:
        prefix = str(uuid5(_CONTENT_NAMESPACE, source))
    if declared:
        name = f"{prefix}/{declared}"
        if len(name) > MAX_ID:
            name = f"{prefix}/{uuid5(_CONTENT_NAMESPACE, declared)}"
        return name, Origin.PRODUCER
    if url:
        return f"{prefix}/{uuid5(NAMESPACE_URL, url)}", Origin.URL
    return f"{prefix}/{uuid5(_CONTENT_NAMESPACE, comparison_text)}", Origin.CONTENT
