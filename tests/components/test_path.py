"""The way from a table to its files reads in order, with or without its lines."""

from __future__ import annotations

from components.path import Branch, Leaf, path_figure
from tests.components.drawn import check_children, find, words


def test_the_way_is_a_nested_list_of_links() -> None:
    drawn = path_figure(
        "採択",
        "3行",
        [
            Branch("補助金", "2件", "/s", [Leaf("a.csv", "1件", "/a"), Leaf("b.csv", "1件", "/b")]),
            Branch("登記", "1件", "/r", [Leaf("c.csv", "1件", "/c")], "ほか4ファイル"),
        ],
        heads=("表", "出典", "ファイル"),
    )
    check_children(drawn)
    assert [link.href for link in find(drawn, "A")] == ["/s", "/a", "/b", "/r", "/c", "/r"]
    assert words(drawn).index("採択") < words(drawn).index("補助金") < words(drawn).index("a.csv")
    assert "ほか4ファイル" in words(drawn)
