"""gBizINFO 業種: firms of one place by name, their JSIC codes packed in one cell."""

from __future__ import annotations

from etl.contract import Check, Contract, Layout, pattern, required

# The first and the last major group of each JSIC division; revisions 13 and 14 agree on them.
_DIVISIONS = {
    "A": (1, 2), "B": (3, 4), "C": (5, 5), "D": (6, 8), "E": (9, 32), "F": (33, 36),
    "G": (37, 41), "H": (42, 49), "I": (50, 61), "J": (62, 67), "K": (68, 70), "L": (71, 74),
    "M": (75, 77), "N": (78, 80), "O": (81, 82), "P": (83, 85), "Q": (86, 87), "R": (88, 96),
    "S": (97, 98), "T": (99, 99),
}  # fmt: skip

_DIVISION_OF = "CASE {} END".format(
    " ".join(
        f"WHEN m::INTEGER BETWEEN {first} AND {last} THEN '{division}'"
        for division, (first, last) in _DIVISIONS.items()
    )
)
# A cell lists divisions and major groups: "R,92", "E,R,32,95", "R,92;E,18".
_LETTERS = "regexp_extract_all(codes, '[A-T]')"
_MAJORS = "regexp_extract_all(codes, '[0-9]{2}')"
_DIVISIONS_OF_MAJORS = f"list_transform({_MAJORS}, lambda m: {_DIVISION_OF})"

CONTRACT = Contract(
    name="industry_profile",
    layouts=(
        Layout(
            "industry_code",
            {"company": "name", "business_codes": "codes", "business_items": "items"},
        ),
    ),
    checks=(
        required("name"),
        pattern("codes", "([A-T]|[0-9]{2})([,;]([A-T]|[0-9]{2}))*", "unknown_code"),
        # Each major group must belong to one of the divisions named beside it.
        Check("unknown_code", "codes", f"NOT list_has_all({_LETTERS}, {_DIVISIONS_OF_MAJORS})"),
    ),
    columns={
        "name": "name",
        # Major groups in their order, then the divisions of which no major group is named.
        "industry_codes": f"""nullif(array_to_string(list_concat(
            list_transform({_MAJORS}, lambda m: {_DIVISION_OF} || ',' || m),
            list_transform(
                list_filter({_LETTERS}, lambda d: NOT list_contains({_DIVISIONS_OF_MAJORS}, d)),
                lambda d: d || ','
            )), ';'), '')""",
    },
    flags={"no_industry": "industry_codes IS NULL"},
    # Names are no keys: 八幡神社 thirteen times is thirteen shrines.
    repeats_are_duplicates=False,
    volume_floor=0.6,
)
