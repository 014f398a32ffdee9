"""Of the candidates of a party the best, if it is alone at the top."""

from __future__ import annotations

import duckdb

from etl.linkage.rules import (
    CLOSED_RIVAL_LOSS,
    FORMER_RIVAL_LOSS,
    LINKED,
    NEARLY_THE_NAME_LOSS,
    OLD_NAME_LOSS,
    REVIEW,
    rule_of_candidate,
)

# So many firms an operator can look through; more are no question for anybody.
MOST_TO_REVIEW = 5
# From this score on another firm stands against the best.
STRONG = 0.9


def choose(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``linkage.choice`` anew: one row per party with candidates.

    Two firms that agree equally well are told apart only by which bears the name now and which is
    not closed; that costs a part of the score. Otherwise nobody is linked: no link rather than a
    wrong one. Where the name speaks for one firm and the place for another, an operator decides.
    In one prefecture nobody whose name is only nearly the one written stands before the firm that
    bears it, which namesakes elsewhere have made doubtful.
    Where an operator refused a firm, another of the candidates is shown, never linked.
    ``n_alternative`` counts the other firms that were looked at.
    """
    work.execute(
        f"""
        CREATE OR REPLACE TABLE linkage.choice AS
        WITH weighed AS (
            SELECT * REPLACE (
                CASE WHEN basis = 'name' AND name_level IN (3, 4) AND place_level = 2
                     THEN least(score, max(score) FILTER (name_level = 5 AND place_level = 2)
                                           OVER (PARTITION BY party_id) - {NEARLY_THE_NAME_LOSS})
                     ELSE score END AS score)
            FROM linkage.candidate
        ),
        firm_best AS (
            SELECT candidate.*, corporate_number, survivor_number, is_live, party_hash,
                   round(score + CASE WHEN is_present THEN 0 ELSE {OLD_NAME_LOSS} END, 4) AS grade
            FROM weighed AS candidate
            JOIN linkage.firm USING (firm_id) JOIN linkage.party USING (party_id)
            QUALIFY row_number() OVER (
                PARTITION BY party_id, firm_id
                ORDER BY score DESC, name_level DESC, basis
            ) = 1
        ),
        ranked AS (
            SELECT *, refused.party_hash IS NOT NULL AS is_refused,
                   party_hash IN (SELECT party_hash FROM linkage.refused) AS has_refused,
                   row_number() OVER by_rank AS rank,
                   count(*) OVER (PARTITION BY party_id) - 1 AS n_alternative,
                   count(*) OVER (PARTITION BY party_id, grade) AS n_grade,
                   count(*) OVER (PARTITION BY party_id, grade, is_present, is_live) AS n_equal,
                   first_value(corporate_number) OVER by_rank AS best_number,
                   bool_or(NOT is_present) OVER (PARTITION BY party_id, grade) AS has_former,
                   max(score) FILTER (place_level = 5) OVER of_party AS address_score,
                   max(score) FILTER (place_level >= 3) OVER of_party AS municipality_score,
                   max(score) FILTER (name_level >= 4) OVER of_party AS name_score
            FROM firm_best
            LEFT JOIN linkage.refused AS refused USING (party_hash, corporate_number)
            WINDOW of_party AS (PARTITION BY party_id), by_rank AS (
                PARTITION BY party_id
                ORDER BY refused.party_hash IS NOT NULL, grade DESC, is_present DESC, is_live DESC,
                         corporate_number
            )
        ),
        rivalled AS (
            SELECT *, bool_or(survivor_number = best_number) OVER (PARTITION BY party_id, grade)
                          AS has_merged
            FROM ranked
        ),
        best AS (
            SELECT *,
                   score - CASE WHEN n_grade = n_equal THEN 0
                                WHEN place_level < 3 AND (has_former OR coalesce(has_merged, FALSE))
                                THEN {FORMER_RIVAL_LOSS} ELSE {CLOSED_RIVAL_LOSS} END
                       AS final_score,
                   {rule_of_candidate()} AS candidate_rule
            FROM rivalled WHERE rank = 1 AND NOT is_refused
        )
        SELECT party_id, firm_id, basis, name_level, name, is_present, similarity, place_level,
               address, n_alternative::INTEGER AS n_alternative,
               CASE WHEN n_equal > 1 THEN 'ambiguous_name'
                    WHEN is_against THEN 'name_against_address'
                    ELSE candidate_rule END AS rule,
               CASE WHEN n_equal > 1 THEN round(final_score / n_equal, 4)
                    WHEN is_against THEN 0.8 ELSE round(final_score, 4) END AS score,
               CASE WHEN n_equal > 1
                    THEN CASE WHEN n_equal <= {MOST_TO_REVIEW} AND place_level >= 2
                              THEN 'review' ELSE 'unlinked' END
                    WHEN is_against THEN 'review'
                    WHEN final_score >= {LINKED} AND NOT has_refused THEN 'linked'
                    WHEN final_score >= {REVIEW} THEN 'review'
                    ELSE 'unlinked' END AS status
        FROM (
            SELECT *,
                   CASE WHEN place_level < 3 THEN municipality_score
                        WHEN place_level < 5 THEN greatest(
                            address_score, CASE WHEN name_level < 4 THEN name_score END)
                        ELSE 0 END >= {STRONG} IS TRUE AS is_against
            FROM best
        )
        """  # noqa: S608
    )
