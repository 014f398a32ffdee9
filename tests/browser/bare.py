"""The answers to the ten questions from the rows of the store, in bare SQL.

Nothing of the questions' own code takes part: applications, reports, points and statements are
counted as they lie in the snapshot. A firm that refuses analysis by the government is left out of
what rests on its reports and statements, as the reader's own questions must leave it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from store.consent_terms import japan_day

MANUFACTURING, INFORMATION = "E", "G"
MIYAGI = "04"
# Firms that refuse what rests on {scopes} (their applications, their statements) today.
_SILENT = """
    SELECT firm_id FROM withheld_firm WHERE purpose = 'display'
    UNION ALL
    SELECT firm_id FROM consent_period
    WHERE purpose = 'ebpm' AND is_refusal AND user_class IN ('government', 'all')
      AND list_contains($scopes, scope)
      AND valid_from <= $day AND coalesce(valid_to, DATE '9999-12-31') >= $day
"""
_IN_BUREAU = "prefecture_code IN (SELECT prefecture_code FROM prefecture WHERE bureau_code = $b)"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many applied and were adopted, and what they were granted (yen)."""

    n_application: int
    n_adopted: int
    granted_yen: int

    @property
    def adoption_rate(self) -> float:
        return 100 * self.n_adopted / self.n_application


@dataclass(frozen=True, slots=True)
class Share:
    """Projects that reported in a year since completion, and those on the market by then."""

    n_reported: int
    n_commercialised: int

    @property
    def rate(self) -> float:
        return 100 * self.n_commercialised / self.n_reported


@dataclass(frozen=True, slots=True)
class Bare:
    """A snapshot asked in SQL."""

    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        named = {name: value for name, value in values.items() if f"${name}" in sql}
        return self.connection.cursor().execute(sql, named or None).fetchall()

    def name(self, domain: str, code: str) -> str:
        """What a choice is called."""
        sql = "SELECT name FROM dimension_member WHERE domain = $domain AND code = $code"
        ((name,),) = self.rows(sql, domain=domain, code=code)
        return str(name)

    @property
    def year(self) -> int:
        """The last fiscal year that has ended: the one that pages show first."""
        sql = "SELECT code FROM dimension_member WHERE domain = 'year' AND is_default"
        ((code,),) = self.rows(sql)
        return int(code)

    def counts(self, where: str = "TRUE", **values: Any) -> Counts:
        """The official counts, checked against the rows.

        They are of everyone. The rows lack the few firms that may not be shown at all: no more
        than these may be missing between the two.
        """
        listed = f"""
            SELECT count(*), count(*) FILTER (decision = 'adopted'),
                   coalesce(sum(granted_yen), 0)::BIGINT
            FROM application WHERE {where}
        """  # noqa: S608
        counted = f"""
            SELECT coalesce(sum(n_application), 0)::BIGINT, coalesce(sum(n_adopted), 0)::BIGINT,
                   coalesce(sum(granted_yen), 0)::BIGINT
            FROM application_cell WHERE {where}
        """  # noqa: S608
        rows = Counts(*self.rows(listed, **values)[0])
        official = Counts(*self.rows(counted, **values)[0])
        assert 0 <= official.n_application - rows.n_application <= self._n_hidden()
        assert official.n_application != rows.n_application or official == rows
        return official

    def _n_hidden(self) -> int:
        """The applications of firms that may not be shown: a handful in the whole store."""
        sql = """
            SELECT (SELECT sum(n_application)::BIGINT FROM application_cell)
                   - (SELECT count(*) FROM application)
        """
        ((n,),) = self.rows(sql)
        assert 0 <= n <= self.rows("SELECT count(*) FROM application")[0][0] / 100
        return int(n)

    def place(self) -> str:
        """宮城県, if its manufacturers applied in the last year that has ended and in the year
        before; else the prefecture where most of them did in both."""
        sql = """
            SELECT prefecture_code FROM application
            WHERE division_code = $division AND fiscal_year IN ($year, $year - 1)
            GROUP BY prefecture_code HAVING count(DISTINCT fiscal_year) = 2
            ORDER BY prefecture_code = $miyagi DESC, count(*) DESC, prefecture_code LIMIT 1
        """
        ((code,),) = self.rows(sql, division=MANUFACTURING, year=self.year, miyagi=MIYAGI)
        return str(code)

    def of_place(self, prefecture: str, division: str, year: int) -> Counts:
        where = "prefecture_code = $p AND division_code = $d AND fiscal_year = $y"
        return self.counts(where, p=prefecture, d=division, y=year)

    def of_bureau(self, bureau: str) -> Counts:
        """All years of a bureau's prefectures."""
        return self.counts(_IN_BUREAU, b=bureau)

    def bureaus(self) -> dict[str, str]:
        """The names of the bureaus by code."""
        sql = "SELECT code, name FROM dimension_member WHERE domain = 'region' AND level = 'bureau'"
        return dict(self.rows(sql))

    def by_technology(self, after: int) -> dict[str, Share]:
        """The share of projects on the market by the name of their field; a project whose
        organisations state no stage says nothing."""
        sql = f"""
            WITH silent AS ({_SILENT}), project AS (
                SELECT application_id, technology_code, max(stage) >= 3 AS is_commercialised
                FROM commercialisation_report JOIN application USING (application_id)
                WHERE decision = 'adopted' AND years_since_completion = $after
                  AND NOT EXISTS (FROM silent WHERE silent.firm_id = application.firm_id)
                GROUP BY ALL HAVING max(stage) IS NOT NULL
            )
            SELECT name, count(*), count(*) FILTER (is_commercialised)
            FROM project JOIN dimension_member AS field
              ON field.domain = 'technology' AND field.code = technology_code
            GROUP BY name
        """  # noqa: S608
        rows = self.rows(sql, scopes=["application", "all"], day=japan_day(), after=after)
        return {name: Share(n, k) for name, n, k in rows}

    def by_quarter(self, after: int) -> dict[int, Share]:
        """The share of projects on the market by the quarter of the evaluators' points among those
        adopted in the same year and programme; 4 is the best."""
        sql = f"""
            WITH silent AS ({_SILENT}), scored AS (
                SELECT application_id,
                       round(avg(technical_points + commercial_points + policy_points), 6) AS points
                FROM evaluation_score GROUP BY application_id
            ), ranked AS (
                SELECT application_id, firm_id, ntile(4) OVER (
                    PARTITION BY programme_code, fiscal_year ORDER BY points, application_id
                ) AS quarter
                FROM application JOIN scored USING (application_id) WHERE decision = 'adopted'
            ), project AS (
                SELECT application_id, quarter, max(stage) >= 3 AS is_commercialised
                FROM commercialisation_report JOIN ranked USING (application_id)
                WHERE years_since_completion = $after
                  AND NOT EXISTS (FROM silent WHERE silent.firm_id = ranked.firm_id)
                GROUP BY ALL HAVING max(stage) IS NOT NULL
            )
            SELECT quarter, count(*), count(*) FILTER (is_commercialised)
            FROM project GROUP BY quarter
        """  # noqa: S608
        rows = self.rows(sql, scopes=["application", "all"], day=japan_day(), after=after)
        return {quarter: Share(n, k) for quarter, n, k in rows}

    def median_growth(self, division: str) -> float:
        """The median annual growth of sales (percent) over three years from the year before the
        application, over the adopted applications of a division."""
        sql = f"""
            WITH silent AS ({_SILENT})
            SELECT median(100 * ((later.sales_kyen / base.sales_kyen) ** (1 / 3) - 1))
            FROM application AS a
            JOIN financial_statement AS base
              ON base.firm_id = a.firm_id AND base.fiscal_year = a.fiscal_year - 1
            JOIN financial_statement AS later
              ON later.firm_id = a.firm_id AND later.fiscal_year = a.fiscal_year + 2
            WHERE decision = 'adopted' AND a.division_code = $division
              AND base.sales_kyen > 0 AND later.sales_kyen > 0
              AND NOT EXISTS (FROM silent WHERE silent.firm_id = a.firm_id)
        """  # noqa: S608
        scopes = ["application", "statement", "all"]
        ((median,),) = self.rows(sql, scopes=scopes, day=japan_day(), division=division)
        return float(median)

    def busiest_prefecture(self) -> str:
        """The prefecture with the most adopted applications in the last year that has ended."""
        sql = """
            SELECT prefecture_code FROM application
            WHERE decision = 'adopted' AND fiscal_year = $year AND prefecture_code IS NOT NULL
            GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1
        """
        ((code,),) = self.rows(sql, year=self.year)
        return str(code)

    def adopted(self, prefecture: str) -> list[tuple[str, str, str, str]]:
        """Day, programme, grant (yen) and pseudonym of the adopted applications of a prefecture in
        the last year that has ended, as text."""
        sql = f"""
            WITH silent AS ({_SILENT})
            SELECT coalesce(strftime(applied_date, '%Y-%m-%d'), ''), programme.name,
                   coalesce(granted_yen::VARCHAR, ''), coalesce(firm_id::VARCHAR, '')
            FROM application AS a JOIN dimension_member AS programme
              ON programme.domain = 'programme' AND programme.code = a.programme_code
            WHERE decision = 'adopted' AND prefecture_code = $prefecture AND fiscal_year = $year
              AND NOT EXISTS (FROM silent WHERE silent.firm_id = a.firm_id)
        """  # noqa: S608
        values = {"scopes": ["application", "all"], "day": japan_day()}
        return sorted(self.rows(sql, prefecture=prefecture, year=self.year, **values))
