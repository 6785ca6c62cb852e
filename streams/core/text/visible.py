"""All the visible text of a page, a line a block: what stays when the extractor finds nothing."""

import html
import re

# What never shows, up to its end tag or, where that is missing, the end of the page.
_HIDDEN = ("script", "style", "template", "noscript", "svg", "iframe", "head", "textarea")
_HIDDEN_START = re.compile(rf"<({'|'.join(_HIDDEN)})\b[^<>]*>", re.IGNORECASE)
_BLOCK = re.compile(
    r"</?(?:p|div|br|hr|li|ul|ol|dl|dt|dd|h[1-6]|tr|td|th|table|thead|tbody|caption|section|article"
    r"|aside|nav|header|footer|main|figure|figcaption|blockquote|pre|form|button|option|select"
    r"|label|fieldset|details|summary|address|title|center|video|audio)\b[^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[A-Za-z!?][^<>]*>")
# How characters are read (ruby), which stands above them and not in the line.
_READING = re.compile(r"<r(?:t|p)\b[^<>]*>[^<]*", re.IGNORECASE)
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "p",
        "li",
    ]
)
_TAG_NAME = re.compile(r"<(/?)([A-Za-z][\w:-]{0,30})[^<>]*?(/?)>")


def visible_text(markup: str) -> str:
    r"""Return the text of `markup`, block by block, at any depth and in linear time.

    >>> visible_text("<div>One <b>two</b><script>no</script></div><p>A &amp; B")
    'One two\nA & B'
    """
    shown = shown_markup(markup)
    shown = " ".join(_READING.sub("", shown).split())
    lines = _TAG.sub("", _BLOCK.sub("\n", shown)).split("\n")
    blocks = (" ".join(html.unescape(line).split()) for line in lines)
    return "\n".join(block for block in blocks if block)


def shown_markup(markup: str) -> str:
    """Return `markup` without comments, scripts, styles and whatever else never shows."""
    return _without_hidden(_without_comments(markup))


def _without_comments(markup: str) -> str:
    parts, at = [], 0
    while (start := markup.find("<!--", at)) >= 0:
        parts.append(markup[at:start])
        end = markup.find("-->", start + 4)
        if end < 0:
            return "".join(parts)
        at = end + 3
    return "".join([*parts, markup[at:]])


def _without_hidden(markup: str) -> str:
    """Return `markup` without the elements that never show."""
    lower = markup.lower() if len(markup.lower()) == len(markup) else markup
    never_closed: set[str] = set()
    parts, at = [], 0
    while match := _HIDDEN_START.search(markup, at):
        name = match[1].lower()
        end = -1 if name in never_closed else lower.find(f"</{name}", match.end())
        parts.append(markup[at : match.start()])
        if end < 0:
            never_closed.add(name)  # then it is taken for text, and not looked for again
            at = match.end()
        else:
            close = markup.find(">", end)
            at = close + 1 if close >= 0 else len(markup)
    return "".join([*parts, markup[at:]])


def nesting_depth(markup: str) -> int:
    """Return how deep the elements of `markup` nest, unclosed `p` and `li` aside."""
    depth = deepest = 0
    for close, name, empty in _TAG_NAME.findall(markup):
        if empty or name.lower() in _VOID:
            continue
        depth = max(0, depth - 1) if close else depth + 1
        deepest = max(deepest, depth)
    return deepest
