"""The demo's consultation records of three systems, in layouts of our own making."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.calendar_days import days, iso, slashed, wareki
from etl.demo.delivery import Delivery
from etl.demo.dice import Bools, Ints, choose, cumulative, dice
from etl.demo.life import LAST_DAY
from etl.demo.numbers import as_text
from etl.demo.places import atlas
from etl.demo.plan import FIRST_YEAR
from etl.demo.population import Population
from etl.demo.rendering import SPOILED_OTHERWISE, figures, header, joined, quoted, repeated, spoil
from etl.demo.truth import Truth
from etl.demo.typed import TEXTS, Habits, Typed, slip_digits, type_parties
from etl.demo.words import divisions, heads, listed

SOURCE = "consultation"
# Finance, sales, succession, founding, labour, IT, subsidies, tax, disaster, other.
_TOPIC_SHARES = np.array([0.24, 0.2, 0.07, 0.05, 0.07, 0.08, 0.14, 0.1, 0.02, 0.03])
_TOPIC_WORDS = {
    "tougou_db": (
        "金融", "販路開拓", "事業承継", "創業", "労務", "情報化", "補助金", "税務", "災害",
        "その他",
    ),
    "toas": ("01", "02", "03", "04", "05", "06", "07", "08", "09", "99"),
    "bizmill": (
        "funding", "market", "succession", "founding", "hr", "digital", "grant", "tax",
        "disaster", "other",
    ),
}  # fmt: skip
_MEASURES = (
    "", "", "マル経融資", "小規模事業者持続化補助金", "IT導入補助金", "ものづくり補助金",
    "専門家派遣", "セーフティネット保証", "経営革新計画", "事業承継・引継ぎ補助金",
)  # fmt: skip
_ANONYMITY = {
    "tougou_db": ("実名", "仮名", "匿名"),
    "toas": ("0", "1", "2"),
    "bizmill": ("full", "pseudonymous", "none"),
}
_ANONYMITY_SHARES = np.array([0.955, 0.02, 0.025])
_NAMED, _ANONYMOUS = 0, 2
_HEADERS = {
    "tougou_db": (
        "カルテ番号", "商工会名", "都道府県名", "指導員番号", "相談年月日", "相談区分", "活用施策",
        "事業所名", "法人番号", "所在地", "電話", "業種", "年間売上（千円）", "経常利益（千円）",
        "従業員数", "開示区分",
    ),
    "toas": (
        "相談ID", "会議所コード", "会議所名", "都道府県コード", "担当者ID", "受付日",
        "相談分類コード", "支援メニュー", "企業名", "法人番号", "住所", "TEL", "業種大分類",
        "売上高（百万円）", "利益（百万円）", "従業員", "匿名フラグ",
    ),
    "bizmill": (
        "record_id", "organization", "prefecture", "advisor_id", "date", "category", "program",
        "company_name", "corporate_number", "gbiz_id", "address", "tel", "industry", "sales",
        "profit", "employees", "consent_level",
    ),
}  # fmt: skip
FILES = {
    "tougou_db": ("karte_tougou.csv", "cp932"),
    "toas": ("toas_soudan.csv", "utf-8"),
    "bizmill": ("bizmill_records.csv", "utf-8-sig"),
}
_UNIT = {"tougou_db": 1_000, "toas": 1_000_000, "bizmill": 1}
_HABITS = {
    "tougou_db": Habits(no_number=0.85, no_address=0.04, telephone=0.75),
    "toas": Habits(no_number=0.6, no_address=0.03, telephone=0.7),
    "bizmill": Habits(no_number=0.45, no_address=0.02, telephone=0.8, gbizid=0.8),
}
# Of the cities so many have a chamber with one of the two systems; towns have a 商工会.
_BIZMILL_CITIES, _TOAS_CITIES = 0.3, 0.8
_VISITS, _NO_SALES, _SLIPS, _TWICE, _DIRTY = 2.2, 0.12, 0.005, 0.003, 0.003
_PROPRIETOR_WEIGHT = 1.5


@dataclass(frozen=True, slots=True)
class _Visits:
    """Consultations in columns."""

    firm: Ints
    day: Ints
    year: Ints


class ConsultationFiles:
    """The files of the three systems, filled chunk by chunk."""

    def __init__(self, out: Path, truth: Truth) -> None:
        self._truth = truth
        self._files = {
            system: Delivery(out, name, encoding, header(_HEADERS[system]))
            for system, (name, encoding) in FILES.items()
        }

    def add(self, people: Population) -> Ints:
        """The consultations of a chunk; returns their firms."""
        rng = dice(people.course.plan.seed, "consultations", people.course.chunk.number)
        visits = _visits(rng, people)
        system = _systems(people.course.plan.seed)[people.places.city[visits.firm]]
        for code, name in enumerate(FILES):
            rows = np.flatnonzero(system == code)
            chosen = _Visits(visits.firm[rows], visits.day[rows], visits.year[rows])
            self._write(people, name, chosen)
        return visits.firm

    def _write(self, people: Population, system: str, visits: _Visits) -> None:
        chunk = people.course.chunk.number
        rng = dice(people.course.plan.seed, f"consultations:{system}", chunk)
        n = len(visits.firm)
        typed = _parties(rng, people, system, visits)
        anonymity = choose(rng, cumulative(_ANONYMITY_SHARES), n)
        typed = _hidden(rng, typed, anonymity)
        row = visits.year - people.course.first_year
        home = people.home[visits.firm]
        unit = _UNIT[system]
        meant = np.rint(people.course.sales[row, home] / unit).astype(np.int64)
        written, slipped = slip_digits(rng, meant, _SLIPS)
        is_told = rng.random(n) >= _NO_SALES
        slipped &= is_told
        profit = (
            _profits(people, visits.year, home)
            // (unit // 1_000 or 1)
            * (1_000 if unit == 1 else 1)
        )
        cells = {
            "number": as_text(chunk * 10**7 + np.arange(n), 10),
            "topic": listed(_TOPIC_WORDS[system], choose(rng, cumulative(_TOPIC_SHARES), n)),
            "measure": listed(_MEASURES, rng.integers(0, len(_MEASURES), n)),
            "sales": figures(rng, written, _DIRTY, is_told),
            "profit": figures(rng, profit, _DIRTY, is_told),
            "heads": as_text(people.course.heads[row, home]),
            "anonymity": listed(_ANONYMITY[system], anonymity),
        }
        lines = joined(_columns(rng, people, system, visits, typed, cells))
        order = repeated(rng, n, _TWICE)
        lines = lines.take(pa.array(order))
        lines, sound = spoil(
            rng, lines, 4 if chunk == 0 else 0, number=8, day=4 + (system == "toas"), title=6,
            ways=SPOILED_OTHERWISE,
        )  # fmt: skip
        delivery = self._files[system]
        at = delivery.append(lines) + sound
        self._truth.link(
            SOURCE, delivery.name, at, typed.take(order), people.index[visits.firm[order]]
        )
        wrong = np.flatnonzero(slipped[order])
        column = next(
            name for name in _HEADERS[system] if name.startswith(("年間売上", "売上高", "sales"))
        )
        self._truth.slip(
            SOURCE, delivery.name, at[wrong], column, meant[order][wrong], written[order][wrong]
        )

    def close(self) -> None:
        for file in self._files.values():
            file.close()


def _visits(rng: np.random.Generator, people: Population) -> _Visits:
    """Clients are small firms and proprietors; most come more than once."""
    course = people.course
    n = course.plan.part(course.plan.n_consultation, course.chunk)
    n_client = max(1, round(n / _VISITS))
    years = rng.integers(FIRST_YEAR, 2026, n_client)
    # A place and a year give the firm that operates there then.
    size = np.log10(np.maximum(course.sales[course.row(2018)], 1e6)) - 7
    weight = np.exp(-0.8 * size.clip(0, 4)) * np.where(course.is_corporate, 1.0, _PROPRIETOR_WEIGHT)
    place = choose(rng, cumulative(weight), n_client)
    client = course.holder[years - course.first_year, place]
    extra = rng.multinomial(n - n_client, np.full(n_client, 1 / n_client)) if n > n_client else 0
    rows = np.repeat(np.arange(n_client), 1 + extra)[:n]
    firm, start = client[rows], years[rows]
    year = np.minimum(start + rng.integers(0, 4, n), people.last_year[firm])
    month = rng.integers(4, 16, n)
    when = days(year, month, rng.integers(1, 29, n))
    when = np.minimum(when - (when + 3) % 7 // 5 * 2, LAST_DAY)
    order = np.argsort(when, kind="stable")
    return _Visits(firm[order], when[order], year[order])


def _systems(seed: int) -> Ints:
    """Which system the chamber of each municipality uses: 0 tougou_db, 1 toas, 2 bizmill."""
    draw = dice(seed, "systems").random(len(atlas().is_rural))
    city = np.where(draw < _BIZMILL_CITIES, 2, np.where(draw < _TOAS_CITIES, 1, 0))
    return np.where(atlas().is_rural, 0, city)


def _parties(rng: np.random.Generator, people: Population, system: str, visits: _Visits) -> Typed:
    """A client stands in the same way in most of its records: typed once, copied on."""
    firms, position = np.unique(visits.firm, return_inverse=True)
    first = np.full(len(firms), 10**6)
    np.minimum.at(first, position, visits.day)
    once = type_parties(rng, people, firms, first, _HABITS[system]).take(position)
    anew = type_parties(rng, people, visits.firm, visits.day, _HABITS[system])
    is_anew = pa.array(rng.random(len(position)) < 0.15)
    texts = {name: pc.if_else(is_anew, getattr(anew, name), getattr(once, name)) for name in TEXTS}
    error = np.where(is_anew.to_numpy(zero_copy_only=False), anew.error, once.error)
    return Typed(**texts, error=error)


def _hidden(rng: np.random.Generator, typed: Typed, anonymity: Ints) -> Typed:
    """Records without the firm's name, or under another one, mean no firm that can be found."""
    named = pa.array(anonymity == _NAMED)
    n = len(anonymity)
    alias = pc.binary_join_element_wise("事業者", as_text(rng.integers(1, 1_000, n)), "")
    name = pc.if_else(pa.array(anonymity == _ANONYMOUS), "", alias)
    empty, nobody = pa.scalar("", pa.string()), pa.scalar(None, pa.string())
    return Typed(
        pc.if_else(named, typed.number, empty),
        pc.if_else(named, typed.name, name),
        pc.if_else(named, typed.address, empty),
        pc.if_else(named, typed.telephone, empty),
        pc.if_else(named, typed.gbizid, empty),
        pc.if_else(named, typed.truth, nobody),
        typed.error,
    )


def _profits(people: Population, year: Ints, place: Ints) -> Ints:
    """Ordinary profit in thousand yen."""
    items = people.course.items
    profit = np.zeros(len(year), np.int64)
    for one in np.unique(year):
        rows = np.flatnonzero(year == one)
        profit[rows] = items[int(one)]["ordinary_profit"][place[rows]]
    return profit


def chamber_names(cities: Ints, is_chamber: Bools) -> Any:
    """Invented names, one for each municipality."""
    prefecture = np.searchsorted(
        np.array(atlas().codes), np.array(pc.utf8_slice_codeunits(atlas().city_codes, 0, 2))
    )
    head = heads().writings.take(pa.array(cities * 7 % int(heads().sizes[0])))
    kind = listed(("商工会", "商工会議所"), is_chamber.astype(int))
    short = listed(atlas().short_names, prefecture[cities])
    return pc.binary_join_element_wise(short, head, kind, "")


def _columns(
    rng: np.random.Generator, people: Population, system: str, visits: _Visits, typed: Typed,
    cells: dict[str, Any],
) -> list[Any]:  # fmt: skip
    n = len(visits.firm)
    city = people.places.city[visits.firm]
    seat = people.prefecture[visits.firm]
    chamber = chamber_names(city, np.full(n, system != "tougou_db"))
    code = as_text(city, 4)
    adviser = pc.binary_join_element_wise(code, as_text(1 + rng.integers(0, 3 + city % 9), 2), "-")
    division = listed(divisions(), people.division[visits.firm])
    major = people.majors.take(pa.array(visits.firm))
    name = quoted(typed.name)
    if system == "tougou_db":
        when = wareki(visits.day, rng.random(n) < 0.3)
        return [
            cells["number"], chamber, listed(atlas().names, seat), adviser, when, cells["topic"],
            cells["measure"], name, typed.number, typed.address, typed.telephone, major,
            cells["sales"], cells["profit"], cells["heads"], cells["anonymity"],
        ]  # fmt: skip
    if system == "toas":
        return [
            cells["number"], code, chamber, listed(atlas().codes, seat), adviser,
            slashed(visits.day), cells["topic"], cells["measure"], name, typed.number,
            typed.address, typed.telephone, division, cells["sales"], cells["profit"],
            cells["heads"], cells["anonymity"],
        ]  # fmt: skip
    return [
        cells["number"], chamber, listed(atlas().names, seat), adviser, iso(visits.day),
        cells["topic"], cells["measure"], name, typed.number, typed.gbizid, typed.address,
        typed.telephone, major, cells["sales"], cells["profit"], cells["heads"],
        cells["anonymity"],
    ]  # fmt: skip
