"""A raw article as the producers here send it. Needs nothing of cleanwire."""

import json
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit


def raw_message(
    *, content: str, url: str | None = None, source: str | None = None, **fields: object
) -> tuple[str, bytes]:
    """Return key and value: the key is the source, so that its articles stay in order."""
    source = source or urlsplit(url or "").hostname or "unknown"
    article = {"content": content, "url": url, "source": source.removeprefix("www."), **fields}
    if isinstance(date := article.get("published_at"), str) and "," in date:
        article["published_at"] = parsedate_to_datetime(date).isoformat()  # RFC 822, as in RSS
    article = {name: value for name, value in article.items() if value}
    return str(article["source"]), json.dumps(article, ensure_ascii=False).encode()
