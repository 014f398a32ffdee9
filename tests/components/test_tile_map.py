"""The tile map: 47 links on a grid without overlaps, x for withheld, one of them tabbable."""

from __future__ import annotations

from components.tile_map import POSITIONS, Readout, Tile, tile_map
from language import text
from tests.components.drawn import check_children, find, prop, words

TILES = {code: Tile("41.2", 3, f"?region={code}", "%、申請12件") for code in POSITIONS} | {
    "31": Tile("", None, "?region=31"),
    "32": Tile("", None, "?region=32", is_missing=True),
}


def drawn(chosen: str = "20") -> object:
    return tile_map(
        TILES,
        measure="採択率（%）",
        legend=("〜32", "32〜"),
        chosen=chosen,
        readout=Readout("長野県", "48.6%", "申請 148件", "市区町村を見る", "?region=20100"),
    )


def test_every_prefecture_has_its_own_place() -> None:
    places: set[tuple[int, int]] = set()
    for code, (column, row) in POSITIONS.items():
        wide, high = {"01": (2, 2), "28": (1, 2)}.get(code, (1, 1))
        cells = {(column + x, row + y) for x in range(wide) for y in range(high)}
        assert not cells & places, code
        places |= cells
    assert sorted(POSITIONS) == [f"{n:02}" for n in range(1, 48)]
    assert max(x for x, _ in places) == 14


def test_tiles_are_links_with_name_and_number() -> None:
    links = find(drawn(), "A", href="?region=13")
    assert words(links[0]).startswith(text("prefecture.13"))
    assert "41.2" in words(links[0])
    assert "申請12件" in words(links[0])
    check_children(drawn())


def test_withheld_shows_x_and_missing_a_dash() -> None:
    withheld = find(drawn(), "A", href="?region=31")[0]
    missing = find(drawn(), "A", href="?region=32")[0]
    assert "x" in words(withheld)
    assert "秘匿" in words(withheld)
    assert "sl-withheld" in prop(withheld, "className")
    assert "-" in words(missing)
    assert "sl-withheld" not in prop(missing, "className")


def test_exactly_one_tile_is_in_the_tab_order() -> None:
    tiles = [a for a in find(drawn(), "A") if "sl-tile" in (prop(a, "className") or "")]
    assert len(tiles) == 47
    assert [a.href for a in tiles if prop(a, "tabIndex") == "0"] == ["?region=20"]
    assert [a.href for a in tiles if prop(a, "aria_current")] == ["?region=20"]
    nobody = [a for a in find(drawn(""), "A") if prop(a, "tabIndex") == "0"]
    assert [a.href for a in nobody] == ["?region=01"]


def test_a_prefecture_without_a_tile_is_no_link() -> None:
    few = tile_map({"13": TILES["13"]}, measure="採択率（%）", legend=("すべて",))
    assert len(find(few, "A")) == 1
    assert len([d for d in find(few, "Div") if "is-missing" in (prop(d, "className") or "")]) == 46
