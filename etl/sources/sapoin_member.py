"""サポイン 共同体: one record per organisation and its part in a project."""

from __future__ import annotations

from etl.contract import Contract, Layout, decoded, one_of, required
from etl.sources._typed import TYPED_COLUMNS, TYPED_FLAGS, absent_but

ROLES = {
    "事業管理機関": "manager",
    "主たる研究等実施機関": "lead",
    "研究等実施機関": "member",
    "アドバイザー": "adviser",
}

CONTRACT = Contract(
    name="sapoin_member",
    layouts=(
        Layout(
            "sapoin_member",
            {
                "課題番号": "project_number",
                "役割": "role",
                "機関名": "name",
                "法人番号": "number_as_written",
                "所在地": "address",
            },
            absent=absent_but("number_as_written", "name", "address"),
        ),
    ),
    checks=(required("project_number"), required("role"), one_of("role", tuple(ROLES))),
    columns={
        "project_number": "project_number",
        "role": decoded("role", ROLES),
        **TYPED_COLUMNS,
    },
    flags=TYPED_FLAGS,
    repeats_are_duplicates=True,
)
