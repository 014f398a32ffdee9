"""Classes of maps: rising, round, none empty; the legend says where each begins."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from components.classes import class_breaks, class_legend, class_of, legend_texts
from store.quantity import Unit
from tests.components.drawn import find, words

RATES = [36.0, 33.3, 39.5, 38.5, 34.5, 42.6, 39.7, 41.7, 43.1, 45.6, 41.3, 37.5, 43.2, 42.8]


@given(st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), max_size=60))
def test_breaks_rise_and_no_class_is_empty(values: list[float]) -> None:
    breaks = class_breaks(values)
    assert list(breaks) == sorted(set(breaks))
    assert len(breaks) <= 4
    assert bool(breaks) == (len(set(values)) > 1)
    counts = Counter(class_of(value, breaks) for value in values)
    assert len(counts) == len(breaks) + 1 or not values


@given(st.lists(st.integers(0, 20), min_size=5, max_size=47))
def test_a_greater_value_never_has_a_lower_class(values: list[int]) -> None:
    breaks = class_breaks(values)
    classes = [class_of(value, breaks) or 0 for value in sorted(values)]
    assert classes == sorted(classes)


def test_breaks_are_readable_numbers() -> None:
    assert all(float(b * 2).is_integer() for b in class_breaks(RATES))


def test_many_equal_values_do_not_hide_the_others() -> None:
    amounts = [0] * 40 + [3, 8, 21, 40, 333, 1204, 20957]
    breaks = class_breaks(amounts)
    assert class_of(0, breaks) == 1
    assert class_of(20957, breaks) == 5
    assert breaks == tuple(map(round, breaks))


def test_the_legend_writes_breaks_exactly() -> None:
    assert legend_texts((0.25, 0.5), Unit.PERCENT) == ("〜0.25", "0.25〜0.50", "0.50〜")
    assert legend_texts((10, 200), Unit.AWARD) == ("〜10", "10〜200", "200〜")


def test_one_value_alone_needs_no_breaks() -> None:
    assert class_breaks([5.0, 5.0, None]) == ()
    assert legend_texts((), Unit.PERCENT) == ("すべて",)


def test_few_classes_keep_their_distance() -> None:
    assert [class_of(v, (3,)) for v in (1, 4)] == [1, 5]
    assert class_of(1, ()) == 5
    swatches = find(class_legend("件", legend_texts((3,), Unit.AWARD)), "Li")
    assert [item.style["--c"] for item in swatches] == ["var(--sl-seq-1)", "var(--sl-seq-5)"]


def test_a_value_on_a_break_belongs_to_the_class_above() -> None:
    assert [class_of(v, (32, 38, 44, 50)) for v in (31.9, 32, 49.9, 50)] == [1, 2, 4, 5]
    assert class_of(None, (1.0,)) is None


def test_the_legend_names_every_class_once() -> None:
    texts = legend_texts((32, 38, 44, 50), Unit.PERCENT)
    assert texts == ("〜32", "32〜38", "38〜44", "44〜50", "50〜")
    assert legend_texts((50_000_000, 250_000_000), Unit.YEN) == ("〜0.5", "0.5〜2.5", "2.5〜")
    assert "秘匿" in words(class_legend("採択率（%）", texts, has_withheld=True))
    assert "秘匿" not in words(class_legend("採択率（%）", texts))
