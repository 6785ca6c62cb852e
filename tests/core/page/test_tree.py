"""A page falls into blocks as a reader sees them."""

from streams.core.page.parse import parse
from streams.core.page.tree import PageTree, read_tree


def tree_of(body: str) -> PageTree:
    """Return the tree of a page with this body."""
    return read_tree(parse(f"<html><head><title>t</title></head><body>{body}</body></html>"))


def test_inline_elements_do_not_break_words_or_blocks() -> None:
    """Bold letters inside a word, links and blanks leave one line."""
    tree = tree_of("<p>The <b>f</b>erry <a href='/'>left\n early</a>, she said.</p>")
    assert tree.texts == ["The ferry left early, she said."]
    assert tree.link_chars.tolist() == [len("left\n early")]


def test_text_beside_and_between_block_elements_is_a_block_each() -> None:
    """Bare text around paragraphs and after a break is kept, in the order of the page."""
    tree = tree_of("<div>One<p>Two</p>Three<br>Four<ul><li>Five<li>Six</ul>Seven</div>Eight")
    assert tree.texts == ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight"]


def test_a_row_of_data_is_one_block() -> None:
    """Cells are joined, whatever they hold, and the text behind the table is apart."""
    tree = tree_of("<table><tr><th>Boat<th><p>Crew</p></tr><tr><td>Anna<td>4</tr></table>After")
    assert tree.texts == ["Boat | Crew", "Anna | 4", "After"]


def test_a_row_of_layout_is_not() -> None:
    """A table inside, a headline, or much text: then cells are columns of the page."""
    long = "Long story. " * 150
    tree = tree_of(f"<table><tr><td>Menu<td><h1>Head</h1></tr><tr><td>Ad<td>{long}</tr></table>")
    assert tree.texts == ["Menu", "Head", "Ad", long.strip()]


def test_what_is_never_seen_is_no_text() -> None:
    """Scripts, styles, comments and forms' choices are left out; what follows them is not."""
    tree = tree_of(
        "<p>A<script>x()</script>B<!-- c -->C<select><option>d</select></p><svg>e</svg>F"
    )
    assert tree.texts == ["ABC", "F"]


def test_an_element_ends_where_its_last_descendant_does() -> None:
    """So what an element holds is a run of numbers."""
    tree = tree_of("<div><p>One <b>two</b></p></div><p>Three</p>")
    assert tree.tags == ["html", "body", "div", "p", "b", "p"]
    assert tree.parents.tolist() == [-1, 0, 1, 2, 3, 1]
    assert tree.ends.tolist() == [6, 6, 5, 5, 5, 6]
    assert tree.depths.tolist() == [0, 1, 2, 3, 4, 2]
    assert tree.owners.tolist() == [3, 5]


def test_a_page_without_text_has_no_blocks() -> None:
    """Nothing but blanks and rules."""
    assert tree_of("<p> </p><hr><table><tr><td> </table>").texts == []
