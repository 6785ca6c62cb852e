"""The one way in which the core gives up on a message: `Refused`, turned into a `Rejection`."""

from schemas import RejectionReason


class Refused(Exception):  # noqa: N818 - it is an answer, not a programming error
    """A message that is no article. Raised inside the core only; `clean` returns a `Rejection`.

    `error` names what is wrong and where, and never quotes the message.
    """

    def __init__(self, reason: RejectionReason, error: str) -> None:
        """Keep the reason beside the words."""
        super().__init__(error)
        self.reason = reason
        self.error = error
