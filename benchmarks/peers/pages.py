"""HTML pages beside trafilatura in a loop: stage 1 of cleanwire, and its extraction alone."""

import time
from itertools import islice
from statistics import median

from benchmarks.made_news import articles
from benchmarks.made_pages import page
from schemas import Rejection
from streams.core.clean import clean
from streams.core.messages.message import Message
from streams.headers import CONTENT_TYPE
from streams.settings import CleanSettings

PAGES = 150
WARM = 10


def pages_per_cpu_s(rounds: int) -> tuple[float, float]:
    """Return the pages a second of one core: cleanwire to record, trafilatura to text.

    They take turns; each figure is the median of the rounds.
    """
    import trafilatura  # noqa: PLC0415 - it takes a second to import

    made = [page(article).encode() for article in islice(articles(PAGES), PAGES)]
    settings = CleanSettings()

    def cleanwire(number: int, value: bytes) -> bool:
        headers = ((CONTENT_TYPE, b"text/html"),)
        message = Message("news.raw", 0, number, 0, b"desk", value, headers)
        return not isinstance(clean(message, settings), Rejection)

    def alone(_number: int, value: bytes) -> bool:
        return bool(trafilatura.extract(value, include_comments=False))

    found: dict[str, list[float]] = {}
    for work in (cleanwire, alone):
        assert all(work(number, value) for number, value in enumerate(made[:WARM]))  # noqa: S101 - else there is nothing to compare
    for _ in range(rounds):
        for work in (cleanwire, alone):
            started = time.process_time()
            for number, value in enumerate(made):
                work(number, value)
            found.setdefault(work.__name__, []).append(PAGES / (time.process_time() - started))
    return median(found["cleanwire"]), median(found["alone"])
