"""One RSS or Atom entry, alone or in its feed, to the text of its article."""

import html
import re
from collections.abc import Iterator, Sequence
from typing import Any

from schemas import RejectionReason
from schemas.prepared import Flag
from streams.core.read.bodies import fullest, text_of
from streams.core.read.dates import ReadDate, read_date
from streams.core.read.entry_body import Story, read_body
from streams.core.read.feed_xml import parse_feed
from streams.core.read.found import ReadContent, labels_in, present, words_in
from streams.core.read.names import author_names
from streams.core.text.address import canonical_url, joined, registrable_domain
from streams.core.text.refused import Refused

# Where portals have publishers put the whole story, as feedparser names it: Yandex News and Turbo,
# Mail.ru, Rambler.
_FULL_TEXTS = (
    "yandex_full-text", "turbo_content", "mailru_full-text", "rambler_fulltext",
    "full-text", "fulltext",
)  # fmt: skip
# Google News links each story by an address of its own, which tells nothing of its publisher.
_COUNTED = re.compile(r"https?://news\.google\.com/(?:rss/)?(?:articles|read)/")
# Dublin Core's date of an item, which is when it was published; feedparser calls it updated.
_DC_DATE = re.compile(r"<\w{1,20}:date[\s>]")


def read_feed_entry(markup: str) -> ReadContent:
    """Return the article of an entry: what holds its story, else its title alone with a flag.

    Raises:
        Refused: the XML is not safe to read, there is no entry in it, or there are several.
    """
    feed, captions = parse_feed(markup)
    entry = the_one(feed.entries, "entries")
    site = _site(feed.feed, entry)
    address = _address(site, entry)
    bodies = [part.get("value") or "" for part in entry.get("content") or ()]
    bodies += [body for name in _FULL_TEXTS if isinstance(body := entry.get(name), str)]
    contents = [read_body(body, address) for body in bodies]
    summary = read_body(entry.get("summary") or "", address)
    pictured = [Story(text_of(_unwrapped(caption))) for caption in captions]
    contents.sort(key=lambda story: len(story.text), reverse=True)
    stories = {story.text: story for story in (*pictured, summary, *reversed(contents))}
    told = fullest([*(story.text for story in contents), summary.text])
    story = stories[told or fullest([one.text for one in pictured])] if stories else Story("")
    title = words_in(text_of(entry.get("title") or ""), "title")
    teaser = "" if told == summary.text else summary.text
    fields = _fields(entry, address, title, teaser, [text_of(feed.feed.get("title") or "")])
    if address is None or _COUNTED.match(address):
        fields |= _of_origin(entry, title or "")
    if address is None and "source" not in fields:
        fields |= present({"source": words_in(registrable_domain(site), "source")})
    if feed.version.startswith("rss") and "published_at" not in fields and _DC_DATE.search(markup):
        fields |= present({"published_at": fields.pop("updated_at", None)})
    return story.content(fields) if story.text.strip() else headline_only(title, fields)


def the_one(items: list[Any], name: str) -> Any:
    """Return the only item of a feed.

    Raises:
        Refused: there is none, or there are several, of which one message can be but one article.
    """
    if not items:
        raise Refused(RejectionReason.UNREADABLE_CONTENT, f"no {name} in the feed")
    if len(items) > 1:
        raise Refused(
            RejectionReason.MANY_ARTICLES,
            f"a feed of {len(items)} {name}: send each as a message of its own, as"
            " `cleanwire push FILE` does",
        )
    return items[0]


def headline_only(title: str | None, fields: dict[str, object]) -> ReadContent:
    """Return an article whose whole text is its title, as feeds of headlines have them."""
    flags = frozenset({Flag.HEADLINE_ONLY}) if title else frozenset()
    return ReadContent(title or "", fields, flags)


def _unwrapped(caption: str) -> str:
    """Return the content of an element that was cut out of XML."""
    inner = caption.strip().removeprefix("<![CDATA[").removesuffix("]]>")
    return inner if inner != caption.strip() else html.unescape(caption)


def _fields(
    entry: Any, address: str | None, title: str | None, summary: str, sites: Sequence[str]
) -> dict[str, object]:
    return present(
        {
            "id": words_in(entry.get("id"), "id"),
            "url": words_in(address, "url"),
            "title": title,
            "summary": words_in(summary, "summary"),
            "authors": author_names(list(_authors(entry)), sites),
            "published_at": _first_date(entry, "published", "created"),
            "updated_at": read_date(dict.get(entry, "updated")),
            "language": words_in((entry.get("title_detail") or {}).get("language"), "language"),
            "categories": labels_in([tag.get("term") for tag in entry.get("tags") or ()]),
            "copyright_notice": words_in(entry.get("rights"), "copyright_notice"),
        }
    )


def _of_origin(entry: Any, title: str) -> dict[str, object]:
    """Return the source that an entry names as its own, and the title without its name."""
    origin = entry.get("source") or {}
    domain = registrable_domain(origin.get("href"))
    name = words_in(origin.get("title"), "source")
    own = title.removesuffix(f" - {name}") if name and domain else ""
    return present({"source": domain, "title": own})


def _site(feed: Any, entry: Any) -> str:
    """Return the address of the site that the feed belongs to, or the base of an entry alone."""
    return feed.get("link") or (entry.get("title_detail") or {}).get("base") or ""


def _address(site: str, entry: Any) -> str | None:
    """Return the address of the entry's page, against that of its site when it is relative."""
    links = entry.get("links") or ()
    # FeedBurner counts clicks at an address of its own.
    counted = entry.get("feedburner_origlink")
    if isinstance(counted, str) and canonical_url(counted):
        return counted
    pages = (link.get("href") for link in links if link.get("rel") == "alternate")
    address = next((page for page in pages if page), None)
    if address is None and not any(link.get("rel") == "enclosure" for link in links):
        address = entry.get("link")
    return joined(site, address) if address else None


def _authors(entry: Any) -> Iterator[str]:
    for author in entry.get("authors") or ():
        name = author.get("name") or ""
        # feedparser ends an address after four letters of its last part: `a (Liv Sandmo`, or the
        # `ple` of desk@paper.example.
        if not (author.get("email") and name.isalpha() and name.islower()):
            yield name.partition("(")[2] if "(" in name and ")" not in name else name


def _first_date(entry: Any, *names: str) -> ReadDate | None:
    return next((date for name in names if (date := read_date(dict.get(entry, name)))), None)
