"""Free texts about one firm without that firm's names: topics, results, measures, obstacles.

A text that more than a few parties share is a word of a menu and names none of them; looking for
two million names in it would take long and find nothing.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from etl.nameless import nameless
from etl.work import map_distinct

SHARED_BY = 10
_BETWEEN = chr(31)
# Facts and their free texts; a survey tells its party through its application.
_TEXTS = {
    "support_fact": ("topic", "result"),
    "consultation_fact": ("measure",),
    "survey_fact": ("obstacle",),
}


def blank_own_names(work: duckdb.DuckDBPyConnection) -> None:
    """Blank out in each free text the names of the firm that it is about, as written and as
    registered. Needs ``party``, ``party_firm`` and ``own_name``."""

    def blank(texts: list[str]) -> dict[str, pa.Array]:
        parts = [text.split(_BETWEEN) for text in texts]
        return {"plain": pa.array([nameless(words, own) for words, *own in parts], pa.string())}

    said = " UNION ALL ".join(
        f"SELECT {_party_of(table)} AS party_hash, {column} AS words FROM {table}"  # noqa: S608
        f"{_application_of(table)} WHERE {column} IS NOT NULL"
        for table, columns in _TEXTS.items()
        for column in columns
    )
    work.execute(
        f"""
        CREATE TABLE own_words AS
        WITH said AS (SELECT DISTINCT * FROM ({said})),
        rare AS (
            SELECT words FROM said GROUP BY words HAVING count(party_hash) <= {SHARED_BY}
        )
        SELECT party_hash, words, concat_ws(chr(31), words, names, party.name) AS worded
        FROM said SEMI JOIN rare USING (words) JOIN party USING (party_hash)
        JOIN party_firm USING (party_hash)
        LEFT JOIN own_name ON own_name.corporate_number = party_firm.firm_key
        """  # noqa: S608
    )
    query = "SELECT DISTINCT worded FROM own_words ORDER BY 1"
    map_distinct(work, "own_words_plain", query, blank)
    for table, columns in _TEXTS.items():
        for column in columns:
            work.execute(
                f"""
                UPDATE {table} SET {column} = plain
                FROM own_words JOIN own_words_plain ON own_words_plain.text = worded
                WHERE words = {column} AND own_words.party_hash = {_of_row(table)}
                  AND plain <> {column}
                """  # noqa: S608
            )


def _party_of(table: str) -> str:
    return "application_fact.party_hash" if table == "survey_fact" else "party_hash"


def _application_of(table: str) -> str:
    return " JOIN application_fact USING (application_key)" if table == "survey_fact" else ""


def _of_row(table: str) -> str:
    if table != "survey_fact":
        return f"{table}.party_hash"
    return (
        "(SELECT party_hash FROM application_fact "
        "WHERE application_fact.application_key = survey_fact.application_key)"
    )
