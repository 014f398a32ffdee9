"""Rankings as links: marks stand where their numbers are, blue only beyond chance."""

from __future__ import annotations

from components.ranked_list import Ranked, bar_list, dot_list
from store.quantity import Unit
from tests.components.drawn import check_children, find, prop, words

ROWS = [
    Ranked("生産用機械（612）", "46.8%", 46.8, 42.9, 50.7, "?industry=26"),
    Ranked("電子部品（380）", "46.1%", 46.1, 41.2, 51.1, "?industry=28", is_chosen=True),
    Ranked("繊維（108）", "30.2%", 30.2, 22.4, 39.4, "?industry=11"),
    Ranked("その他（3）", "…", None, link="?industry=32"),
]


def _dots() -> object:
    return dot_list(
        ROWS,
        Unit.PERCENT,
        label="採択率",
        reference=41.9,
        reference_label="製造業 41.9%",
        gap=(2, "この間の27業種は表にある"),
    )


def test_every_row_is_a_link_with_its_number() -> None:
    drawn = _dots()
    check_children(drawn)
    links = find(drawn, "A")
    assert [link.href for link in links] == [row.link for row in ROWS]
    assert words(links[0]).startswith("生産用機械（612）46.8%")
    assert "95%区間 42.9〜50.7%" in words(links[0])
    assert [link.href for link in links if prop(link, "aria_current")] == ["?industry=28"]


def test_only_intervals_that_exclude_the_reference_are_blue() -> None:
    looks = [item.className for item in find(_dots(), "Li")]
    assert looks == ["is-apart", "", "sl-rank__gap", "is-apart", "is-bare"]


def test_marks_stand_in_the_order_of_their_numbers() -> None:
    items = [item for item in find(_dots(), "Li") if prop(item, "style")]
    for item in items:
        low, value, high = (float(item.style[name]) for name in ("--l", "--v", "--h"))
        assert 0 <= low < value < high <= 1
    values = [float(item.style["--v"]) for item in items]
    assert values == sorted(values, reverse=True)


def test_what_has_no_number_has_no_mark() -> None:
    bare = find(_dots(), "Li")[-1]
    assert not prop(bare, "style")
    assert "…" in words(bare)


def test_bars_begin_at_zero_and_may_go_below() -> None:
    rows = [Ranked("製造業", "3.0%", 3.0), Ranked("建設業", "▲1.0%", -1.0, is_subject=True)]
    drawn = bar_list(rows, label="伸び")
    first, second = find(drawn, "Li")
    assert (first.style["--l"], first.style["--h"]) == ("0.2500", "1.0000")
    assert (second.style["--l"], second.style["--h"]) == ("0.0000", "0.2500")
    assert second.className == "is-subject"
    assert "is-signed" in prop(drawn, "className")
    plain = bar_list([Ranked("製造業", "0件", 0.0)], label="申請")
    assert find(plain, "Li")[0].style == {"--l": "0.0000", "--h": "0.0000"}
