"""The contracts: every record that cleanwire reads or writes, as frozen pydantic models."""

from schemas.base import PubStatus, RawRef
from schemas.control import RejectionNote, ReleaseRequest
from schemas.output import CleanArticle, DuplicateArticle, Verdict
from schemas.prepared import PreparedArticle
from schemas.raw import ContentType, RawArticle
from schemas.rejection import Rejection, RejectionReason
from schemas.removal import Reason, Removal
from schemas.source import SourceRecord

__all__ = [
    "CleanArticle",
    "ContentType",
    "DuplicateArticle",
    "PreparedArticle",
    "PubStatus",
    "RawArticle",
    "RawRef",
    "Reason",
    "Rejection",
    "RejectionNote",
    "RejectionReason",
    "ReleaseRequest",
    "Removal",
    "SourceRecord",
    "Verdict",
]
