"""Research consortia of the demo: one project, several organisations, two or three years."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from etl.demo.firms import Atlas
from etl.demo.life import Life
from etl.demo.programmes import FIRST_YEAR, LAST_YEAR, era_names
from etl.demo.words import FULL_WIDTH, words

FIRMS_PER_PROJECT = 85
YEAR_CEILING_YEN = 45_000_000
# From FY2022 new projects run under the successor programme.
SUCCESSOR_YEAR = 2022
_RESEARCHING = {"E": 1.0, "G": 0.3, "L": 0.3}
_STRONG = {"20": 2.0, "23": 1.8, "22": 1.6, "27": 1.5, "04": 1.6, "14": 1.3, "40": 1.3}


def draw_research_payments(
    lives: Sequence[Life], seed: int
) -> Iterator[tuple[Life, date, str, int]]:
    """Recipient, approval date, title and yen of every payment to a consortium's members."""
    rng = Random(f"{seed}:research")
    bureaus = Atlas().bureaus
    companies = [life for life in lives if life.firm.role == "firm"]
    weights = [
        _RESEARCHING.get(life.firm.division, 0.0)
        * _STRONG.get(life.firm.place.prefecture_code, 1.0)
        for life in companies
    ]
    by_bureau: dict[tuple[str, str], list[Life]] = {}
    for life in lives:
        area = bureaus[life.firm.place.prefecture_code]
        role = life.firm.role
        if role != "firm" or life.firm.division == "E":
            by_bureau.setdefault((role, area), []).append(life)
    n_project = max(8, len(lives) // FIRMS_PER_PROJECT)
    for name, lead in zip(
        _project_names(rng, n_project),
        rng.choices(companies, weights=weights, k=n_project),
        strict=True,
    ):
        area = bureaus[lead.firm.place.prefecture_code]
        members = {lead.firm.number: lead}
        wanted = [("foundation", 0.85), ("academy", 0.6), ("firm", 0.6), ("firm", 0.25)]
        for role, chance in wanted:
            pool = by_bureau.get((role, area), [])
            if pool and rng.random() < chance:
                partner = rng.choice(pool)
                members.setdefault(partner.firm.number, partner)
        yield from _project(rng, name, list(members.values()))


def _project_names(rng: Random, n: int) -> list[str]:
    means, objects, results = words().research
    size = len(means) * len(objects) * len(results)
    names = []
    for index in rng.sample(range(size), k=n):
        rest, result = divmod(index, len(results))
        mean, thing = divmod(rest, len(objects))
        link = rng.choice(("を用いた", "による", "を活用した"))
        names.append(f"{means[mean]}{link}{objects[thing]}の{results[result]}")
    return names


def _project(rng: Random, name: str, members: list[Life]) -> Iterator[tuple[Life, date, str, int]]:
    start = rng.randint(FIRST_YEAR, LAST_YEAR)
    length = rng.choice((2, 3, 3))
    shares = [1.0] + [rng.uniform(0.15, 0.7) for _ in members[1:]]
    budget = YEAR_CEILING_YEN * rng.uniform(0.55, 1.0)
    for year in range(start, min(start + length, LAST_YEAR + 1)):
        approved = date(year, 4, 1) + timedelta(days=rng.randint(20, 200))
        plain = _title(rng, name, start, year)
        for life, share in zip(members, shares, strict=True):
            if not life.was_open(approved):
                continue
            title = plain.translate(FULL_WIDTH) if rng.random() < 0.2 else plain
            amount = round(budget * 0.75 ** (year - start) * share / sum(shares))
            if rng.random() < 0.12:
                # The real managing bodies are paid on successive days.
                for day in range(3):
                    yield life, approved + timedelta(days=day), title, amount // 3 + day
            else:
                yield life, approved, title, amount


def _title(rng: Random, name: str, start: int, year: int) -> str:
    era = rng.choice(era_names(year))
    stage = "（継続事業）" if year > start else rng.choice(("", "（新規事業）"))
    blank = " " if rng.random() < 0.05 else ""
    general = f"{era}中小企業経営支援等対策費補助金"
    if start < SUCCESSOR_YEAR:
        return f"{general}（戦略的基盤技術高度化支援事業）{stage}（{name}{blank}）"
    if year == SUCCESSOR_YEAR:
        return f"{general}（成長型中小企業等研究開発支援事業）「{name}」"
    stage = "（継続事業）" if year > start else ""
    return f"{era}成長型中小企業等研究開発支援事業{stage}（{name}{blank}）"
