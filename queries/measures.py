"""Every number that answers carry, defined once: name, unit, disclosure rule, numerator.

The words (label, definition) stand in the word catalogue under ``quantity.<name>``.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ColumnElement, cast, func

from store.quantity import DisclosureRule, Quantity, Unit


def total(counts: ColumnElement[int]) -> ColumnElement[int]:
    """The sum of a column of counts as BIGINT; a bare sum is wider than readers take."""
    return cast(func.sum(counts), BigInteger)


N_AWARD = Quantity("n_award", Unit.AWARD, DisclosureRule.PUBLIC_COUNT)
N_PROJECT = Quantity("n_project", Unit.AWARD, DisclosureRule.PUBLIC_COUNT)
N_FIRM = Quantity("n_firm", Unit.RECIPIENT, DisclosureRule.PUBLIC_COUNT)
AMOUNT_YEN = Quantity("amount_yen", Unit.YEN, DisclosureRule.MAGNITUDE)
RETURNED_YEN = Quantity("returned_yen", Unit.YEN, DisclosureRule.MAGNITUDE)
AMOUNT_PER_FIRM_YEN = Quantity(
    "amount_per_firm_yen",
    Unit.YEN,
    DisclosureRule.MAGNITUDE,
    numerator="amount_yen",
    denominator="n_firm",
)
N_PAYMENT = Quantity("n_payment", Unit.RECORD, DisclosureRule.PUBLIC_COUNT)
N_RETURN = Quantity("n_return", Unit.RECORD, DisclosureRule.PUBLIC_COUNT)
N_WITHDRAWAL = Quantity("n_withdrawal", Unit.RECORD, DisclosureRule.PUBLIC_COUNT)
N_ESTABLISHMENT = Quantity("n_establishment", Unit.ESTABLISHMENT, DisclosureRule.PUBLIC_COUNT)
RECIPIENT_RATE = Quantity(
    "recipient_rate",
    Unit.PER_10000_ESTABLISHMENTS,
    DisclosureRule.PUBLIC_COUNT,
    numerator="n_firm",
    denominator="n_establishment",
)
RATE_LOW = Quantity("rate_low", Unit.PER_10000_ESTABLISHMENTS, DisclosureRule.PUBLIC_COUNT)
RATE_HIGH = Quantity("rate_high", Unit.PER_10000_ESTABLISHMENTS, DisclosureRule.PUBLIC_COUNT)

N_RECORD = Quantity("n_record", Unit.RECORD)
N_BYTE = Quantity("n_byte", Unit.BYTE)
N_FILE = Quantity("n_file", Unit.FILE)
RECORDS_IN = Quantity("records_in", Unit.RECORD)
ACCEPTED = Quantity("accepted", Unit.RECORD)
REJECTED = Quantity("rejected", Unit.RECORD)
DUPLICATE = Quantity("duplicate", Unit.RECORD)
N_BEFORE = Quantity("n_before", Unit.RECORD)
N_AFTER = Quantity("n_after", Unit.RECORD)

AWARD_MEASURES = (
    N_AWARD,
    N_PROJECT,
    N_FIRM,
    AMOUNT_YEN,
    AMOUNT_PER_FIRM_YEN,
    RETURNED_YEN,
    N_PAYMENT,
    N_RETURN,
    N_WITHDRAWAL,
)

N_APPLICATION = Quantity("n_application", Unit.RECORD, DisclosureRule.PUBLIC_COUNT)
N_ADOPTED = Quantity("n_adopted", Unit.AWARD, DisclosureRule.PUBLIC_COUNT)
N_REJECTED = Quantity("n_rejected", Unit.RECORD, DisclosureRule.PUBLIC_COUNT)
ADOPTION_RATE = Quantity(
    "adoption_rate",
    Unit.PERCENT,
    DisclosureRule.PUBLIC_COUNT,
    numerator="n_adopted",
    denominator="n_application",
)
ADOPTION_LOW = Quantity("adoption_low", Unit.PERCENT, DisclosureRule.PUBLIC_COUNT)
ADOPTION_HIGH = Quantity("adoption_high", Unit.PERCENT, DisclosureRule.PUBLIC_COUNT)
REQUESTED_YEN = Quantity("requested_yen", Unit.YEN, DisclosureRule.MAGNITUDE)
GRANTED_YEN = Quantity("granted_yen", Unit.YEN, DisclosureRule.MAGNITUDE)
GRANTED_PER_ADOPTED_YEN = Quantity(
    "granted_per_adopted_yen",
    Unit.YEN,
    DisclosureRule.MAGNITUDE,
    numerator="granted_yen",
    denominator="n_adopted",
)
N_REPORTED = Quantity("n_reported", Unit.AWARD, DisclosureRule.PUBLIC_COUNT)
N_COMMERCIALISED = Quantity("n_commercialised", Unit.AWARD, DisclosureRule.PUBLIC_COUNT)
COMMERCIALISATION_RATE = Quantity(
    "commercialisation_rate",
    Unit.PERCENT,
    DisclosureRule.PUBLIC_COUNT,
    numerator="n_commercialised",
    denominator="n_reported",
)
COMMERCIALISATION_LOW = Quantity("commercialisation_low", Unit.PERCENT, DisclosureRule.PUBLIC_COUNT)
COMMERCIALISATION_HIGH = Quantity(
    "commercialisation_high", Unit.PERCENT, DisclosureRule.PUBLIC_COUNT
)
# Fewer firms than these, and a statistic that rests on their statements is not shown.
FEWEST_FIRMS = 10
N_WITH_SALES = Quantity("n_with_sales", Unit.FIRM, DisclosureRule.INTERNAL)
MEAN_SALES_YEN = Quantity("mean_sales_yen", Unit.YEN, DisclosureRule.MAGNITUDE)
N_WITH_GROWTH = Quantity("n_with_growth", Unit.FIRM, DisclosureRule.INTERNAL)
MEDIAN_GROWTH = Quantity("median_growth", Unit.PERCENT, DisclosureRule.MAGNITUDE)

# What every count of applications carries, whatever it is broken down by.
APPLICATION_MEASURES = (
    N_APPLICATION,
    N_ADOPTED,
    N_REJECTED,
    ADOPTION_RATE,
    ADOPTION_LOW,
    ADOPTION_HIGH,
    REQUESTED_YEN,
    GRANTED_YEN,
    GRANTED_PER_ADOPTED_YEN,
    N_REPORTED,
    N_COMMERCIALISED,
    COMMERCIALISATION_RATE,
    COMMERCIALISATION_LOW,
    COMMERCIALISATION_HIGH,
    N_WITH_SALES,
    MEAN_SALES_YEN,
    N_WITH_GROWTH,
    MEDIAN_GROWTH,
)
