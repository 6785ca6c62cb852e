"""What files become as raw messages, whatever others call, pack, encode or break."""

import gzip
import json
from pathlib import Path

import pytest

from streams.commands.files import Unreadable
from streams.commands.raw_input import Given, RawInput, raw_inputs
from streams.core.read.recognise import Kind, NoArticleError, recognise

RSS = """<?xml version="1.0" encoding="iso-8859-1"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xml:lang="de">
<channel><title>Bote</title>
<item><title>Brücke</title><link>https://www.example.org/1</link>
<content:encoded><![CDATA[<p>Die Brücke ist zu & bleibt es.</p>]]></content:encoded></item>
<item><title>Bad</title><link>https://www.example.org/2</link><description>Offen.</description>
</item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>
<entry><id>1</id><title>Mill</title><link rel="self" href="https://x.example/api/1"/>
<link href="https://x.example/1"/><content>The mill is sold.</content></entry></feed>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": "1", "content_text": "One."}, {"id": "2", "content_html": "<p>Two.</p>"}],
    }
)


def inputs(file: Path, given: Given | None = None) -> list[RawInput | Unreadable]:
    """Return all that a path gives."""
    return list(raw_inputs([file], given or Given()))


def articles(file: Path, given: Given | None = None) -> list[dict[str, str]]:
    """Return the raw articles in a path that has nothing unreadable."""
    found = inputs(file, given)
    assert not [each for each in found if isinstance(each, Unreadable)], found
    return [json.loads(each.value) for each in found if isinstance(each, RawInput)]


def written(folder: Path, name: str, data: str | bytes) -> Path:
    """Write a file and return its path."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return file


@pytest.mark.parametrize(
    ("head", "suffix", "kind"),
    [
        ("The ferry sails.", "", Kind.TEXT),
        ("[Harbour] The ferry sails.", "", Kind.TEXT),
        ("{sic} he wrote.", "", Kind.TEXT),
        ("<3 is what she wrote.", "", Kind.TEXT),
        ('{"content": "a"}\n{"content": "b"}\n', "", Kind.JSON_LINES),
        ('{"content": "broken\n{"content": "b"}\n', "", Kind.JSON_LINES),
        ('\ufeff{"content": "a"}', "", Kind.JSON_LINES),
        ('{\n "content": "a"\n}', "", Kind.JSON),
        ('[{"content": "a"}]', ".txt", Kind.JSON),
        ("{broken", ".json", Kind.JSON),
        ("<!DOCTYPE html><p>a", "", Kind.HTML),
        ('<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html xmlns="y">', ".xml", Kind.HTML),
        ("<p>A page without a head.</p>", "", Kind.HTML),
        ("A page without any tag", ".html", Kind.HTML),
        ("<!-- a comment --><html lang='de'>", ".php", Kind.HTML),
        (RSS, "", Kind.FEED),
        (ATOM, ".txt", Kind.FEED),
        ('<?xml version="1.0"?><!DOCTYPE rss SYSTEM "x"><rss>', ".xml", Kind.FEED),
        ('<rdf:RDF xmlns:rdf="r"><item>', "", Kind.FEED),
        ("<item><title>a</title></item>", "", Kind.FEED),
    ],
)
def test_content_is_recognised(head: str, suffix: str, kind: Kind) -> None:
    """By what it begins with; the suffix decides where that leaves it open."""
    assert recognise(head.encode(), suffix) is kind


@pytest.mark.parametrize(
    ("head", "suffix", "what"),
    [
        (b"a,b\n1,2\n", ".csv", "table"),
        (b"%PDF-1.7", ".txt", "PDF"),
        (b"PK\x03\x04", "", "ZIP"),
        (b"\x00\x01\x02", "", "binary"),
        (b"<?xml version='1.0'?><urlset><url>", ".xml", "<urlset>"),
        (b"WARC/1.0\r\n", "", "WARC"),
    ],
)
def test_what_is_no_article_is_refused_by_name(head: bytes, suffix: str, what: str) -> None:
    """It would be pushed as a text otherwise."""
    with pytest.raises(NoArticleError, match=what):
        recognise(head, suffix)


def test_a_feed_becomes_a_message_an_entry(tmp_path: Path) -> None:
    """Each entry stands alone, with the feed's namespaces and language, under its source as key."""
    found = inputs(written(tmp_path, "feed.xml", RSS.encode("latin-1")))
    assert [each.key for each in found if isinstance(each, RawInput)] == [b"example.org"] * 2
    first, second = articles(tmp_path / "feed.xml")
    assert first["content_type"] == "application/rss+xml"
    assert "Die Brücke ist zu & bleibt es." in first["content"]
    assert "Offen" not in first["content"]
    assert 'xml:lang="de"' in second["content"]
    (entry,) = articles(written(tmp_path, "feed", ATOM))
    assert entry["content_type"] == "application/atom+xml"


def test_what_is_no_xml_costs_no_text(tmp_path: Path) -> None:
    """Control characters, bare ampersands and HTML's entities: many feeds are put together so."""
    feed = """<rss version="2.0"><channel><item><title>Fish & chips&nbsp;cost more</title>
    <link>https://x.example/a?b=1&c=2</link>
    <description>The price\x02 of fish &amp; chips \x0brises.</description>
    <guid><![CDATA[a&b]]></guid></item></channel></rss>"""
    (entry,) = articles(written(tmp_path, "feed.xml", feed))
    for part in (
        "<title>Fish &amp; chips\xa0cost more</title>",
        "a?b=1&amp;c=2",
        "The price of fish &amp; chips  rises.",
        "<![CDATA[a&b]]>",
    ):
        assert part in entry["content"]


def test_an_entry_alone_keeps_the_address_of_its_site(tmp_path: Path) -> None:
    """Against it relative addresses are read, and it says whose an entry without one is."""
    channel = "<channel><link>https://x.example/</link>{}</channel>"
    podcast = "<item><title>One</title><guid isPermaLink='false'>7</guid></item>"
    relative = "<item><title>Two</title><link>/two</link></item>"
    feed = f"<rss version='2.0'>{channel.format(podcast + relative)}</rss>"
    found = inputs(written(tmp_path, "feed.xml", feed))
    assert [each.key for each in found if isinstance(each, RawInput)] == [b"x.example"] * 2
    nested = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://x.example/blog/">
    <entry xml:base="2026/"><title>Tides</title><link href="a.html"/></entry></feed>"""
    (entry,) = articles(written(tmp_path, "atom.xml", nested))
    assert 'xml:base="https://x.example/blog/2026/"' in entry["content"]


def test_json_of_other_kinds_is_taken_for_what_it_is(tmp_path: Path) -> None:
    """Arrays, JSON Feed, ninjs, and values one after another."""
    array = '[{"content": "One."}, {"content": "Two."}]'
    assert [a["content"] for a in articles(written(tmp_path, "a", array))] == ["One.", "Two."]
    feed = articles(written(tmp_path, "b.json", JSON_FEED))
    assert [a["content_type"] for a in feed] == ["application/feed+json"] * 2
    (item,) = articles(written(tmp_path, "c.json", '{"uri": "x:1", "body_text": "A text."}'))
    assert item["content_type"] == "application/vnd.iptc.ninjs+json"
    values = '{\n "content": "One."\n}\n{\n "content": "Two."\n}'
    assert [a["content"] for a in articles(written(tmp_path, "d", values))] == ["One.", "Two."]


def test_lines_end_with_a_line_feed_and_nothing_else(tmp_path: Path) -> None:
    """Other ends of lines may stand inside a JSON text; CR LF and blank lines do no harm."""
    text = '{"content": "A\u2028B\u0085C\x0bD"}\r\n\n{"content": "E"}'.replace("\x0b", "\\u000b")
    found = articles(written(tmp_path, "x.jsonl", text))
    assert [a["content"] for a in found] == ["A\u2028B\u0085C\x0bD", "E"]


def test_a_broken_line_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    """File and line, what is wrong there, and nothing of the text."""
    lines = '{"content": "One."}\n{"content": "Brok\n"text"\n{"title": "x"}\n{"content": "Two."}\n'
    found = inputs(written(tmp_path, "x.jsonl", lines))
    assert [each.name.rpartition(":")[2] for each in found] == ["1", "2", "3", "4", "5"]
    why = [each.why for each in found if isinstance(each, Unreadable)]
    assert why[0].startswith("not JSON: ")
    assert "a string" in why[1]
    assert "`content`" in why[2]


def test_half_a_character_does_not_stop_a_line(tmp_path: Path) -> None:
    """A lone surrogate, as truncating writers leave it, is for the worker to repair."""
    (found,) = inputs(written(tmp_path, "x.jsonl", '{"content": "a \\ud83d b"}'), Given(source="s"))
    assert isinstance(found, RawInput)
    assert json.loads(found.value) == {"content": "a \ud83d b", "source": "s"}


def test_packed_files_and_charsets_are_read_as_the_worker_reads_them(tmp_path: Path) -> None:
    """Gzip whatever its name; the page's own charset, or a byte order mark."""
    page = '<html><meta charset="iso-8859-2"><p>Żółw wrócił.</p>'.encode("iso-8859-2")
    assert "Żółw" in articles(written(tmp_path, "p.html.gz", gzip.compress(page)))[0]["content"]
    assert "Żółw" in articles(written(tmp_path, "packed", gzip.compress(page)))[0]["content"]
    wide = "The ferry sails.".encode("utf-16")
    assert articles(written(tmp_path, "w.txt", wide)) == [{"content": "The ferry sails."}]
    (cut,) = inputs(written(tmp_path, "cut.gz", gzip.compress(page * 9)[:-12]))
    assert isinstance(cut, Unreadable)


def test_directories_and_patterns_stand_for_their_files(tmp_path: Path) -> None:
    """In order, at any depth; what is no article there is passed over."""
    for name in ("b/c.txt", "a.txt", "b/d.html.gz", "table.csv", "b/photo.jpg"):
        data = f"Text of {name}."
        written(tmp_path, f"in/{name}", gzip.compress(data.encode()) if "gz" in name else data)
    found = [a["content"] for a in articles(tmp_path / "in")]
    assert found == ["Text of a.txt.", "Text of b/c.txt.", "Text of b/d.html.gz."]
    assert len(articles(tmp_path / "in" / "**" / "*.txt")) == 2


def test_what_a_directory_or_pattern_leaves_out_is_said(tmp_path: Path) -> None:
    """Silence would look as if all had been read."""
    for name in ("a.txt", "b.csv", "c/d.csv", ".hidden"):
        written(tmp_path, name, "A text.")
    said: list[tuple[str, str]] = []
    (found,) = raw_inputs([tmp_path], Given(), say=lambda *each: said.append(each))
    assert isinstance(found, RawInput)
    assert said == [(str(tmp_path), "2 passed over (.csv): to have them read, name them")]
    (refused,) = inputs(tmp_path / "c")
    assert isinstance(refused, Unreadable)
    assert "1 passed over (.csv)" in refused.why
    (unmatched,) = inputs(tmp_path / "*.html")
    assert unmatched == Unreadable(str(tmp_path / "*.html"), "no file has such a name")


@pytest.mark.parametrize("charset", ["utf-16", "utf-32", "utf-8-sig"])
def test_json_lines_of_windows_are_read(charset: str, tmp_path: Path) -> None:
    """Its shell writes UTF-16 with a byte order mark, and ends of lines of two characters."""
    texts = [f"Fähre {number} \u2028 fährt." for number in range(9_000)]
    lines = "\r\n".join(json.dumps({"content": text}, ensure_ascii=False) for text in texts)
    found = articles(written(tmp_path, "x.jsonl", lines.encode(charset)))
    assert [each["content"] for each in found] == texts


def test_the_key_is_the_source(tmp_path: Path) -> None:
    """As declared, else the registrable domain of its address, else none."""
    lines = (
        '{"content": "a", "source": "wire", "id": "1"}\n'
        '{"content": "b", "url": "https://www.news.example.co.uk/b"}\n{"content": "c", "id": "3"}'
    )
    file = written(tmp_path, "x.jsonl", lines)
    keys = [each.key for each in inputs(file) if isinstance(each, RawInput)]
    assert keys == [b"wire", b"example.co.uk", None]
    given = [each.key for each in inputs(file, Given(source="s")) if isinstance(each, RawInput)]
    assert given == [b"s"] * 3


def test_an_id_for_many_articles_is_refused(tmp_path: Path) -> None:
    """All would be versions of one."""
    first, second = inputs(
        written(tmp_path, "x.jsonl", '{"content": "a"}\n{"content": "b"}'), Given(id="7")
    )
    assert isinstance(first, RawInput)
    assert isinstance(second, Unreadable)
    assert "--id" in second.why


def test_json_of_other_programs_is_taken_apart_and_keyed_as_the_worker_reads_it(
    tmp_path: Path,
) -> None:
    """Answers of services hold many articles; what the command line says goes to the article."""
    row = {"headline": "Mill", "text": "The mill is sold.", "link": "https://www.example.org/1"}
    answer = {"status": "ok", "articles": [row, row | {"source": {"name": "Bote"}}]}
    found = inputs(written(tmp_path, "answer.json", json.dumps(answer)))
    assert [each.key for each in found if isinstance(each, RawInput)] == [b"example.org", b"Bote"]
    event = {"specversion": "1.0", "source": "/crawler", "data": row}
    file = written(tmp_path, "event.json", json.dumps(event))
    assert articles(file, Given(source="a.example")) == [row | {"source": "a.example"}]
    twice = written(tmp_path, "twice.json", json.dumps(json.dumps({"content": "Once."})))
    assert articles(twice) == [{"content": "Once."}]


def test_what_nests_too_deep_inside_of_a_text_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    """It ended the command."""
    lines = [json.dumps('{"a":' * 100_000), json.dumps({"content": "Good."})]
    broken, good = inputs(written(tmp_path, "deep.jsonl", "\n".join(lines)))
    assert isinstance(broken, Unreadable)
    assert isinstance(good, RawInput)
