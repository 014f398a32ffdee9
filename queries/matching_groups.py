"""Users of a measure, and the firms that may stand beside them, as parts of a statement."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Subquery,
    and_,
    case,
    exists,
    func,
    select,
    union_all,
)

from queries.dimensions import in_area
from queries.matching_specification import MOST_USERS, MatchingParameters
from store.matching_tables import BITS_BELOW_DIVISION, BITS_BELOW_SIZE, FEATURE_NAMES
from store.tables import application_outcome, matching_profile, measure_use, published_use

# What a user's statement says of where it belongs.
TRAITS = ("bureau_code", "division_code", "major_code", "size_code")
# The year of a first use that has not come.
NEVER = 9999


def users(parameters: MatchingParameters, *, with_earlier: bool = False) -> CTE:
    """One row per user that the filter leaves: ``firm_id`` and ``cohort``, the fiscal year of its
    first use, or of the call in which it was first adopted.

    Without those of which an earlier award is published: what looks like their first use is none.
    """
    if parameters.against == "rejected":
        applied = _applicants(parameters, in_area(application_outcome, parameters), "applicant")
        year, conditions = applied.c.adopted_year, [applied.c.adopted_year < NEVER]
        firm_id = applied.c.firm_id
    else:
        row = measure_use.c
        year, firm_id = row.first_year, row.firm_id
        conditions = [row.measure_code == parameters.measure]
        conditions += in_area(measure_use, parameters)
        if parameters.users == "once":
            conditions.append(row.is_repeater.is_(False))
        if parameters.users == "alone":
            conditions.append(row.n_other_measure == 0)
        if not with_earlier:
            published = published_use.c
            conditions.append(
                ~exists().where(
                    published.firm_id == row.firm_id,
                    published.measure_code == row.measure_code,
                    published.first_year < row.first_year,
                )
            )
    if parameters.cohorts:
        conditions.append(year.between(*parameters.cohorts))
    return (
        select(firm_id, year.label("cohort"))
        .where(*conditions)
        .cte("any_user_of_measure" if with_earlier else "user_of_measure")
    )


def subjects(parameters: MatchingParameters, of: CTE) -> CTE:
    """The users with a statement of the year before, as they stood then: ``firm_id``, ``cohort``,
    ``base_year``, what they are told apart by (TRAITS), ``stratum``, ``missing_bits``, ``tie`` and
    all features. Of more than MOST_USERS, a sample that their statements fix (``tie``)."""
    row = matching_profile.c
    joined = of.join(
        matching_profile, and_(row.firm_id == of.c.firm_id, row.fiscal_year == of.c.cohort - 1)
    )
    return (
        select(
            of.c.firm_id,
            of.c.cohort,
            row.fiscal_year.label("base_year"),
            *(row[name] for name in TRAITS),
            stratum_of(matching_profile, parameters).label("stratum"),
            row.missing_bits,
            row.tie,
            *(row[name] for name in FEATURE_NAMES),
        )
        .select_from(joined)
        .order_by(row.tie, of.c.firm_id)
        .limit(MOST_USERS)
        .cte("subject")
    )


def others(
    parameters: MatchingParameters, conditions: Sequence[ColumnElement[bool]] = ()
) -> Subquery:
    """The firms that may stand beside users, in each year as they stood: ``firm_id``,
    ``fiscal_year``, ``stratum``, ``missing_bits``, ``tie`` and all features.

    A subquery, so that nothing builds the whole of it; each use in a statement takes its own.
    """
    row = matching_profile.c
    columns = [
        row.firm_id,
        row.fiscal_year,
        stratum_of(matching_profile, parameters).label("stratum"),
        row.missing_bits,
        row.tie,
        *(row[name] for name in FEATURE_NAMES),
    ]
    may_stand, condition = allowed(matching_profile, parameters)
    return select(*columns).select_from(may_stand).where(condition, *conditions).subquery("other")


def allowed(
    firms: FromClause, parameters: MatchingParameters
) -> tuple[FromClause, ColumnElement[bool]]:
    """Which rows of ``firms`` (``firm_id``, ``fiscal_year``) may stand beside users: what to select
    from, and the condition."""
    own = own_uses(parameters)
    firm_id, year = firms.c.firm_id, firms.c.fiscal_year
    if parameters.against == "non_user" and parameters.controls == "never":
        return firms, firm_id.not_in(select(own.c.firm_id))
    is_own = own.c.firm_id == firm_id
    if parameters.against == "rejected":
        is_own = and_(is_own, own.c.rejected_year == year + 1)
    joined = firms.join(own, is_own, isouter=parameters.against == "non_user")
    used = func.coalesce(own.c.first_year, NEVER)
    return joined, used == NEVER if parameters.controls == "never" else used > year + 1


def own_uses(parameters: MatchingParameters) -> Subquery:
    """The first use of every firm that used the measure, whatever the filter of users is, be it
    known by its application or by a published award: ``firm_id``, ``first_year`` (NEVER for none)
    and, of applicants (of whom applications alone tell), ``rejected_year``."""
    if parameters.against == "rejected":
        applied = _applicants(parameters, [], "any_applicant").c
        return select(
            applied.firm_id, applied.rejected_year, applied.adopted_year.label("first_year")
        ).subquery("own_use")
    known = union_all(
        *(
            select(table.c.firm_id, table.c.first_year).where(
                table.c.measure_code == parameters.measure
            )
            for table in (measure_use, published_use)
        )
    ).subquery("known_use")
    return (
        select(known.c.firm_id, func.min(known.c.first_year).label("first_year"))
        .group_by(known.c.firm_id)
        .subquery("own_use")
    )


def stratum_of(table: FromClause, parameters: MatchingParameters) -> ColumnElement[int]:
    """What agrees exactly, the fiscal year always with it.

    Against non-users: division, class of size and bureau; "fine" major group instead of division,
    "loose" without the bureau. Rejected applicants are few: division; "loose" nothing but the
    year, "fine" as the usual one of non-users.
    """
    whole: ColumnElement[int] = table.c.stratum
    if parameters.against == "rejected":
        whole = table.c.fiscal_year if parameters.strata == "loose" else whole
        is_wide = parameters.strata == "standard"
        return whole.bitwise_rshift(BITS_BELOW_DIVISION) if is_wide else whole
    if parameters.strata == "loose":
        return whole.bitwise_rshift(BITS_BELOW_SIZE)
    fine: ColumnElement[int] = table.c.fine_stratum
    return fine if parameters.strata == "fine" else whole


def filled(feature: ColumnElement[float]) -> ColumnElement[float]:
    """A feature with 0 where it is missing: once a row, not once a pair of rows."""
    return func.coalesce(feature, 0.0).label(feature.key)


def is_of_filter(parameters: MatchingParameters) -> list[ColumnElement[bool]]:
    """The rows of ``matching_profile`` that the filter of users would leave."""
    return in_area(matching_profile, parameters)


def _applicants(
    parameters: MatchingParameters, narrowed: Sequence[ColumnElement[bool]], name: str
) -> Subquery:
    """One row per applicant to the programme: the years of its first adoption and rejection."""
    row = application_outcome.c
    is_adopted = row.decision == "adopted"
    first = {
        "adopted_year": func.min(case((is_adopted, row.fiscal_year))),
        "rejected_year": func.min(case((~is_adopted, row.fiscal_year))),
    }
    return (
        select(row.firm_id, *(func.coalesce(year, NEVER).label(n) for n, year in first.items()))
        .where(row.programme_code == parameters.measure, *narrowed)
        .group_by(row.firm_id)
        .subquery(name)
    )
