"""サポイン④ 中間評価・最終評価: one record per project and kind of evaluation."""

from __future__ import annotations

from etl.contract import Contract, Layout, decoded, one_of, readable, required

KINDS = {"中間": "interim", "中間評価": "interim", "最終": "final", "最終評価": "final"}
# The grades as typed, in full width too.
_GRADES = dict(zip("SABCＳＡＢＣ", "SABCSABC", strict=True))

CONTRACT = Contract(
    name="sapoin_evaluation",
    layouts=(
        Layout(
            "sapoin_4",
            {
                "課題番号": "project_number",
                "評価区分": "evaluation_kind",
                "評価年度": "fiscal_year",
                "評点": "points",
                "総合評価": "grade",
            },
        ),
    ),
    checks=(
        required("project_number"),
        required("evaluation_kind"),
        one_of("evaluation_kind", tuple(KINDS)),
        required("fiscal_year"),
        readable("fiscal_year", "year_of", "invalid_year"),
        readable("points", "number_of"),
        one_of("grade", tuple(_GRADES)),
    ),
    columns={
        "project_number": "project_number",
        "evaluation_kind": decoded("evaluation_kind", KINDS),
        "fiscal_year": "year_of(fiscal_year)",
        "points": "number_of(points)",
        "grade": decoded("grade", _GRADES),
    },
    flags={"missing_points": "points IS NULL", "missing_grade": "grade IS NULL"},
    repeats_are_duplicates=True,
    period=("make_date(fiscal_year, 4, 1)", "make_date(fiscal_year + 1, 3, 31)"),
)
