"""Pages that differ in their words alone are made alike; what else differs is seen."""

import pytest

from .outlines import Outline

pytestmark = pytest.mark.once

PAGE = '<body class="app-x"><nav><a class="link" href="/a/">A</a></nav><main><h1>{}</h1>{}</main></body>'
ROW = '<tr><td><a class="link" href="/{0}/" id="i{0}">{0}</a></td></tr>'


def shapes(inside, title="Ward"):
    return Outline(PAGE.format(title, inside)).shapes


def test_words_addresses_and_the_number_of_rows_make_no_difference():
    one = shapes(ROW.format("1"))
    assert one == shapes(ROW.format("2") + ROW.format("3"), title="Bed")


@pytest.mark.parametrize(
    "other",
    ['<tr><td><a href="/1/">1</a></td></tr>', '<tr><td><a class="link" href="/1/" id="i1"></a></td></tr>',
     '<tr><td><a class="link" href="/1/" id="i1">Donaudampfschifffahrtsgesellschaft</a></td></tr>',
     '<tr><th><a class="link" href="/1/" id="i1">1</a></th></tr>'],
    ids=["no class", "no words", "a long word", "another element"],
)  # fmt: skip
def test_what_else_differs_is_seen_inside_and_not_around(other):
    inside, around = shapes(ROW.format("1"))
    assert shapes(other)[0] != inside
    assert shapes(other)[1] == around


def test_what_stands_around_is_told_apart():
    bare = Outline("<body><main><h1>Ward</h1></main></body>").shapes
    assert bare[0] == shapes("")[0]
    assert bare[1] != shapes("")[1]


def test_links_are_found_also_after_tags_that_are_not_closed():
    found = Outline('<p>One<br><img src="x"><p>Two <a href="/b/">b</a>')
    assert found.links == ["/b/"]
    assert found.nodes == 5
