"""The log: a line an event, nothing that could forge one, and no repeats without end."""

import json
import logging
import logging.config

import pytest

from streams.logs import JsonFormatter, Repeats, TextFormatter, logging_config
from streams.settings import LogFormat, Settings


def record(
    text: str, *values: object, level: int = logging.WARNING, line: int = 1
) -> logging.LogRecord:
    """Return a record of a message, said in a line of this file."""
    return logging.LogRecord("a.logger", level, __file__, line, text, values, None)


def test_a_line_for_people() -> None:
    """Time in UTC, level, message; what would end the line or colour it is escaped."""
    line = TextFormatter().format(record("Kafka says %s", "a\nb\x1b[31m"))
    assert line.endswith("+00:00 WARNING  Kafka says a\\nb\\x1b[31m")


def test_a_line_for_programs() -> None:
    """An object with the figures that the message is made of."""
    told = record("%d in", 3, level=logging.INFO)
    told.figures = {"in": 3}
    fields = json.loads(JsonFormatter().format(told))
    assert (fields["level"], fields["message"], fields["in"]) == ("INFO", "3 in", 3)


def test_the_same_again_is_said_at_growing_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that is away for ten minutes costs a handful of lines, which say how often."""
    now = [1_000.0]
    monkeypatch.setattr("streams.logs.time.monotonic", lambda: now[0])
    repeats = Repeats()
    said = []
    for second in range(600):
        now[0] += 1
        each = record("no connection to %s", "kafka:9092")
        if repeats.filter(each):
            said.append((second, each.getMessage()))
    assert [second for second, _ in said] == [0, 5, 15, 35, 75, 155, 315]
    assert said[1][1] == "no connection to kafka:9092 (and 4 times before)"
    assert repeats.filter(record("another message", line=2))
    assert repeats.filter(record("ended", level=logging.CRITICAL))


def test_what_is_in_order_is_no_error() -> None:
    """The first start of a group makes its coordinator, which aiokafka calls an error."""
    assert not Repeats().filter(record("Group Coordinator Request failed: %s", "x"))


@pytest.mark.parametrize("form", LogFormat)
def test_the_configuration_is_one(form: LogFormat) -> None:
    """`logging` takes it, and libraries say no more than warnings."""
    root = logging.getLogger()
    before = (root.level, root.handlers[:])
    try:
        logging.config.dictConfig(logging_config(Settings(log_format=form)))
        assert not logging.getLogger("faust.app").isEnabledFor(logging.INFO)
    finally:
        root.setLevel(before[0])
        root.handlers[:] = before[1]
        for name in ("aiokafka", "faust", "mode", "trafilatura"):
            logging.getLogger(name).setLevel(logging.NOTSET)
