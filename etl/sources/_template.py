"""SOURCE_NAME: say here who sends it, how often, and what one record is.

What stands below is a working contract: one record per firm and fiscal year with a count. Replace
its columns by yours, then name the source in language/ja/etl.toml and language/en/etl.toml under
[source] and write a test beside tests/etl/test_template.py.
"""

from __future__ import annotations

from etl.contract import Check, Contract, Layout, corporate_number, pattern, required

CONTRACT = Contract(
    name="SOURCE_NAME",
    layouts=(
        # Header names as sent, in NFKC, and the short names that the SQL below uses.
        Layout(
            "SOURCE_NAME",
            {"法人番号": "corporate_number", "年度": "fiscal_year", "件数": "count_text"},
        ),
    ),
    # The first check that is TRUE gives the reason why a record is refused.
    checks=(
        required("corporate_number"),
        *corporate_number("corporate_number"),
        required("fiscal_year"),
        pattern("fiscal_year", "20[0-9]{2}", "invalid_year"),
        Check("invalid_amount", "count_text", "integer_of(count_text) IS NULL"),
    ),
    columns={
        "corporate_number": "corporate_number_of(corporate_number)",
        "fiscal_year": "TRY_CAST(fiscal_year AS SMALLINT)",
        "n": "integer_of(count_text)",
    },
    # Accepted, and worth a remark.
    flags={"zero_amount": "n = 0"},
    # TRUE for a register: the same record twice in one file is one record.
    repeats_are_duplicates=True,
    period=("make_date(fiscal_year, 4, 1)", "make_date(fiscal_year + 1, 3, 31)"),
)
