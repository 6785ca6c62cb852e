"""What was taken out of an article, and why."""

from pydantic import Field

from schemas.base import Contract, OpenEnum


class Reason(OpenEnum):
    """Why a span was removed: the closed set used in records, metrics, logs and docs alike."""

    ERROR_PAGE = "error_page"
    NAVIGATION = "navigation"
    SHARE = "share"
    NEWSLETTER = "newsletter"
    COOKIE = "cookie"
    PAYWALL = "paywall"
    ADVERT = "advert"
    CAPTION = "caption"
    BYLINE = "byline"
    RELATED = "related"
    TAGS = "tags"
    COMMENTS = "comments"
    LEGAL = "legal"
    AGENCY = "agency"
    TITLE_REPEAT = "title_repeat"
    REPEAT = "repeat"
    FURNITURE = "furniture"
    SEEN_PARAGRAPH = "seen_paragraph"
    LINE_MODEL = "line_model"
    PAGE_MODEL = "page_model"
    FOOTER = "footer"
    OUTSIDE = "outside"


class Removal(Contract):
    """One removed span.

    `start` and `end` count code points in the article's text: the decoded `content` of a text
    message, else all the visible text of the page or item, in its order.
    """

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    reason: Reason
    rule: str = Field(description="Full name of the rule, `table/rule`.")
    text: str = Field(description="The removed text itself, so that nothing is lost.")
    why: str | None = Field(default=None, description="The rule's reason in words, or its figures.")
    copy_of: int | None = Field(
        default=None, description="For a repeat: `start` of the text that stayed."
    )
