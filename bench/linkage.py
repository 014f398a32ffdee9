"""How long the linkage takes at full scale, and how much memory: ``python -m bench.linkage``.

Invented firms and parties of the shape of the real ones: a quarter of the firms share their name
with another one, three fifths of the parties wrote no number, and most of those are sole
proprietors whom no register knows. Beside it the time of one bare hash join of the same tables.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from pathlib import Path
from time import perf_counter

import duckdb

from etl.linkage import link_parties
from etl.parties import PARTY_HASH
from etl.staged import COLUMNS, PLACE_IN_FILE
from etl.work import open_work

# Syllables and trades of invented names; municipalities are the real ones.
_WORLD = """
    CREATE MACRO pick(list, seed) AS list[1 + (hash(seed) % len(list))::INTEGER];
    CREATE MACRO syllable(seed) AS pick(
        ['山','川','田','中','東','西','北','松','竹','梅','大','小','高','光','和','友','栄','清','富','三',
         '金','石','藤','岡','森','林','水','日','新','上'], seed);
    CREATE MACRO word(seed) AS concat(syllable(seed || 'a'), syllable(seed || 'b'),
        CASE WHEN hash(seed || 'c') % 3 = 0 THEN '' ELSE syllable(seed || 'd') END,
        pick(['工業','商事','建設','製作所','サービス','食品','テック','運輸','電機','企画'],
             seed || 'e'));
    CREATE TABLE town AS
    SELECT row_number() OVER () AS town_id, municipality_code, prefecture.name AS prefecture_name,
           municipality.name AS city_name, municipality.prefecture_code,
           pick(['本町','大字中田','栄町','旭ケ丘','緑町','東町'], municipality_code || n) AS town
    FROM reference_municipality AS municipality
    JOIN reference_prefecture AS prefecture USING (prefecture_code), range(6) AS numbers(n)
    WHERE is_current = '1'
"""
_FIRMS = """
    CREATE TABLE firm_seed AS
    SELECT n, (1000000000000 + n)::VARCHAR AS corporate_number,
           -- every fourth firm bears the name of another
           CASE WHEN n % 4 = 0 THEN word((n // 8)::VARCHAR)
                ELSE word(n::VARCHAR) || (hash(n) % 900)::VARCHAR END AS core,
           hash(n || 'f') % 10 < 7 AS is_front, 1 + hash(n || 't') % (SELECT max(town_id) FROM town)
               AS town_id,
           (1 + hash(n || 'x') % 9) AS block, (1 + hash(n || 'y') % 40) AS lot
    FROM range($firms) AS numbers(n);
    INSERT INTO staged_nta_register BY NAME
    SELECT corporate_number, '01' AS process_code, FALSE AS is_correction,
           DATE '2024-01-01' AS update_date, TRUE AS is_latest,
           CASE WHEN is_front THEN '株式会社' || core ELSE core || '有限会社' END AS name,
           prefecture_name, city_name, prefecture_code, substr(municipality_code, 3) AS city_code,
           concat(town, block, '丁目', lot, '番', 1 + n % 20, '号') AS street_number
    FROM firm_seed JOIN town USING (town_id);
    CREATE TABLE registered AS
    SELECT *, prefecture_code || city_code AS municipality_code FROM staged_nta_register;
    CREATE TABLE survivor (corporate_number VARCHAR, survivor_number VARCHAR)
"""
_PARTIES = f"""
    CREATE TABLE party AS
    WITH typed AS (
        SELECT k, CASE WHEN k % 5 < 2 THEN corporate_number END AS corporate_number,
               CASE WHEN k % 5 > 2 THEN core || (k % 977)
                    WHEN k % 10 = 0 THEN concat('(株)', core)
                    WHEN k % 37 = 0 THEN concat('株式会社', core, '東支店')
                    WHEN k % 41 = 0 THEN concat('株式会社', core[1:2], '誤', core[4:])
                    WHEN is_front THEN concat('株式会社　', core)
                    ELSE core || '有限会社' END AS name,
               CASE WHEN k % 7 > 0
                    THEN concat(CASE WHEN k % 3 > 0 THEN prefecture_name END, city_name, town,
                                block, '-', lot, '-', 1 + firm_seed.n % 20) END AS address,
               CASE WHEN k % 4 = 0 THEN '03' || lpad((k % 90000000)::VARCHAR, 8, '2') END
                   AS telephone,
               NULL::VARCHAR AS gbizid
        FROM (SELECT k, (hash(k || 'p') % $firms)::BIGINT AS firm FROM range($parties) AS r(k)) AS p
        JOIN firm_seed ON firm_seed.n = firm JOIN town USING (town_id)
    ),
    hashed AS (
        SELECT corporate_number AS number_as_written, corporate_number,
               CASE WHEN corporate_number IS NULL THEN 'missing' ELSE 'valid' END AS number_status,
               name, address, telephone, gbizid, NULL::VARCHAR AS prefecture_hint
        FROM typed
    )
    SELECT DISTINCT ON (party_hash) {PARTY_HASH} AS party_hash, * FROM hashed
"""  # noqa: S608


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.linkage", description=__doc__)
    parser.add_argument("--firms", type=int, default=3_600_000)
    parser.add_argument("--parties", type=int, default=2_500_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = open_work(Path(folder) / "work.duckdb")
        _make_world(work, chosen.firms, chosen.parties)
        begun = perf_counter()
        work.execute("SELECT count(*) FROM party JOIN registered USING (name)").fetchall()
        bare = perf_counter() - begun
        begun = perf_counter()
        link_parties(work)
        seconds = perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f"firms {chosen.firms:,}  parties {chosen.parties:,}")
        print(f"linkage {seconds:.1f} s = {seconds / bare:.0f} bare joins; peak {peak:.1f} GB")
        for row in work.execute(
            "SELECT status, rule, count(*) FROM party_link GROUP BY ALL ORDER BY ALL"
        ).fetchall():
            print(*row)


def _make_world(work: duckdb.DuckDBPyConnection, firms: int, parties: int) -> None:
    work.execute(
        f"CREATE TABLE staged_nta_register ({COLUMNS['nta_register']}, {PLACE_IN_FILE}, "
        "content_hash VARCHAR)"
    )
    work.execute(_WORLD)
    for statement in (*_FIRMS.split(";"), _PARTIES):
        work.execute(statement.replace("$firms", str(firms)).replace("$parties", str(parties)))


if __name__ == "__main__":
    main()
