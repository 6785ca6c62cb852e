"""Boxes that ask for an e-mail address: newsletters, alerts, comment forms. None is the article."""

import re
from typing import Any

from streams.core.residue.repeats import width

_EMAIL = re.compile(r"e-?mail", re.IGNORECASE)
_ASKING = ("type", "name", "id", "placeholder", "autocomplete")
# A box has a heading, a call and small print; a story around it has more.
_MAX_WIDTH, _MAX_PARAGRAPHS = 400, 3
# A page with less text may be a story as short as a box.
_MIN_SHARE = 3
_PAGE = frozenset(("article", "main", "body", "html"))
_OF_STORY = ("h1", "article", "time")
_MAX_FIELDS = 20


def drop_sign_ups(root: Any) -> None:
    """Take the boxes out of a page, so that no extractor takes their text for the story's."""
    fields = [field for field in root.iter("input") if _asks_for_email(field)][:_MAX_FIELDS]
    most = min(_MAX_WIDTH, width("".join(root.itertext())) / _MIN_SHARE) if fields else 0
    for field in fields:
        box = _box_of(field, most)
        if box is not None and box.getparent() is not None:
            box.drop_tree()


def _asks_for_email(field: Any) -> bool:
    if field.get("type") in ("hidden", "checkbox", "radio", "submit"):
        return False
    return any(_EMAIL.search(field.get(name) or "") for name in _ASKING)


def _box_of(field: Any, most: float) -> Any:
    """Return the largest element around a field that is no wider than such a box."""
    box = None
    for element in field.iterancestors():
        if element.tag in _PAGE or next(element.iter(*_OF_STORY), None) is not None:
            break
        paragraphs = sum(1 for _ in element.iter("p"))
        if paragraphs > _MAX_PARAGRAPHS or width("".join(element.itertext())) > most:
            break
        box = element
    return box
