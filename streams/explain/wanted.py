"""What a person may say to name an article: its id, URL, raw place, or a line of its text. Pure."""

import json

from schemas import CleanArticle
from streams.core.messages.message import Message
from streams.core.text.address import canonical_url
from streams.headers import ORIGIN, text_in


class Wanted:
    """Tells the records that `text` names from all others.

    Bytes are looked at first: to read every record on the topics as JSON would take minutes.
    """

    def __init__(self, text: str) -> None:
        self.text = " ".join(text.split())
        self.url = canonical_url(self.text)
        self.may_be_id = self.url is None and "/" in self.text
        self._key = self.text.encode()
        # A producer's own id, such as 4711, stands in many texts: it must be the whole value.
        self._is_value = self.url is not None or (self.text.isascii() and " " not in self.text)
        forms = {
            json.dumps(each, ensure_ascii=escaped)
            for each in (self.text, self.url or self.text)
            for escaped in (True, False)
        }
        forms |= {form.replace("/", "\\/") for form in forms}  # as PHP writes it
        self._needles = [
            (form if self._is_value else form[1:-1]).encode("utf-8", "surrogatepass")
            for form in forms
        ]

    def is_outcome(self, message: Message) -> bool:
        """Whether the key, the origin or the text of an outcome may be what is wanted."""
        origin = text_in(message.headers, ORIGIN)
        if self._is_value and (message.key or b"").endswith(b"/" + self._key):
            return True
        return self._key == message.key or self.text == origin or self._holds(message.value)

    def is_raw(self, message: Message) -> bool:
        """Whether a raw message is what is wanted: by its place, its URL or a line of it."""
        place = f"{message.topic}/{message.partition}/{message.offset}"
        return self.text == place or self._holds(message.value)

    def is_article(self, article: CleanArticle) -> bool:
        """Whether an article is wanted; a record may only point to another that is."""
        ref = article.raw_ref
        if self.text in (article.id, f"{ref.topic}/{ref.partition}/{ref.offset}"):
            return True
        if self.url:
            return self.url in (canonical_url(article.url), article.canonical_url)
        if self._is_value:
            return article.id.endswith(f"/{self.text}")
        texts = (article.title or "", article.text, *(gone.text for gone in article.removals))
        return any(self.text in " ".join(text.split()) for text in texts)

    def _holds(self, value: bytes | None) -> bool:
        return value is not None and any(needle in value for needle in self._needles)
