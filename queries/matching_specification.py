"""A matched comparison as closed choices: who is compared with whom, by what, in which outcome."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from queries.parameters import PlaceParameters, chosen_from, one_of
from store.matching_tables import FEATURE_NAMES

# How far apart sales may lie, in standard deviations of the year.
CALIPERS = {"medium": 0.25, "narrow": 0.1, "wide": 0.5}
# How many users a firm may stand beside; None for any number.
REUSE: dict[str, int | None] = {"any": None, "10": 10, "3": 3, "1": 1}
COVARIATES: dict[str, tuple[str, ...]] = {
    "all": FEATURE_NAMES,
    "basic": ("log_sales", "growth_2", "log_employees", "log_age"),
}
OUTCOME_COLUMNS = {
    "sales": "sales_kyen",
    "gross_profit": "gross_profit_kyen",
    "net_profit": "net_profit_kyen",
    "employee": "n_employee",
}
# The traits of users that make a sub-group, from wide to narrow (queries.matching_subgroup).
TRAITS_OF_GROUP: dict[str, tuple[str, ...]] = {
    "region": ("region",),
    "industry": ("industry",),
    "region_industry": ("region", "industry"),
    "field": ("field",),
}
# What decides who is beside whom; everything else only says what is looked at of them.
_MATCHED_BY = (
    "region",
    "industry",
    "year",
    "span",
    "size",
    "measure",
    "against",
    "controls",
    "users",
    "strata",
    "covariates",
    "nearest",
    "reuse",
    "caliper",
    "caliper_on",
)
# Pairs and users leave the store together, and the gate passes 200,000 rows; a sample of so many is
# matched within its time among 3.56 million firms.
MOST_USERS = 20_000


@dataclass(frozen=True, slots=True)
class MatchingParameters(PlaceParameters):
    """The specification of a matched comparison; its filter narrows the users.

    ``year``: that of the first use (or of the call), ``span``: so many years from it on.
    ``against``: firms that did not use the
    measure, or applicants rejected in the same year. ``controls``: firms that never used it, or
    also those that had not yet. ``users``: all at their first use, those that used it once, those
    without another measure by then. ``strata``: how many traits agree exactly. ``nearest``: how
    many controls each user gets. ``reuse``: how many users a firm may stand beside, in whatever
    years (queries.matching_reuse). ``caliper``: how far apart sales may lie, or every feature that
    distances are taken of (``caliper_on``). ``adjust``: whether what matched firms still lack in
    the features that distances are taken of is taken off by regression
    (stats.methods.covariate_gap). ``scale``: changes in percent or amounts. ``alive``: which sets
    count at an event time (stats.methods.matched_sets). ``after``: the event time that is looked at
    first.
    """

    year: str = chosen_from("year", default="0")
    span: str = one_of("1", "3", "5")
    size: str = chosen_from("size")
    measure: str = chosen_from("measure")
    against: str = one_of("non_user", "rejected")
    controls: str = one_of("never", "not_yet")
    users: str = one_of("first", "once", "alone")
    strata: str = one_of("standard", "loose", "fine")
    covariates: str = one_of("all", "basic")
    nearest: str = one_of("3", "1", "5")
    reuse: str = one_of(*REUSE)
    caliper: str = one_of("medium", "narrow", "wide")
    caliper_on: str = one_of("sales", "every")
    adjust: str = one_of("regression", "none")
    outcome: str = one_of("sales", "gross_profit", "net_profit", "employee")
    scale: str = one_of("log", "level")
    alive: str = one_of("both_alive", "renormalised", "balanced")
    after: str = one_of("3", "1", "5", "8")

    @property
    def cohorts(self) -> tuple[int, int] | None:
        """The first and the last fiscal year of first uses; None for all."""
        if self.year in ("", "0"):
            return None
        return int(self.year), int(self.year) + int(self.span) - 1

    @property
    def is_log(self) -> bool:
        """Whether changes are percents; of net profit, which changes its sign, they never are."""
        return self.scale == "log" and self.outcome != "net_profit"

    @property
    def untouched(self) -> str:
        """The outcome whose course before the first use tests the comparison: nobody is matched by
        it, and what had not been used yet cannot have moved it."""
        return "gross_profit" if self.outcome == "employee" else "employee"

    @property
    def unit(self) -> str:
        """The unit (store.quantity.Unit) of differences."""
        if self.is_log:
            return "percent"
        return "person" if self.outcome == "employee" else "yen"

    @property
    def matched_by(self) -> dict[str, str]:
        """The choices that decide who is beside whom."""
        return {k: v for k, v in self.to_query().items() if k in _MATCHED_BY}

    @property
    def number(self) -> str:
        """Eight digits that stand for all choices of the comparison; how it is broken down is none
        of them."""
        choices = {k: v for k, v in self.to_query().items() if k != "group"}
        words = "&".join(f"{k}={v}" for k, v in sorted(choices.items()))
        return sha256(words.encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class GroupedParameters(MatchingParameters):
    """The specification with the sub-groups that the difference is broken down by."""

    group: str = one_of(*TRAITS_OF_GROUP)
