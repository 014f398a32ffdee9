"""The last word on each party: an operator's, else that of its number, else of its name."""

from __future__ import annotations

import duckdb

from etl.linkage.levels import NAME_AGREEMENTS, PLACE_AGREEMENTS
from etl.linkage.rules import NUMBER_SCORES

# From this score on a firm found by name is put to the operator in place of the number's firm.
PROPOSED = 0.9


def write_links(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``party_link`` from ``linkage.numbered``, ``linkage.choice`` and the decisions."""
    scores = " ".join(f"WHEN '{rule}' THEN {score}" for rule, score in NUMBER_SCORES.items())
    work.execute(
        f"""
        CREATE TABLE linkage.state AS
        SELECT party.party_id, party_hash, number, addition,
               number_firm.name AS number_name, coalesce(key_count.n_firm, 0) AS n_same_name,
               numbered, numbered.rule AS number_rule, choice, choice.status AS choice_status,
               chosen.corporate_number AS chosen_number,
               coalesce(choice_status = 'linked' OR choice.score >= {PROPOSED}, FALSE)
                   AS is_proposed,
               confirmed.corporate_number AS confirmed_number,
               party.key = '' AS is_nameless, any_refused.party_hash IS NOT NULL AS has_refused,
               CASE WHEN confirmed.party_hash IS NOT NULL THEN 'operator'
                    WHEN kind <> 'firm' AND key_count.n_firm IS NULL THEN 'several'
                    WHEN numbered.party_id IS NULL OR number_refused.party_hash IS NOT NULL
                    THEN CASE WHEN choice.party_id IS NULL THEN 'none' ELSE 'name' END
                    WHEN number_rule = 'number_name_conflict' THEN 'conflict'
                    WHEN number_rule = 'number_unregistered' AND choice_status = 'linked'
                    THEN 'conflict'
                    ELSE 'number' END AS way
        FROM linkage.party AS party
        LEFT JOIN linkage.numbered AS numbered USING (party_id)
        LEFT JOIN linkage.firm AS number_firm ON number_firm.corporate_number = party.number
        LEFT JOIN linkage.choice AS choice ON choice.party_id = party.party_id
        LEFT JOIN linkage.firm AS chosen ON chosen.firm_id = choice.firm_id
        LEFT JOIN linkage.key_count AS key_count ON key_count.key = party.key
        LEFT JOIN linkage.confirmed AS confirmed USING (party_hash)
        LEFT JOIN linkage.refused AS number_refused
          ON number_refused.party_hash = party.party_hash
         AND number_refused.corporate_number = party.number
        LEFT JOIN (SELECT DISTINCT party_hash FROM linkage.refused) AS any_refused
          ON any_refused.party_hash = party.party_hash
        """  # noqa: S608
    )
    work.execute(
        f"""
        CREATE TABLE party_link AS
        WITH verdict AS (
            SELECT *,
                   CASE way WHEN 'several' THEN 'several' WHEN 'conflict' THEN 'review'
                            WHEN 'name' THEN choice_status WHEN 'none' THEN 'unlinked'
                            ELSE 'linked' END AS status,
                   CASE way WHEN 'operator' THEN 'operator_confirmed'
                            WHEN 'several' THEN 'not_one_firm'
                            WHEN 'number' THEN number_rule
                            WHEN 'conflict' THEN 'number_name_conflict'
                            WHEN 'name' THEN choice.rule
                            ELSE CASE WHEN has_refused THEN 'operator_refused'
                                      WHEN is_nameless THEN 'no_name'
                                      WHEN n_same_name > 0 THEN 'ambiguous_name'
                                      ELSE 'no_candidate' END END AS rule,
                   CASE way WHEN 'operator' THEN 1.0 WHEN 'name' THEN choice.score
                            WHEN 'number' THEN CASE number_rule {scores} END
                            WHEN 'conflict' THEN {NUMBER_SCORES["number_name_conflict"]}
                            ELSE 0.0 END::DOUBLE AS score,
                   CASE WHEN way = 'number' OR way = 'conflict' AND NOT is_proposed THEN 'number'
                        WHEN way IN ('name', 'several', 'conflict')
                             AND choice_status <> 'unlinked' THEN 'choice'
                        WHEN way = 'several' THEN 'number' ELSE '' END AS shown
            FROM linkage.state
        ),
        numbered AS (
            SELECT * EXCLUDE (numbered, choice),
                   CASE shown WHEN 'number' THEN number WHEN 'choice' THEN chosen_number END
                       AS shown_number,
                   CASE shown
                       WHEN 'number' THEN {{
                           name: numbered.name, level: numbered.name_level,
                           present: numbered.is_present, similarity: numbered.similarity,
                           place: numbered.place_level, address: numbered.address,
                           basis: CASE number_rule WHEN 'number_and_branch' THEN 'branch'
                                       ELSE 'number' END,
                           others: NULL::INTEGER}}
                       WHEN 'choice' THEN {{
                           name: choice.name, level: choice.name_level,
                           present: choice.is_present, similarity: choice.similarity,
                           place: choice.place_level, address: choice.address,
                           basis: choice.basis, others: choice.n_alternative}}
                   END AS seen
            FROM verdict
        )
        SELECT party_hash, status,
               CASE WHEN status <> 'linked' THEN NULL WHEN way = 'operator' THEN confirmed_number
                    ELSE shown_number END AS corporate_number,
               CASE WHEN status IN ('review', 'several') THEN shown_number END AS candidate_number,
               rule, score,
               json_merge_patch('{{}}', to_json({{
                   name: seen.name,
                   name_agreement: CASE WHEN seen.name IS NULL THEN NULL
                                        WHEN seen.basis = 'branch' THEN 'branch'
                                        ELSE {list(NAME_AGREEMENTS)}[seen.level + 1] END,
                   is_old_name: CASE WHEN NOT seen.present THEN TRUE END,
                   similarity: round(seen.similarity, 3),
                   address: seen.address,
                   place_agreement: CASE WHEN seen IS NOT NULL
                                         THEN {list(PLACE_AGREEMENTS)}[seen.place + 1] END,
                   addition: CASE WHEN seen.basis = 'branch' THEN nullif(addition, '') END,
                   n_alternative: nullif(seen.others, 0),
                   n_same_name: CASE WHEN rule = 'ambiguous_name' THEN n_same_name END,
                   number_name: CASE WHEN way = 'conflict' THEN number_name END,
                   closed_date: firm.close_date,
                   survivor_number: firm.survivor_number
               }}))::VARCHAR AS evidence
        FROM numbered
        LEFT JOIN linkage.firm AS firm
          ON firm.corporate_number = coalesce(confirmed_number, shown_number)
        ORDER BY party_hash
        """  # noqa: S608
    )
