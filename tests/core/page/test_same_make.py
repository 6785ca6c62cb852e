"""Paragraphs, headings and quotes that an extractor left out come back where the text says so."""

import pytest

from streams.core.page.extract import read_page

TEXTS = (
    "The council voted on Tuesday to rebuild the old ferry pier, and the mayor was glad of it.",
    "Work will begin in the spring, and the pier should open in time for the summer regatta.",
    "Fishermen had asked for a longer pier, and said on Wednesday that they would wait for it.",
    "A study by the harbour office found cracks in three of the piles under the eastern half.",
    "The ferry to the island will sail from the coal quay until then, an hour later than now.",
    "Shops on the waterfront fear for their summer trade and ask for a bus from the car park.",
)
TEASER = "Lighthouse keeper retires after forty years in the tower"


def lines_of(body: str) -> list[str]:
    """Return the lines of a page's article."""
    page = f"<html><head><title>Old pier is rebuilt</title></head><body>{body}</body></html>"
    content = read_page(page)
    gone = {line for removal in content.removals for line in removal.text.split("\n")}
    return [line for line in content.text.split("\n") if line not in gone]


def test_each_paragraph_in_a_box_of_its_own() -> None:
    """Boxes of one make are one text, with the subhead between two of them."""
    box = '<div data-area="text" class="mt-32"><div class="RichText">{}</div></div>'
    first = box.format(f"<p>{TEXTS[0]}</p><p>{TEXTS[1]}</p><p>{TEXTS[2]}</p>")
    others = [box.format(f"<p>{text}</p>") for text in TEXTS[3:]]
    card = f'<section class="box"><div>More</div><a href="/1"><span>{TEASER}</span></a></section>'
    subhead = "<h3>Shops fear for the summer</h3>"
    body = f"<article><h1>Old pier is rebuilt</h1><div>{first}{card}{others[0]}"
    read = lines_of(
        f"{body}{others[1]}<div>Advertisement</div>{subhead}{others[2]}</div></article>"
    )
    assert [line for line in read if line in TEXTS] == list(TEXTS)
    assert "Shops fear for the summer" in read
    assert TEASER not in read


def test_a_paragraph_that_is_all_link_is_one_of_the_text() -> None:
    """A sentence that links to the story it tells of is no teaser where it stands in the text."""
    parts = [f"<p>{text}</p>" for text in TEXTS]
    told = f"{TEXTS[2]} They had written to the minister twice."
    parts[2] = f'<p><a href="/letter"><strong>{told}</strong></a></p>'
    read = lines_of(f"<article><h1>Old pier is rebuilt</h1>{''.join(parts)}</article>")
    assert read.index(told) == read.index(TEXTS[1]) + 1


@pytest.mark.parametrize(
    "quote",
    [
        "<figure class='pull'><blockquote><p>{}</p><cite>{}</cite></blockquote></figure>",
        "<figure><blockquote>{}</blockquote><figcaption>{}</figcaption></figure>",
    ],
)
def test_a_figure_may_hold_a_quote(quote: str) -> None:
    """A quote in a figure without a picture is text."""
    said = "We have waited ten years for this pier, and now we shall wait one more."
    texts = [f"<p>{text}</p>" for text in TEXTS]
    texts.insert(3, quote.format(said, "Liv Sandmo, harbour master"))
    read = lines_of(f"<article><h1>Old pier is rebuilt</h1>{''.join(texts)}</article>")
    assert read[read.index(said) - 1] == TEXTS[2]


def test_line_breaks_part_paragraphs_and_subheads() -> None:
    """What readers see as a line is one, also with one line break below a subhead in bold."""
    subhead = "<b>Shops fear for the summer</b><br>"
    text = "<br><br>".join((*TEXTS[:3], f"{subhead}{TEXTS[3]}", *TEXTS[4:]))
    read = lines_of(
        f"<table><tr><td>Home<br>Sport</td><td><font size=2>{text}</font></td></tr></table>"
    )
    assert [line for line in read if line in TEXTS] == list(TEXTS)
    assert "Shops fear for the summer" in read


def test_a_box_that_asks_for_an_address_is_no_text() -> None:
    """A call to sign up goes with its form, whatever language it speaks."""
    call = "Kila asubuhi utapata habari kuu za eneo lako kwa barua pepe."
    form = (
        f'<div class="box"><p>{call}</p><form><input type="email"><button>OK</button></form></div>'
    )
    texts = [f"<p>{text}</p>" for text in TEXTS]
    read = lines_of(
        f"<article><h1>Old pier is rebuilt</h1>{texts[0]}{form}{''.join(texts[1:])}</article>"
    )
    assert call not in read
    assert [line for line in read if line in TEXTS] == list(TEXTS)


def test_a_short_page_is_no_box_that_asks_for_an_address() -> None:
    """A story of two sentences stays although a form stands in the same element."""
    form = '<form><input type="email" name="mail"><button>Sign up</button></form>'
    read = lines_of(f"<div><p>{TEXTS[0]}</p><p>{TEXTS[1]}</p>{form}</div>")
    assert read[:2] == list(TEXTS[:2])
