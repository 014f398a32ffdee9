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
