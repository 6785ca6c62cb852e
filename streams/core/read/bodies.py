"""Which of an item's bodies holds its story, and the text of it.

Feeds and items carry a story, a teaser and captions under names that their makers mix up, so what
a body holds decides, and its declared role where two hold about as much.
"""

import html
import re
from collections.abc import Sequence

from streams.core.text.visible import visible_text

_MARKUP = re.compile(r"<[a-zA-Z/!]|&(?:#\d|#x|[a-z]+;)")
_ESCAPED_TAG = re.compile(
    r"&lt;/?(?:p|br|div|a|img|strong|em|b|i|ul|li|h[1-6]|span)\b", re.IGNORECASE
)
_TAG = re.compile(r"<[a-zA-Z/!]")
# A body with less than this share of the fullest one's text is a teaser, a caption, a link.
_TEASER = 0.5
# Nobody escapes more often without noticing.
_MAX_ESCAPES = 2


def text_of(body: str) -> str:
    """Return the text of a body that may or may not be HTML, or HTML that was escaped once more.

    >>> text_of("&lt;p&gt;Two &amp;amp; three&lt;/p&gt;")
    'Two & three'
    """
    for _ in range(_MAX_ESCAPES):
        if _TAG.search(body) or not _ESCAPED_TAG.search(body):
            break
        body = html.unescape(body)
    return visible_text(body) if _MARKUP.search(body) else body


def fullest(texts: Sequence[str]) -> str:
    """Return the first of the texts, best role first, that holds a story beside the others.

    >>> fullest(["Read on", "The whole story, told from its beginning to its end.", ""])
    'The whole story, told from its beginning to its end.'
    """
    most = max((len(text.strip()) for text in texts), default=0)
    if not most:
        return ""
    return next(text for text in texts if len(text.strip()) >= _TEASER * most)
