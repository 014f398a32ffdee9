"""A dirty file of every source: exact balance, the reason of each refusal, what is staged."""

from __future__ import annotations

import pytest

from etl.sources import contracts
from tests.etl.deliveries import Desk
from tests.etl.sources.dirt import Dirt, check
from tests.etl.sources.dirty_applications import APPLICATIONS
from tests.etl.sources.dirty_support import SUPPORT

DIRT = [*APPLICATIONS, *SUPPORT]


@pytest.mark.parametrize("dirt", DIRT, ids=lambda dirt: dirt.source)
def test_every_record_of_a_dirty_file_is_judged(desk: Desk, dirt: Dirt) -> None:
    check(desk, dirt)


def test_every_source_without_a_test_of_its_own_has_a_dirty_file() -> None:
    elsewhere = {
        # tests/etl/test_sources.py
        "nta_register", "gbiz_subsidy", "rs_recipient", "industry_profile", "prefecture_statistic",
        # beside this file
        "consultation", "financial_statement", "support_programme", "estat_statistic",
    }  # fmt: skip
    assert {c.name for c in contracts()} - elsewhere == {dirt.source for dirt in DIRT}
