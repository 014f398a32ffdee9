"""Offices whose numbers add up to one that is known: which of them stay hidden, and why that is
safe. Kept apart, because it is the whole argument.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from release.catalogue import Rule
from release.cells import Flags, Floats


@dataclass(frozen=True, slots=True)
class Column:
    """The offices of a prefecture with a consultation in one topic and year: consultations, firms
    that are known, firms that came to no other office, and the most consultations of one firm."""

    value: Floats
    n_firm: Floats
    n_alone: Floats
    most: Floats


def hidden_offices(column: Column, is_open: Flags, rule: Rule) -> Flags:
    """Which offices' numbers stay hidden when their sum is known: all with too few firms or not
    ``is_open``, and the smallest others until nobody, not even another office, comes near them."""
    hidden: Flags = (column.n_firm < rule.least_firms) | ~is_open
    for office in np.argsort(column.value, kind="stable").tolist():
        if is_safe(column, hidden, rule):
            break
        hidden[office] = True
    return hidden


def is_safe(column: Column, hidden: Flags, rule: Rule) -> bool:
    """Whether the hidden offices shelter each other.

    What they have together can be had by subtraction. Any one of them that takes its own away must
    be left with enough firms, and each sensitive number must be hidden among the consultations of
    the others even from whoever knows of one more office, and of one firm.
    """
    if not hidden.any() or hidden.all():
        # Nothing to hide, or nothing that could be subtracted.
        return True
    n_alone, value = column.n_alone[hidden], column.value[hidden]
    if n_alone.sum() - n_alone.max() < rule.least_firms:
        return False
    first, second = np.sort(np.append(value, 0.0))[-2:][::-1]
    others = np.where(value == first, second, first)
    level = np.maximum(rule.least_count_level, rule.count_level_percent / 100 * value)
    rest = value.sum() - value - others - column.most.max()
    is_sensitive = column.n_firm[hidden] < rule.least_firms
    return bool((rest >= level)[is_sensitive].all())
