"""Whatever form a statement takes, an actor sees its own rows and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    Select,
    Table,
    and_,
    case,
    cast,
    column,
    delete,
    distinct,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    table,
    text,
    tuple_,
    union_all,
    values,
)
from sqlalchemy.sql import quoted_name
from sqlalchemy.types import UserDefinedType

from gate.actor import Actor, Role
from gate.consent import Consents
from gate.errors import GateError, Refused, TooManyRows, TooSlow
from gate.scope import ScopedCursor
from gate.snapshots import SnapshotReader
from store.cursor import StatementError, StoreCursor
from store.members import Members
from store.tables import (
    application_cell,
    application_outcome,
    award,
    award_cube,
    delivery,
    firm,
    metadata,
    prefecture_statistic,
    rejected_record,
    released_award_count,
    released_dimension_member,
    released_office,
    withheld_firm,
)
from tests.gate.little_store import MIYAGI, TOKYO, WITHHELD, actor

A = award.c
OTHER = award.alias("z")
PER_FIRM = select(A.firm_id, func.sum(A.amount_yen).label("total")).group_by(A.firm_id).cte("t")
NESTED = select(A.amount_yen).subquery("inside")

# Ways to the amounts of all awards. Every one must end at the rows of the scope.
FORMS: dict[str, Select[Any]] = {
    "table": select(A.amount_yen),
    "whole row": select(award).with_only_columns(A.amount_yen),
    "alias": select(OTHER.c.amount_yen),
    "alias named like another table": select(award.alias("firm").c.amount_yen),
    "subquery": select(NESTED.c.amount_yen),
    "subquery of a subquery": select(select(NESTED).subquery().c.amount_yen),
    "CTE": select(PER_FIRM.c.total),
    "CTE of a CTE": select(select(PER_FIRM).cte("u").c.total),
    "added CTE": select(A.amount_yen).add_cte(PER_FIRM),
    "join": select(A.amount_yen).join(firm, firm.c.firm_id == A.firm_id),
    "outer join": select(OTHER.c.amount_yen).select_from(
        firm.outerjoin(OTHER, OTHER.c.firm_id == firm.c.firm_id)
    ),
    "join with itself": select(A.amount_yen).join(OTHER, OTHER.c.award_id == A.award_id),
    "union": select(
        union_all(select(A.amount_yen), select(A.amount_yen).where(A.amount_yen < 0))
        .subquery()
        .c.amount_yen
    ),
    "exists": select(A.amount_yen).where(exists().where(firm.c.firm_id == A.firm_id)),
    "in": select(A.amount_yen).where(A.firm_id.in_(select(firm.c.firm_id))),
    "scalar": select(select(func.sum(A.amount_yen)).scalar_subquery().label("total")),
    "correlated": select(
        select(func.sum(A.amount_yen))
        .where(A.firm_id == firm.c.firm_id)
        .correlate(firm)
        .scalar_subquery()
        .label("total")
    ).select_from(firm),
    "case over a subquery": select(
        case((literal(1) == 1, select(func.sum(A.amount_yen)).scalar_subquery())).label("total")
    ),
    "order by and limit": select(A.amount_yen).order_by(A.amount_yen.desc()).limit(9),
    "tampered region": select(A.amount_yen).where(or_(A.prefecture_code == "04", literal(True))),
}
OWN = {Role.MINISTRY: 15_000, Role.ANALYST: 15_000, Role.BUREAU: 3_000}


@pytest.fixture(scope="module")
def shared(built_store: Path) -> Iterator[SnapshotReader]:
    opened = SnapshotReader(built_store, memory_limit="200MB", threads=1)
    yield opened
    opened.close()


@pytest.fixture
def cursor(shared: SnapshotReader) -> Iterator[StoreCursor]:
    with shared.reading() as snapshot, snapshot.databases["lens"].cursor() as opened:
        yield opened


@pytest.fixture
def released(shared: SnapshotReader) -> Iterator[StoreCursor]:
    with shared.reading() as snapshot, snapshot.databases["released"].cursor() as opened:
        yield opened


@pytest.fixture
def scoped(cursor: StoreCursor, members: Members) -> Callable[[Role], ScopedCursor]:
    today = Consents(date(2026, 7, 1))
    return lambda role: ScopedCursor(cursor, actor(role), members, consents=today)


Scoped = Callable[[Role], ScopedCursor]


@pytest.mark.parametrize("role", OWN)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_statement_sees_the_rows_of_the_scope_only(
    scoped: Scoped, form: str, role: Role
) -> None:
    frame = scoped(role).fetch(FORMS[form])
    assert frame.iloc[:, 0].fillna(0).sum() == OWN[role]


def test_without_the_gate_the_forms_would_show_everything(cursor: StoreCursor) -> None:
    assert cursor.fetch(FORMS["table"])["amount_yen"].sum() == 31_000


def test_a_set_operation_at_the_top_is_scoped_in_all_its_parts(scoped: Scoped) -> None:
    both = union_all(select(A.amount_yen), select(OTHER.c.amount_yen)).order_by("amount_yen")
    assert scoped(Role.BUREAU).fetch(both)["amount_yen"].tolist() == [1000, 1000, 2000, 2000]


def test_an_agency_sees_its_programmes(scoped: Scoped) -> None:
    frame = scoped(Role.AGENCY).fetch(select(A.amount_yen).order_by(A.amount_yen))
    assert frame["amount_yen"].tolist() == [1_000, 2_000, 4_000]


def test_a_table_without_the_column_of_the_scope_is_refused_to_the_limited(scoped: Scoped) -> None:
    with pytest.raises(Refused):
        scoped(Role.AGENCY).fetch(select(firm.c.firm_id))
    with pytest.raises(Refused):
        scoped(Role.AGENCY).fetch(FORMS["exists"])


def test_a_bureau_without_a_known_region_sees_no_firm(
    cursor: StoreCursor, members: Members
) -> None:
    lost = Actor("lost", Role.BUREAU, ("b99",))
    assert ScopedCursor(cursor, lost, members).fetch(select(A.amount_yen)).empty


def test_aggregates_are_not_limited(scoped: Scoped) -> None:
    for role in (Role.BUREAU, Role.AGENCY):
        assert scoped(role).fetch(select(award_cube.c.amount_yen)).iloc[0, 0] == 31_000


@pytest.mark.parametrize(
    ("role", "own"),
    [
        (Role.MINISTRY, {"13101": 3, "04101": 12}),
        (Role.ANALYST, {"13101": 3, "04101": 12}),
        # Tokyo is in the bureau's region; the agency has サポイン and Go-Tech.
        (Role.BUREAU, {"13101": 3}),
        (Role.AGENCY, {"13101": 1, "04101": 4}),
    ],
)
def test_a_fine_column_is_empty_outside_the_scope_and_nothing_else_is(
    scoped: Scoped, role: Role, own: dict[str, int]
) -> None:
    cell = application_cell.c
    seen = select(cell.municipality_code, func.sum(cell.n_application).label("n"))
    frame = scoped(role).fetch(
        seen.where(cell.municipality_code.is_not(None)).group_by(cell.municipality_code)
    )
    assert dict(zip(frame["municipality_code"], frame["n"], strict=True)) == own
    chosen = select(cell.n_application).where(cell.municipality_code == "04101")
    assert scoped(role).fetch(chosen)["n_application"].sum() == own.get("04101", 0)
    whole = select(cell.prefecture_code, cell.n_application)
    frame = scoped(role).fetch(whole)
    assert frame["n_application"].sum() == 31
    assert frame["prefecture_code"].notna().sum() == 4


def test_a_fine_column_is_empty_under_every_other_name(scoped: Scoped) -> None:
    cell, alias = application_cell.c, application_cell.alias("z")
    inside = select(application_cell).subquery()
    for named in (alias.c.municipality_code, inside.c.municipality_code):
        assert set(scoped(Role.BUREAU).fetch(select(named)).iloc[:, 0].dropna()) == {"13101"}
    joined = select(alias.c.municipality_code).join(
        application_cell, cell.n_application == alias.c.n_application
    )
    assert set(scoped(Role.BUREAU).fetch(joined).iloc[:, 0].dropna()) == {"13101"}


def test_a_fine_column_of_rows_behind_aggregates_is_empty_outside_the_scope(
    scoped: Scoped,
) -> None:
    row = application_outcome.c
    frame = scoped(Role.BUREAU).fetch(select(row.municipality_code, row.base_sales_kyen))
    assert sorted(frame["base_sales_kyen"]) == [1, 2, 3]
    assert set(frame["municipality_code"].dropna()) == {"13101"}


def test_a_bureau_without_a_known_region_sees_no_fine_column(
    cursor: StoreCursor, members: Members
) -> None:
    lost = ScopedCursor(cursor, Actor("lost", Role.BUREAU, ("b99",)), members)
    frame = lost.fetch(select(application_cell.c.municipality_code))
    assert (len(frame), frame.iloc[:, 0].notna().sum()) == (5, 0)


def test_a_firm_without_consent_is_shown_to_nobody(scoped: Scoped) -> None:
    statement = select(firm.c.firm_id).where(firm.c.firm_id == WITHHELD)
    for role in (Role.MINISTRY, Role.ANALYST, Role.BUREAU):
        assert scoped(role).fetch(statement).empty


@pytest.mark.parametrize("role", list(Role))
def test_every_table_is_open_exactly_to_the_roles_with_its_permission(
    scoped: Scoped, role: Role
) -> None:
    asker = scoped(role)
    for each in metadata.tables.values():
        needs_column = asker.actor.limit and each.info["permission"] == "firm"
        is_open = asker.actor.can(each.info["permission"]) and (
            not needs_column or asker.actor.limit in each.info["scope"]
        )
        if is_open:
            asker.fetch(select(each))
        else:
            with pytest.raises(Refused):
                asker.fetch(select(each))


def test_the_list_of_withheld_firms_is_read_by_the_gate_alone(scoped: Scoped) -> None:
    for role in Role:
        with pytest.raises(Refused):
            scoped(role).fetch(select(withheld_firm.c.firm_id))


def test_refused_records_are_for_the_operator_and_in_a_file_apart(
    shared: SnapshotReader, members: Members, scoped: Scoped
) -> None:
    statement = select(rejected_record.c.raw_text)
    with shared.reading() as snapshot, snapshot.databases["held"].cursor() as cursor:
        for role in Role:
            asker = ScopedCursor(cursor, actor(role), members, "held")
            if role is Role.OPERATOR:
                assert asker.fetch(statement).iloc[0, 0] == "secret"
            else:
                with pytest.raises(Refused):
                    asker.fetch(statement)
            with pytest.raises(StatementError):
                asker.fetch(select(A.amount_yen))
    with pytest.raises(StatementError):
        scoped(Role.OPERATOR).fetch(statement)


def test_a_chamber_reads_the_released_file_and_knows_no_other_table(
    released: StoreCursor, members: Members
) -> None:
    chamber = ScopedCursor(released, actor(Role.CHAMBER), members, "released")
    assert chamber.fetch(select(released_award_count.c.n_award)).iloc[0, 0] == 2
    assert not chamber.fetch(select(released_dimension_member.c.code)).empty
    for outside in (award, delivery, prefecture_statistic):
        with pytest.raises(StatementError):
            chamber.fetch(select(outside))


def test_the_released_file_is_open_to_those_who_see_aggregates(
    released: StoreCursor, members: Members
) -> None:
    for role in (Role.MINISTRY, Role.BUREAU, Role.AGENCY, Role.ANALYST):
        ScopedCursor(released, actor(role), members, "released").fetch(select(released_award_count))
    for role in (Role.OPERATOR, Role.ADMIN):
        with pytest.raises(Refused):
            ScopedCursor(released, actor(role), members, "released").fetch(
                select(released_award_count)
            )


def test_what_chambers_are_told_of_themselves_is_their_own_prefectures(
    released: StoreCursor, members: Members
) -> None:
    rows = released_office.alias("any")
    seen = {
        role: set(
            ScopedCursor(released, actor(role), members, "released").fetch(
                select(rows.c.prefecture_code)
            )["prefecture_code"]
        )
        for role in (Role.CHAMBER, Role.BUREAU, Role.MINISTRY, Role.ANALYST)
    }
    assert seen[Role.CHAMBER] == {MIYAGI}
    assert seen[Role.BUREAU] == {TOKYO}
    assert seen[Role.MINISTRY] == seen[Role.ANALYST] == {MIYAGI, TOKYO}


class _Raw(UserDefinedType[str]):
    def get_col_spec(self, **_options: object) -> str:
        return "BIGINT) FROM award --"


STRANGER = Table("award", MetaData(), Column("amount_yen", Integer))
REFUSED: dict[str, Any] = {
    "text": text("SELECT 1"),
    "string": "SELECT amount_yen FROM award",
    "text column": select(text("amount_yen")).select_from(award),
    "text condition": select(A.amount_yen).where(text("1 = 1")),
    "text order": select(A.amount_yen).order_by(text("amount_yen")),
    "text table": select(literal(1)).select_from(text("award")),
    "text inside a subquery": select(
        select(A.amount_yen).where(text("1 = 1")).subquery().c.amount_yen
    ),
    "text inside exists": select(A.amount_yen).where(exists(select(text("1")))),
    "literal column": select(literal_column("amount_yen")).select_from(award),
    "file reader": select(func.read_csv("/etc/passwd").table_valued("line")),
    "file reader as a table": select(literal(1)).select_from(func.read_parquet("x")),
    "file reader as a column": select(func.read_text("/etc/passwd").column_valued("line")),
    "setting": select(func.current_setting("memory_limit")),
    "environment": select(func.getenv("HOME")),
    "qualified function": select(func.pg_catalog.count(A.award_id)),
    "lightweight table": select(table("award", column("amount_yen"))),
    "table of the same name": select(STRANGER.c.amount_yen),
    "delete": delete(award),
    "insert": insert(award).values(amount_yen=1),
    "insert in a CTE": select(
        insert(award).values(amount_yen=1).returning(A.amount_yen).cte().c.amount_yen
    ),
    "operator": select(A.amount_yen.op("FROM award --")(1)),
    "raw type": select(cast(A.amount_yen, _Raw)),
    "unquoted label": select(A.amount_yen.label(quoted_name("x FROM award --", quote=False))),
    "prefix": select(A.amount_yen).prefix_with("* FROM award --"),
    "suffix": select(A.amount_yen).suffix_with("UNION ALL FROM award"),
    "hint": select(A.amount_yen).with_statement_hint("UNION ALL FROM award"),
    "table hint": select(A.amount_yen).with_hint(award, "WHERE 1 = 1"),
    "CTE prefix": select(select(A.amount_yen).cte("q").prefix_with("x").c.amount_yen),
    "lock": select(A.amount_yen).with_for_update(),
    "fetch": select(A.amount_yen).fetch(5),
    "values": select(values(column("a", Integer), name="v").data([(1,)])),
    "lateral": select(select(A.amount_yen).lateral().c.amount_yen),
    "sample": select(award.tablesample(1).c.amount_yen),
    "recursion": select(
        select(A.amount_yen).cte("r", recursive=True).union_all(select(A.amount_yen)).c.amount_yen
    ),
    "limit by subquery": select(A.amount_yen).limit(
        select(func.count(A.award_id)).scalar_subquery()
    ),
}


@pytest.mark.parametrize("form", REFUSED)
def test_what_is_no_plain_select_over_the_contract_is_refused(scoped: Scoped, form: str) -> None:
    with pytest.raises(StatementError):
        scoped(Role.MINISTRY).fetch(REFUSED[form])


def test_a_cte_that_takes_the_name_of_a_scoped_table_cannot_undo_the_scope(
    scoped: Scoped,
) -> None:
    imposter = select(A.amount_yen).cte("award")
    with pytest.raises(Exception, match="award"):
        scoped(Role.BUREAU).fetch(select(imposter.c.amount_yen))


def test_the_words_that_questions_need_are_allowed(scoped: Scoped) -> None:
    statement = (
        select(
            func.count(),
            func.count(distinct(A.firm_id)),
            func.coalesce(func.max(A.amount_yen), 0) + 1,
            func.round(cast(func.sum(A.amount_yen), Integer) / 2),
            func.sum(A.amount_yen).filter(A.amount_yen > 0),
            func.rank().over(partition_by=A.programme_code, order_by=func.sum(A.amount_yen)),
            case((A.programme_code == "sapoin", "a"), else_="b"),
        )
        .where(
            and_(A.fiscal_year.between(2000, 2030), A.project_name.is_not(None)),
            tuple_(A.programme_code, A.fiscal_year).in_([("sapoin", 2024), ("gotech", 2024)]),
            ~A.scheme_name.like("x%") | A.scheme_name.is_(None),
        )
        .group_by(A.programme_code)
        .having(func.count() > 0)
        .order_by(A.programme_code)
    )
    assert len(scoped(Role.MINISTRY).fetch(statement)) == 2


def test_a_frame_is_never_longer_than_the_cap(cursor: StoreCursor, members: Members) -> None:
    short = ScopedCursor(cursor, actor(Role.MINISTRY), members, row_cap=3)
    with pytest.raises(TooManyRows):
        short.fetch(select(A.amount_yen))
    with pytest.raises(TooManyRows):
        short.fetch(select(A.amount_yen).limit(100))
    assert len(short.fetch(select(A.amount_yen).limit(3))) == 3
    assert len(short.fetch(select(A.amount_yen).where(A.prefecture_code == TOKYO))) == 2


def test_no_statement_starts_after_the_deadline(cursor: StoreCursor, members: Members) -> None:
    late = ScopedCursor(cursor, actor(Role.MINISTRY), members, deadline=monotonic() - 1)
    with pytest.raises(TooSlow):
        late.fetch(select(A.amount_yen))


def test_a_refusal_says_so_in_the_readers_language(scoped: Scoped) -> None:
    with pytest.raises(GateError, match="役割"):
        scoped(Role.ADMIN).fetch(select(award))
