"""Firms that a party without a proven number may be: by name, by branch, by likeness, by contact.

Every step adds to ``linkage.candidate``: one row per party and firm with the name and the address
of the firm that agree best. A step looks only at parties that the steps before left open.
"""

from __future__ import annotations

import duckdb

from etl.linkage.levels import name_level, place_level, same_form
from etl.linkage.rules import (
    COMPLETE,
    ENOUGH_NUMBERS,
    INCOMPLETE_LOSS,
    LINKED,
    score_of_candidate,
)
from etl.linkage.similarity import measure

# A name that more firms bear says nothing without a place.
MANY = 20
# Names less alike than this are not looked at.
LEAST_LIKENESS = 0.6


def find_candidates(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``linkage.seeker`` (parties whose number does not settle who they are) and
    ``linkage.candidate`` for them."""
    work.execute(
        """
        CREATE TABLE linkage.seeker AS
        SELECT party.* FROM linkage.party AS party
        LEFT JOIN linkage.numbered AS numbered USING (party_id)
        WHERE party.key <> ''
          AND (numbered.party_id IS NULL
               OR numbered.rule IN ('number_unregistered', 'number_name_conflict')
               OR party_hash IN (SELECT party_hash FROM linkage.refused));
        CREATE TABLE linkage.candidate (
            party_id INTEGER, firm_id INTEGER, basis VARCHAR, name_level TINYINT, name VARCHAR,
            is_present BOOLEAN, similarity DOUBLE, place_level TINYINT, address VARCHAR,
            is_close_number BOOLEAN, score DOUBLE)
        """
    )
    _measure_register(work)
    add_candidates(work, "name", _SAME_NAME)
    add_candidates(work, "branch", _BRANCH)
    _add_similar(work)


def _measure_register(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``linkage.coverage``: what a name loses that no municipality supports, and whether the
    register is known to be complete.

    Told by the sound numbers that were written: how many of them the register knows. Public bodies
    are left out, whom the deliveries of firms need not hold.
    """
    work.execute(
        f"""
        CREATE TABLE linkage.coverage AS
        SELECT CASE WHEN count(*) < {ENOUGH_NUMBERS} THEN 0.0
                    ELSE {INCOMPLETE_LOSS} * count(*) FILTER (firm_id IS NULL) / count(*)
               END::DOUBLE AS loss,
               count(*) >= {ENOUGH_NUMBERS} AND count(firm_id) >= {COMPLETE} * count(*)
                   AS is_complete
        FROM (SELECT DISTINCT number FROM linkage.party WHERE substr(number, 2, 4) <> '0000')
        LEFT JOIN linkage.firm ON corporate_number = number
        """  # noqa: S608
    )


def add_candidates(work: duckdb.DuckDBPyConnection, basis: str, pairs: str) -> None:
    """Add to ``linkage.candidate`` the pairs (party_id, firm_id, name_level, name, is_present,
    seen_until, similarity) that ``pairs`` selects, each firm once a party, with its best address.
    """
    work.execute(
        f"""
        INSERT INTO linkage.candidate
        WITH pair AS ({pairs}),
        named AS (
            SELECT party_id, firm_id, unnest(max_by(
                       {{name_level: name_level, name: name, is_present: is_present,
                         similarity: similarity}},
                       (name_level, coalesce(similarity, 0), is_present, seen_until, name)))
            FROM pair GROUP BY party_id, firm_id
        ),
        placed AS (
            SELECT party_id, firm_id,
                   max({place_level("party", "place")}) AS place_level,
                   max_by(place.address, ({place_level("party", "place")}, place.address))
                       AS address
            FROM named JOIN linkage.party AS party USING (party_id)
            JOIN linkage.firm_place AS place USING (firm_id)
            GROUP BY party_id, firm_id
        ),
        graded AS (
            SELECT named.*, party.form, party.loose, is_live, address,
                   is_hinted AND address IS NOT NULL AS is_against_hint,
                   coalesce(placed.place_level, 1)::TINYINT AS place_level,
                   coalesce(key_count.n_firm, 0) AS n_namesake,
                   coalesce(damerau_levenshtein(bad_number, corporate_number) <= 2, FALSE)
                       AS is_close_number
            FROM named
            JOIN linkage.party AS party USING (party_id) JOIN linkage.firm USING (firm_id)
            LEFT JOIN placed USING (party_id, firm_id)
            LEFT JOIN linkage.key_count AS key_count ON key_count.key = party.key
        ),
        scored AS (
            SELECT party_id, firm_id, '{basis}' AS basis, name_level, name, is_present, similarity,
                   place_level, address, is_close_number,
                   {score_of_candidate(basis)}
                       - CASE WHEN place_level < 3 THEN loss ELSE 0 END AS score
            FROM graded, linkage.coverage
        )
        FROM scored WHERE score > 0
        """  # noqa: S608
    )


_SAME_NAME = f"""
    SELECT p.party_id, n.firm_id, {name_level("p", "n")} AS name_level, n.name, n.is_present,
           n.seen_until, NULL::DOUBLE AS similarity
    FROM linkage.seeker AS p
    JOIN linkage.firm_name AS n ON n.loose = p.loose
    JOIN linkage.firm_place AS f ON f.firm_id = n.firm_id AND f.city_code = p.city_code
    WHERE p.city_code <> '' AND p.loose <> ''
    UNION ALL
    SELECT p.party_id, n.firm_id, 5::TINYINT, n.name, n.is_present, n.seen_until, NULL
    FROM linkage.seeker AS p
    JOIN linkage.key_count AS c ON c.key = p.key AND c.n_firm <= {MANY}
    JOIN linkage.firm_name AS n ON n.key = p.key
    UNION ALL
    SELECT p.party_id, n.firm_id, {name_level("p", "n")}, n.name, n.is_present, n.seen_until, NULL
    FROM linkage.seeker AS p
    JOIN linkage.loose_count AS c ON c.loose = p.loose AND c.n_firm <= {MANY}
    JOIN linkage.firm_name AS n ON n.loose = p.loose
    WHERE p.loose <> ''
"""  # noqa: S608

# Of all beginnings of a name that some firm bears, the longest; the form must be the same, so
# that a shop of no form is not taken for a branch of anything, and no firm may bear the whole.
_BRANCH = f"""
    SELECT s.party_id, n.firm_id, CASE WHEN s.is_sure THEN 4 ELSE 3 END::TINYINT AS name_level,
           n.name, n.is_present, n.seen_until, NULL::DOUBLE AS similarity
    FROM linkage.seeker AS p
    JOIN linkage.stem AS s USING (party_id)
    JOIN linkage.firm_name AS n
      ON n.loose = s.loose AND n.position = p.position AND {same_form("p", "n")}
    JOIN linkage.loose_count AS c ON c.loose = s.loose AND c.n_firm <= {MANY}
    WHERE p.form <> '' AND length(s.loose) >= 2
      AND NOT EXISTS (FROM linkage.candidate AS earlier
                      WHERE earlier.party_id = p.party_id
                        AND (earlier.score >= {LINKED} OR earlier.name_level >= 4))
    QUALIFY rank() OVER (PARTITION BY s.party_id ORDER BY s.rank) = 1
"""  # noqa: S608

# Neighbours: at the same address, or in the same municipality with the same beginning or end.
# A name that agrees elsewhere does not close the search: the firm at the address may be meant.
_NEIGHBOURS = f"""
    WITH open AS (
        SELECT * FROM linkage.seeker AS p
        WHERE loose <> '' AND city_code <> '' AND kind = 'firm'
          AND NOT EXISTS (FROM linkage.candidate AS earlier
                          WHERE earlier.party_id = p.party_id AND earlier.score >= {LINKED}
                            AND earlier.place_level >= 3)
    ),
    near AS (
        SELECT p.party_id, f.firm_id FROM open AS p
        JOIN linkage.firm_place AS f ON f.city_code = p.city_code AND f.numbers = p.numbers
                                    AND f.town = p.town
        WHERE p.numbers <> ''
        UNION
        SELECT p.party_id, f.firm_id FROM open AS p
        JOIN linkage.firm_name AS n ON left(n.loose, 2) = left(p.loose, 2)
        JOIN linkage.firm_place AS f ON f.firm_id = n.firm_id AND f.city_code = p.city_code
        WHERE p.form <> '' AND {same_form("p", "n")}
          AND abs(length(n.loose) - length(p.loose)) <= 2
        UNION
        SELECT p.party_id, f.firm_id FROM open AS p
        JOIN linkage.firm_name AS n ON right(n.loose, 3) = right(p.loose, 3)
        JOIN linkage.firm_place AS f ON f.firm_id = n.firm_id AND f.city_code = p.city_code
        WHERE p.form <> '' AND {same_form("p", "n")}
          AND abs(length(n.loose) - length(p.loose)) <= 2
    )
    SELECT party_id, n.firm_id, open.loose AS one, n.loose AS two, n.name, n.is_present,
           n.seen_until
    FROM near JOIN open USING (party_id) JOIN linkage.firm_name AS n ON n.firm_id = near.firm_id
    WHERE open.loose <> n.loose
"""  # noqa: S608


def _add_similar(work: duckdb.DuckDBPyConnection) -> None:
    work.execute(f"CREATE TABLE linkage.neighbour AS {_NEIGHBOURS}")
    measure(work, "linkage.likeness", "SELECT DISTINCT one, two FROM linkage.neighbour")
    add_candidates(
        work,
        "similar",
        f"""
        SELECT party_id, firm_id, 0::TINYINT AS name_level, name, is_present, seen_until, similarity
        FROM linkage.neighbour JOIN linkage.likeness USING (one, two)
        WHERE similarity >= {LEAST_LIKENESS}
        """,  # noqa: S608
    )
    work.execute("DROP TABLE linkage.neighbour; DROP TABLE linkage.likeness")
