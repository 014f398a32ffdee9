"""The demo's consents of clients, and the table that says whose code a statement stands under."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.calendar_days import day, iso, wareki
from etl.demo.delivery import Delivery
from etl.demo.dice import Ints, choose, cumulative, dice
from etl.demo.numbers import as_text
from etl.demo.plan import FIRST_YEAR
from etl.demo.population import NO_NUMBER, Population
from etl.demo.rendering import header, joined, quoted, repeated, spoil
from etl.demo.words import listed

CONSENTS, KEYS = "consent_records.csv", "firm_key.csv"
_CONSENT_COLUMNS = (
    "同意番号", "法人番号", "GビズID", "事業者名", "利用目的", "データの範囲", "利用者区分",
    "開始日", "終了日", "同意日", "撤回日", "根拠",
)  # fmt: skip
_KEY_COLUMNS = ("企業コード", "法人番号", "GビズID")
_CONSENTING, _KNOWN = 0.88, 0.97
# In force, expired, withdrawn, refused: a refusal is a consent withdrawn on the day it was asked.
_STATES = np.array([0.86, 0.05, 0.05, 0.04])
_IN_FORCE, _EXPIRED, _WITHDRAWN, _REFUSED = range(4)
_PURPOSES = ("①②③", "③", "②③", "1,2,3", "once_only;recommendation;ebpm")
_PURPOSE_SHARES = np.array([0.62, 0.2, 0.1, 0.05, 0.03])
_SCOPES = ("すべて", "相談", "支援", "申請", "決算")
_SCOPE_SHARES = np.array([0.72, 0.14, 0.1, 0.02, 0.02])
_USERS = ("すべて", "行政機関", "支援機関", "研究機関")
_USER_SHARES = np.array([0.78, 0.1, 0.08, 0.04])
_SPOILED = ("check_digit", "impossible_date", "column_missing", "control_character")


class ConsentFiles:
    """Both files, filled chunk by chunk."""

    def __init__(self, out: Path) -> None:
        self._consents = Delivery(out, CONSENTS, "utf-8-sig", header(_CONSENT_COLUMNS))
        self._keys = Delivery(out, KEYS, "utf-8", header(_KEY_COLUMNS))

    def add(self, people: Population, clients: Ints) -> None:
        """The keys of all firms of a chunk, and the consents of its ``clients``."""
        self._add_consents(people, np.unique(clients))
        rng = dice(people.course.plan.seed, "keys", people.course.chunk.number)
        can = (people.number != NO_NUMBER) | people.has_gbizid
        shown = (people.last_year >= FIRST_YEAR) | (np.arange(people.n) < people.course.n_applicant)
        # Those whose statements are compared with their applications are all known.
        lucky = people.is_researching | (rng.random(people.n) < _KNOWN)
        known = can & ~people.is_institution & shown & lucky
        rows = pa.array(np.flatnonzero(known))
        columns = [people.firm_codes, people.number_texts, people.gbizid_texts]
        self._keys.append(joined([column.take(rows) for column in columns]))

    def _add_consents(self, people: Population, clients: Ints) -> None:
        chunk = people.course.chunk.number
        rng = dice(people.course.plan.seed, "consents", chunk)
        can = (people.number[clients] != NO_NUMBER) | people.has_gbizid[clients]
        firm = clients[can & (rng.random(len(clients)) < _CONSENTING)]
        n = len(firm)
        state = choose(rng, cumulative(_STATES), n)
        # Research applicants refuse nothing: the published counts would not be met.
        state = np.where(people.is_researching[firm], _IN_FORCE, state)
        agreed = day(2019, 4, 1) + rng.integers(0, 2_400, n)
        start = agreed + rng.integers(0, 20, n)
        term = np.where(state == _EXPIRED, rng.integers(200, 365, n), rng.integers(3_000, 5_000, n))
        end = np.where(state == _EXPIRED, np.minimum(start + term, day(2026, 3, 31)), start + term)
        end = np.maximum(end, start)
        withdrawn = np.where(state == _REFUSED, agreed, agreed + rng.integers(30, 160, n))
        is_endless = (state != _EXPIRED) & (rng.random(n) < 0.5)
        rows = pa.array(firm)
        columns = [
            pc.binary_join_element_wise("D", as_text(chunk * 10**6 + np.arange(n), 9), ""),
            people.number_texts.take(rows),
            people.gbizid_texts.take(rows),
            quoted(people.written.take(rows)),
            quoted(listed(_PURPOSES, choose(rng, cumulative(_PURPOSE_SHARES), n))),
            listed(_SCOPES, choose(rng, cumulative(_SCOPE_SHARES), n)),
            listed(_USERS, choose(rng, cumulative(_USER_SHARES), n)),
            iso(start),
            iso(end, ~is_endless),
            pc.if_else(
                pa.array(rng.random(n) < 0.2), wareki(agreed, np.zeros(n, bool)), iso(agreed)
            ),
            iso(withdrawn, state >= _WITHDRAWN),
            listed(("同意書", "電子同意", "利用規約"), rng.integers(0, 3, n)),
        ]
        lines = joined(columns).take(pa.array(repeated(rng, n, 0.002)))
        numbered = pc.match_substring_regex(lines, r"^D\d+,\d{13},")
        able = lines.filter(numbered)
        if chunk == 0 and len(able) > 10:
            rest = lines.filter(pc.invert(numbered))
            spoiled, _ = spoil(rng, able, 4, number=1, day=7, title=3, ways=_SPOILED)
            lines = pa.concat_arrays([spoiled, rest])
        self._consents.append(lines)

    def close(self) -> None:
        self._consents.close()
        self._keys.close()
