"""Which records of a file stood in it before."""

from __future__ import annotations

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa


class Repeats:
    """Numbers equal records of one file, told batch by batch in the order of the file."""

    def __init__(self, work: duckdb.DuckDBPyConnection) -> None:
        self._work = work
        work.execute("CREATE OR REPLACE TEMP TABLE seen (record_hash UUID)")

    def occurrences(self, hashes: pa.ChunkedArray) -> npt.NDArray[np.int32]:
        """For each record of the next batch the how many-th of its kind it is, from 1."""
        occurrences = np.ones(len(hashes), np.int32)
        told = pa.table({"place": np.arange(len(hashes)), "record_hash": hashes})
        self._work.register("told", told)
        again = self._work.execute(
            """
            WITH twice AS (SELECT record_hash FROM told GROUP BY ALL HAVING count(*) > 1),
            before AS (
                SELECT record_hash, count(*) AS n FROM seen
                SEMI JOIN told USING (record_hash) GROUP BY ALL
            )
            SELECT place,
                   coalesce(n, 0) + row_number() OVER (PARTITION BY record_hash ORDER BY place)
                       AS occurrence
            FROM told LEFT JOIN before USING (record_hash)
            WHERE n IS NOT NULL OR record_hash IN (FROM twice)
            """
        ).fetchnumpy()
        occurrences[again["place"]] = again["occurrence"]
        self._work.execute("INSERT INTO seen SELECT record_hash FROM told")
        self._work.unregister("told")
        return occurrences
