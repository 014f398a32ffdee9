"""サポイン② 採択時評価: one record per project and evaluator."""

from __future__ import annotations

from etl.contract import Check, Contract, Layout, readable, required

_POINTS = ("technical_points", "commercial_points", "policy_points")

CONTRACT = Contract(
    name="sapoin_score",
    layouts=(
        Layout(
            "sapoin_2",
            {
                "課題番号": "project_number",
                "評価者番号": "evaluator_code",
                "技術面": "technical_points",
                "事業化面": "commercial_points",
                "政策面": "policy_points",
            },
        ),
    ),
    checks=(
        required("project_number"),
        required("evaluator_code"),
        *(readable(column, "number_of") for column in _POINTS),
        *(
            Check("out_of_range", column, f"number_of({column}) NOT BETWEEN 0 AND 100")
            for column in _POINTS
        ),
    ),
    columns={
        "project_number": "project_number",
        "evaluator_code": "evaluator_code",
        **{column: f"number_of({column})" for column in _POINTS},
    },
    flags={
        "missing_points": "technical_points + commercial_points + policy_points IS NULL",
    },
    repeats_are_duplicates=True,
)
