"""The JSON in a message's bytes: in any encoding that JSON may have, framed by Confluent or not."""

import json
from typing import Final

from pydantic_core import from_json

from schemas import RejectionReason
from streams.core.text.refused import Refused

# Before each value that goes through a schema registry: a zero byte and the schema's id.
# https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/#wire-format
_FRAME_BYTES: Final = 5


def read_json(value: bytes) -> tuple[object, bool]:
    """Return the JSON value in `value`, and whether something had to be repaired to read it.

    Raises:
        Refused: it is not JSON, or text in no encoding that JSON has.
    """
    try:
        return _read(value)
    except Refused as refused:
        if not value.startswith(b"\0") or len(value) <= _FRAME_BYTES:
            raise
        try:
            return _read(value[_FRAME_BYTES:])
        except Refused:
            if refused.reason is RejectionReason.NOT_JSON:
                raise refused from None  # a text of UTF-16 or UTF-32 begins so too
        schema = int.from_bytes(value[1:_FRAME_BYTES], "big")
        raise Refused(
            RejectionReason.NOT_JSON,
            f"begins like Confluent's wire format with schema {schema}, and no JSON follows; "
            "use the JSON Schema serializer, or send JSON",
        ) from None


def _read(value: bytes) -> tuple[object, bool]:
    try:
        return from_json(value, allow_inf_nan=False), False
    except ValueError as error:
        text = _utf8(value).rstrip("\0")  # C ends its texts so
        try:
            # json reads lone surrogates, a byte order mark and line ends within a text, which the
            # stricter parser refuses.
            return _without_surrogates(json.loads(text, strict=False)), True
        except RecursionError:
            raise Refused(RejectionReason.TOO_COMPLEX, "JSON that nests too deep") from None
        except ValueError as loose:
            if isinstance(loose, json.JSONDecodeError) and _goes_on(loose):
                raise Refused(
                    RejectionReason.MANY_ARTICLES,
                    "several JSON values: send each as a message of its own, as"
                    " `cleanwire push FILE` does",
                ) from None
            place = f"{error}".rpartition(" at ")[2][:60]
            raise Refused(RejectionReason.NOT_JSON, f"not JSON at {place}") from None


def _goes_on(error: json.JSONDecodeError) -> bool:
    """Return whether another object or list stands behind the first, as in JSON lines."""
    return error.msg == "Extra data" and error.doc[error.pos : error.pos + 1] in ("{", "[")


def _utf8(value: bytes) -> str:
    """Return the text; Java and MySQL may write a sign beyond the basic plane as two halves."""
    try:
        text = value.decode(json.detect_encoding(value), "surrogatepass")
        return text.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Refused(
            RejectionReason.NOT_UTF8, f"not {error.encoding} at byte {error.start}"
        ) from None


def _without_surrogates(value: object) -> object:
    """Replace lone surrogates by U+FFFD, one for one, so that offsets hold."""
    if isinstance(value, str):
        return repair_surrogates(value)
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {repair_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    return value


def repair_surrogates(text: str) -> str:
    r"""Return `text` with pairs of surrogates joined and lone ones as U+FFFD.

    >>> repair_surrogates("a\ud800b")
    'a\ufffdb'
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
