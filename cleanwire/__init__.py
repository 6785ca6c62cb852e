r"""Clean and deduplicate news articles in Python, by the code that the worker runs; no Kafka.

>>> from cleanwire import Deduper, clean
>>> first = clean("The ferry sails again.\nShare this article", source="a.example", title="Ferry")
>>> first.text, [removal.reason.value for removal in first.removals]
('The ferry sails again.', ['share'])
>>> deduper = Deduper()
>>> deduper.decide(first).verdict.value
'new'
>>> again = clean("The ferry sails again.", source="a.example", title="Ferry")
>>> copy = deduper.decide(again)
>>> copy.verdict.value, copy.duplicate_of.id == first.id
('duplicate', True)
"""

try:
    from schemas import CleanArticle, DuplicateArticle, Reason, RejectionReason, Removal, Verdict
except ImportError as error:
    raise ImportError(
        "the module `schemas` is not cleanwire's: another distribution that installs one of that "
        "name (such as `schemas` on PyPI) cannot be installed beside it; use an environment of "
        "its own"
    ) from error

from cleanwire.api import Article, Deduper, NotAnArticleError, clean
from streams.settings import CleanSettings, DedupeSettings

__all__ = [
    "Article",
    "CleanArticle",
    "CleanSettings",
    "DedupeSettings",
    "Deduper",
    "DuplicateArticle",
    "NotAnArticleError",
    "Reason",
    "RejectionReason",
    "Removal",
    "Verdict",
    "clean",
]
