"""How much the gate adds: each question through the gate against its bare DuckDB statement.

`python -m bench.answers [--runs N]` prints, for the serving snapshot, the median time of a question
asked anew through the gate (statement built, scoped, audited, framed), of the same compiled SQL on a
raw cursor, and their ratio. The cache is off, so that the work itself is timed.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from time import perf_counter

from sqlalchemy import select

from queries.award_by_prefecture import award_by_prefecture
from queries.award_key_figures import award_key_figures
from queries.award_list import AwardListParameters, award_list
from queries.award_trend import award_trend
from queries.parameters import AwardParameters
from settings import load_settings
from store.cursor import Statement, StoreCursor
from store.snapshot import LENS, open_read_only, sound_snapshot
from store.tables import award
