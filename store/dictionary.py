"""Writes the data dictionary (docs/dictionary.md) from the contract of the tables."""

from __future__ import annotations

from store.contract import readable_tables

HEAD = """# Data dictionary

Built from `store/tables.py` by `make dictionary`; a test keeps it in step.
"""


def dictionary() -> str:
    """The dictionary as Markdown: per table its grain and permission, then its columns."""
    parts = [HEAD]
    for table in readable_tables():
        parts.append(
            f"\n## {table.name}\n\n{table.grain[0].upper()}{table.grain[1:]}. "
            f"Permission: `{table.permission}`.\n\n| column | meaning | unit |\n| --- | --- | --- |"
        )
        parts += [f"| `{c.name}` | {c.meaning} | {c.unit} |" for c in table.columns]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    print(dictionary(), end="")
