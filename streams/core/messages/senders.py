"""Who may send in the name of a source: whoever can write to the topic, or under the key, of it."""

from collections.abc import Mapping

from streams.core.messages.message import Message

TOPIC, KEY = "topic:", "key:"


def foreign_to(source: str, message: Message, tied: Mapping[str, str]) -> str:
    """Return the one place that a source comes from, if a message is from elsewhere; else nothing.

    `tied` maps a source to `topic:` and the raw topic, or `key:` and how its keys begin. One that
    is not tied may come from anywhere.

    >>> message = Message("news.ap", 0, 0, 0, b"ap-1", b"")
    >>> foreign_to("ap.org", message, {"ap.org": "topic:news.ap"})
    ''
    >>> foreign_to("ap.org", message, {"ap.org": "key:reuters-"})
    'key:reuters-'
    """
    place = tied.get(source, "")
    if place.startswith(TOPIC):
        is_theirs = message.topic == place.removeprefix(TOPIC)
    else:
        is_theirs = (message.key or b"").startswith(place.removeprefix(KEY).encode())
    return "" if is_theirs else place
