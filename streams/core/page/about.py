"""The fields of a page's article: title, dates, authors, from what the page declares."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

from streams.core.page.bylines import read_bylines
from streams.core.page.declared import Declared
from streams.core.page.headline import headline, tidy_title
from streams.core.page.json_ld import LinkedItem, is_article
from streams.core.read.dates import ReadDate, read_date
from streams.core.read.found import present, words_in
from streams.core.read.names import author_names
from streams.core.text.address import registrable_domain

# Names of meta tags in the order in which they are believed.
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "article:published",
    "parsely-pub-date", "cxenseparse:recs:publishtime", "cxenseparse:recs:published_time",
    "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.date",
    "article.published", "article_date_original", "originalpublicationdate", "publication_date",
    "pubdate", "publishdate", "publish-date", "publish_date", "published_at", "bt:pubdate",
    "displaydate", "ptime", "og:published_time", "og:pubdate", "og:regdate",
    "rnews:datepublished", "dc.date",
    "date", "datecreated", "citation_publication_date",
)  # fmt: skip
_UPDATED = (
    "article:modified_time", "og:updated_time", "datemodified", "article:modified",
    "dcterms.modified", "dc.date.modified", "last-modified", "last_modified", "lastmod",
    "og:modified_time", "article.updated", "revised",
)  # fmt: skip
_AUTHORS = (
    "author", "article:author", "parsely-author", "dc.creator", "dcterms.creator", "byl",
    "sailthru.author", "cxenseparse:author", "citation_author", "article.author",
    "article:author_name",
)  # fmt: skip
# An article in the JSON-LD with none of these is only referred to.
_TELLING = ("headline", "datePublished", "author")
_SUMMARIES = ("og:description", "description", "twitter:description", "dc.description")
_SITES = (
    "og:site_name", "application-name", "publisher", "dc.publisher", "apple-mobile-web-app-title",
)  # fmt: skip
_LANGUAGES = ("content-language", "dc.language", "inlanguage", "language")


def fields_of_page(
    declared: Declared, root: Any, texts: Sequence[str] = ()
) -> Mapping[str, object]:
    """Return the fields of `Metadata` that a page has for its article; `texts` are its blocks."""
    item = _article(declared)
    address = _address(declared)
    sites = _site_names(declared, item, address)
    return present(
        {
            "title": words_in(
                headline(declared, _text(item.get("headline")), sites, texts), "title"
            ),
            "authors": _authors(declared, item, sites, read_bylines(root, texts)),
            "summary": words_in(tidy_title(declared.first(_SUMMARIES)), "summary"),
            "published_at": _best_date(_published(declared, item)),
            "updated_at": _updated(declared, item),
            "canonical_url": words_in(address, "url"),
            "language": words_in(_language(declared), "language"),
        }
    )


def _article(declared: Declared) -> LinkedItem:
    """Return the object of the JSON-LD that is the page's article, or an empty one."""
    articles = [item for item in declared.items if is_article(item)]
    told = [item for item in articles if any(item.get(name) for name in _TELLING)]
    titles = {tidy_title(text) for text in (*declared.headings, declared.metas.get("og:title"))}
    named = (item for item in told if tidy_title(_text(item.get("headline"))) in titles)
    dated = (item for item in declared.items if item.get("datePublished"))
    return next(named, None) or next(iter(told), None) or next(dated, {})


def _text(value: object) -> str | None:
    value = value[0] if isinstance(value, list) and value else value
    return value if isinstance(value, str) else None


def _address(declared: Declared) -> str | None:
    """Return the page's own address, as it stands or against that of the site."""
    base = declared.metas.get("og:url", "")
    for address in (declared.links.get("canonical"), base):
        if address:
            whole = urljoin(base, address) if base else address
            if urlsplit(whole).scheme in ("http", "https"):
                return whole
    return None


def _site_names(declared: Declared, item: LinkedItem, address: str | None) -> list[str]:
    publisher = item.get("publisher")
    publishers = publisher if isinstance(publisher, list) else [publisher]
    names = [_text(one.get("name") if isinstance(one, dict) else one) for one in publishers]
    domain = registrable_domain(address) or ""
    host = (urlsplit(address or "").hostname or "").removeprefix("www.")
    declared_names = (declared.metas.get(name) for name in _SITES)
    every = (*names, *declared_names, domain, host, domain.split(".")[0])
    return [name for name in every if name]


def _authors(
    declared: Declared,
    item: LinkedItem,
    sites: Sequence[str],
    bylines: Iterable[Sequence[str]],
) -> tuple[str, ...]:
    """Return the names of people and agencies; none where the page names itself as the author."""
    said = (
        item.get("author"),
        item.get("creator"),
        *(declared.metas.get(name) for name in _AUTHORS),
    )
    for value in said:
        names = author_names(value, sites)
        if names:
            return names
    # Beside a page that names itself as the author, a word alone is an office rather than a person.
    is_named = any(author_names(value) for value in said)
    for lines in bylines:
        names = author_names(lines, sites)
        if is_named:
            names = tuple(name for name in names if " " in name)
        if names:
            return names
    return ()


def _published(declared: Declared, item: LinkedItem) -> Iterator[object]:
    yield item.get("datePublished")
    yield from (declared.metas.get(name) for name in _PUBLISHED)
    yield from (time.value for time in declared.times if time.is_marked)
    # The first time below a headline is the story's, and so is one that is alone.
    is_alone = len(declared.times) == 1
    yield next((time.value for time in declared.times if time.heading or is_alone), None)
    yield item.get("dateCreated")


def _best_date(values: Iterable[object]) -> ReadDate | None:
    """Return the first date that is exact, else the first with a time, else the first."""
    dates = [date for value in values if (date := read_date(value)) is not None]
    dates.sort(key=lambda date: (not date.is_exact, not date.has_time))
    return dates[0] if dates else None


def _updated(declared: Declared, item: LinkedItem) -> ReadDate | None:
    values = (item.get("dateModified"), *(declared.metas.get(name) for name in _UPDATED))
    date = _best_date(values) or _best_date(declared.changes[:1])
    return date if date is not None and date.is_exact else None


def _language(declared: Declared) -> str:
    return declared.language or declared.first(_LANGUAGES) or declared.metas.get("og:locale", "")
