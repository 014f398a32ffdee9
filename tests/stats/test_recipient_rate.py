"""Recipients per 10,000 establishments, against a hand count."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from queries.award_by_prefecture import award_by_prefecture
from queries.parameters import AwardParameters
from stats.methods.poisson import poisson_interval
from stats.recipient_rate import recipient_rate
from store.cursor import StoreCursor
from store.tables import prefecture_statistic


def test_each_rate_is_recipients_over_establishments(lens: StoreCursor) -> None:
    parameters = AwardParameters(year="2023")
    rows = recipient_rate(lens, parameters).to_dict("records")
    statistic = lens.fetch(
        select(prefecture_statistic).where(prefecture_statistic.c.item_code == "C2108")
    ).to_dict("records")
    establishments = {r["prefecture_code"]: r["amount"] for r in statistic}
    recipients = {
        r["region_code"]: r["n_firm"]
        for r in award_by_prefecture(lens, parameters).to_dict("records")
    }
    assert len(rows) == 48
    for row in rows[:-1]:
        n, base = recipients[row["region_code"]], establishments[row["region_code"]]
        low, high = poisson_interval(n)
        assert (row["n_firm"], row["n_establishment"]) == (n, base)
        assert row["recipient_rate"] == pytest.approx(10_000 * n / base)
        assert row["rate_low"] == pytest.approx(10_000 * float(low) / base)
        assert row["rate_high"] == pytest.approx(10_000 * float(high) / base)
    rates = [row["recipient_rate"] for row in rows[:-1]]
    assert rates == sorted(rates, reverse=True)


def test_the_last_row_is_the_47_together(lens: StoreCursor) -> None:
    rows = recipient_rate(lens, AwardParameters(year="0", industry="E")).to_dict("records")
    assert rows[-1]["region_code"] == ""
    assert rows[-1]["n_firm"] == sum(row["n_firm"] for row in rows[:-1])
    assert rows[-1]["n_establishment"] == sum(row["n_establishment"] for row in rows[:-1])


def test_an_industry_without_a_denominator_gives_no_rows(lens: StoreCursor) -> None:
    frame = recipient_rate(lens, AwardParameters(year="2023", industry="H"))
    assert frame.empty
    assert "recipient_rate" in frame.columns
