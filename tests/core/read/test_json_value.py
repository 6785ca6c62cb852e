"""JSON behind the five bytes that a schema registry's serializers put before it."""

import pytest

from streams.core.read.json_value import read_json
from streams.core.text.refused import Refused

JSON = '{"content": "Die Fähre fährt wieder."}'
READ = {"content": "Die Fähre fährt wieder."}
FRAME = b"\0\0\0\1\x07"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-be", "utf-32-be", "utf-16", "utf-32"])
def test_json_is_read_in_every_encoding_that_it_may_have(encoding: str) -> None:
    """Some of them begin with a zero byte, as the frame does."""
    assert read_json(JSON.encode(encoding))[0] == READ


@pytest.mark.parametrize("frame", [FRAME, b"\0\0\0\0\x01", b"\0{\0{\0", b"\0\0\0{\0"])
def test_framed_json_is_read(frame: bytes) -> None:
    """Whatever the schema's id is: nobody asks the registry."""
    assert read_json(frame + JSON.encode())[0] == READ


@pytest.mark.parametrize("rest", [b"\x02\x0cHarbour", b"\x00\x06abc", b"\xff\xfe\x01"])
def test_a_frame_before_something_else_is_named(rest: bytes) -> None:
    """Avro and Protobuf come so."""
    with pytest.raises(Refused, match="Confluent's wire format with schema 263") as refused:
        read_json(FRAME + rest)
    assert refused.value.reason == "not_json"


def test_cut_off_text_of_two_bytes_a_sign_is_no_frame() -> None:
    """It is what it says: not JSON."""
    with pytest.raises(Refused, match="not JSON at"):
        read_json(JSON.encode("utf-16-be")[:-2])
