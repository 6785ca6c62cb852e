"""A raw Kafka message to a `RawArticle`: the one edge where foreign bytes become a contract."""

import json
import re
import zlib
from collections.abc import Mapping
from email.message import EmailMessage

from pydantic import ValidationError

from schemas import ContentType, RawArticle, RejectionReason
from schemas.prepared import Flag
from streams import headers
from streams.core.messages.message import Message
from streams.core.read.feed import the_one
from streams.core.read.given import media_type_of, read_given, without_unread, without_unset
from streams.core.read.json_items import item_type
from streams.core.read.json_value import read_json
from streams.core.read.other_json import adapted, holds_article, is_contract
from streams.core.read.recognise import HEAD_BYTES, Kind, NoArticleError, recognise
from streams.core.text.charset import decode_bytes
from streams.core.text.refused import Refused
from streams.core.text.visible import shown_markup
from streams.headers import Headers
from streams.limits import LARGEST_ACCEPTED_VALUE

JSON_TYPES = frozenset({"", "application/json", "text/json", "application/octet-stream"})
# gzip (RFC 1952) with deflate, the one method there is. No JSON and no text begins so.
_GZIP = b"\x1f\x8b\x08"
_MARKUP = {Kind.HTML: ContentType.HTML, Kind.FEED: ContentType.RSS}
# Some serializers of texts declare what they get as a text, whatever it is.
_OPENS_JSON = re.compile(r"\s*+(?:\[\s*)?\{\s*\"")
_NO_JSON = (RejectionReason.NOT_JSON, RejectionReason.NOT_UTF8)
_Types = Mapping[str, ContentType]
_Read = tuple[RawArticle, frozenset[Flag]]


def decode(message: Message, max_value_bytes: int, bare_types: _Types) -> _Read:
    """Return the article in a message, and what had to be repaired to read it.

    `bare_types` are the media types that a message of content alone may have; one without a
    content-type, or with one that is not known, is JSON, or a page or feed that begins like one.

    Raises:
        Refused: the message is null, too large, not decodable, or breaks the contract.
    """
    if message.value is None:
        raise Refused(RejectionReason.NULL_VALUE, "the message has no value")
    value, size = message.value, len(message.value)
    # No message is read that is larger than the setting can allow, whatever is in it.
    if size > LARGEST_ACCEPTED_VALUE:
        raise _too_large(size, LARGEST_ACCEPTED_VALUE)
    if value.startswith(_GZIP):
        value = _unpacked(value)
        size = len(value)
    media_type, charset = _content_type(message)
    if media_type in bare_types:
        raw, flags = _from_bare(value, message.headers, bare_types, media_type, charset)
    elif media_type in JSON_TYPES or media_type.endswith("+json"):
        raw, flags = _from_undeclared(value, message.headers, bare_types)
    else:
        raw, flags = _from_unknown(value, message.headers, bare_types)
    if size > max_value_bytes and not _is_small_page(raw, max_value_bytes):
        raise _too_large(size, max_value_bytes)
    return raw, flags


def _too_large(size: int, accepted: int) -> Refused:
    return Refused(RejectionReason.TOO_LARGE, f"{size} bytes; {accepted} are accepted")


def _is_small_page(raw: RawArticle, max_bytes: int) -> bool:
    """Say whether an HTML page is small without scripts and styles, which cost hardly a thing."""
    return (
        raw.content_type is ContentType.HTML
        and len(shown_markup(raw.content).encode("utf-8", "replace")) <= max_bytes
    )


def _content_type(message: Message) -> tuple[str, str | None]:
    """Return the media type and charset of the header, in lower case; empty when there is none."""
    raw = next((v for k, v in message.headers if k.lower() == headers.CONTENT_TYPE), None)
    if raw in {None, b"", headers.JSON}:
        return "", None
    value = (raw or b"")[:200].decode("latin-1").strip()
    media_type = media_type_of(value)
    if ";" not in value:
        return media_type, None
    header = EmailMessage()
    try:
        header["content-type"] = value.replace("\r", " ").replace("\n", " ")
        charset = header.get_content_charset()
    except (ValueError, LookupError, IndexError, AttributeError):
        charset = None
    return media_type, charset


def _unpacked(value: bytes) -> bytes:
    """Return what a producer has packed itself; Kafka's own compression is undone by the client."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        data = unpacker.decompress(value, LARGEST_ACCEPTED_VALUE + 1)
    except zlib.error:
        raise Refused(RejectionReason.UNREADABLE_CONTENT, "gzip that is damaged") from None
    if len(data) > LARGEST_ACCEPTED_VALUE:
        raise _too_large(len(data), LARGEST_ACCEPTED_VALUE)
    if not unpacker.eof:
        raise Refused(RejectionReason.UNREADABLE_CONTENT, "gzip that ends too early")
    return data


def _from_undeclared(value: bytes, beside: Headers, types: _Types) -> _Read:
    """Read JSON, or a page or feed whose first sign shows that it is none."""
    try:
        return _from_json(value, beside, types)
    except Refused as refused:
        kind = _markup_in(value)
        if refused.reason not in _NO_JSON or not kind:
            raise
    return _from_bare(value, beside, types, kind)


def _from_unknown(value: bytes, beside: Headers, types: _Types) -> _Read:
    """Read what has a type that says nothing, such as a form's, which curl sets."""
    try:
        return _from_undeclared(value, beside, types)
    except Refused as refused:
        if refused.reason not in _NO_JSON:
            raise
    raise Refused(
        RejectionReason.UNKNOWN_CONTENT_TYPE,
        "header content-type is not known, and the value is neither JSON nor a page or feed",
    )


def _markup_in(value: bytes) -> ContentType | None:
    try:
        return _MARKUP.get(recognise(value[:HEAD_BYTES], ""))
    except NoArticleError:
        return None


def _from_json(value: bytes, beside: Headers, types: _Types) -> _Read:
    fields, repaired = read_json(value)
    if isinstance(fields, str) and fields.lstrip().startswith("{"):
        value = fields.encode("utf-8", "replace")  # it was encoded twice
        fields, repaired = read_json(value)
    flags = frozenset({Flag.ENCODING_REPAIRED}) if repaired else frozenset()
    if isinstance(fields, list) and (rows := [row for row in fields if holds_article(row)]):
        fields = the_one(rows, "articles")
    if not isinstance(fields, dict):
        raise Refused(RejectionReason.INVALID_FIELD, "the JSON value is not an object")
    kind = item_type(fields)
    if kind is not None:
        raw, doubts = _from_bare(json.dumps(fields).encode(), beside, types, kind)
        return raw, flags | doubts
    fields = without_unset(fields)
    if not is_contract(fields):
        known, doubts = adapted(fields)
        given, unread = read_given(known, types)
        raw, cut = _without_what_is_wrong(given)
        return raw, flags | doubts | unread | cut
    given, doubts = read_given(fields, types)
    try:
        return _validated(given), flags | doubts
    except Refused:
        others: frozenset[Flag]
        known, others = adapted(given)
        known, unread = without_unread(known)
        if known == given:
            raise
    return _validated(known), flags | doubts | others | unread


def _without_what_is_wrong(fields: dict[str, object]) -> _Read:
    """Return an article without fields that mean something else in another program."""
    try:
        return RawArticle.model_validate(fields), frozenset()
    except ValidationError as error:
        wrong = {row["loc"][0] for row in error.errors(include_url=False, include_input=False)}
    left = {n: v for n, v in fields.items() if n not in wrong or n in ("content", "content_type")}
    return _validated(left), frozenset({Flag.FIELDS_CUT})


def _from_bare(
    value: bytes, beside: Headers, types: _Types, media_type: str, charset: str | None = None
) -> _Read:
    text, guessed = decode_bytes(value, charset)
    if types[media_type] is ContentType.TEXT and _OPENS_JSON.match(text):
        try:
            return _from_json(text.encode("utf-8", "replace"), beside, types)
        except Refused as refused:
            if refused.reason is RejectionReason.MANY_ARTICLES:
                raise
    fields: dict[str, object] = {"content": text, "content_type": types[media_type]}
    for name, said in beside:
        field = headers.FIELDS.get(name.lower())
        if field and said:
            fields[field] = said.decode("utf-8", "replace")
    given, doubts = read_given(fields, types)
    guesses = {Flag.ENCODING_REPAIRED} if guessed or "\ufffd" in text else frozenset()
    return _validated(given), doubts | guesses


def _validated(fields: Mapping[str, object]) -> RawArticle:
    try:
        return RawArticle.model_validate(fields)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False, include_input=False)
    names = sorted({f"{_field_name(row['loc'])}: {row['type']}" for row in wrong})
    only_type = all(row["loc"][:1] == ("content_type",) for row in wrong)
    reason = RejectionReason.UNKNOWN_CONTENT_TYPE if only_type else RejectionReason.INVALID_FIELD
    raise Refused(reason, "; ".join(names)[:500])


def _field_name(loc: tuple[int | str, ...]) -> str:
    """Return the contract's own name of a field; a key that the producer made up is not quoted."""
    name = str(loc[0]) if loc else ""
    return name if name in RawArticle.model_fields else "?"
