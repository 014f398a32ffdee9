"""Parameters are closed: what the snapshot does not publish cannot be asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.award_list import AwardListParameters
from queries.parameters import AwardParameters, CreditMapParameters, ParameterError
from store.members import Member, Members


def _member(code: str, parent: str = "") -> Member:
    return Member(code, code, code, "", parent)


MEMBERS = Members(
    domains={
        "region": {code: _member(code) for code in ("b02", "04", "04100")},
        "industry": {code: _member(code) for code in ("E", "?")},
        "programme": {"gotech": _member("gotech")},
        "year": {code: _member(code) for code in ("2022", "2023", "0")},
    },
    defaults={"year": "2023"},
)


def test_an_empty_address_takes_the_published_defaults() -> None:
    assert AwardParameters.from_query({}, MEMBERS) == AwardParameters(year="2023")


@given(
    region=st.sampled_from(["", "b02", "04", "04100"]),
    industry=st.sampled_from(["", "E", "?"]),
    year=st.sampled_from(["2022", "2023", "0"]),
    programme=st.sampled_from(["", "gotech"]),
)
def test_an_address_read_and_written_gives_itself(
    region: str, industry: str, year: str, programme: str
) -> None:
    asked = AwardParameters(region, industry, year, programme)
    assert AwardParameters.from_query(asked.to_query(), MEMBERS) == asked


@given(growth_of=st.sampled_from(["sales", "employees"]), window=st.sampled_from(["3", "1"]))
def test_an_address_names_a_tacit_choice_only_where_it_is_not_the_default(
    growth_of: str, window: str
) -> None:
    asked = CreditMapParameters(year="0", growth_of=growth_of, window=window)
    address = asked.to_query()
    assert CreditMapParameters.from_query(address, MEMBERS) == asked
    assert address.get("growth_of") == (None if growth_of == "sales" else growth_of)
    named = CreditMapParameters.from_query({**address, "growth_of": growth_of}, MEMBERS)
    assert named == asked


@given(st.text(min_size=1))
def test_an_unpublished_value_is_refused(value: str) -> None:
    if value in MEMBERS.of("region"):
        return
    with pytest.raises(ParameterError) as refusal:
        AwardParameters.from_query({"region": value}, MEMBERS)
    assert (refusal.value.name, refusal.value.value) == ("region", value)


@pytest.mark.parametrize("value", ["-1", "1e3", "１０", "99999999999", "x"])
def test_a_window_outside_its_bounds_is_refused(value: str) -> None:
    with pytest.raises(ParameterError):
        AwardListParameters.from_query({"start": value}, MEMBERS)


def test_an_order_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ParameterError):
        AwardListParameters.from_query({"order": "name"}, MEMBERS)


@given(st.sampled_from(["region", "industry", "year", "programme"]))
def test_an_empty_value_is_read_as_an_absent_one(name: str) -> None:
    """What is not written into an address must not mean something else when it is read back."""
    empty = AwardParameters.from_query({name: ""}, MEMBERS)
    assert empty == AwardParameters.from_query({}, MEMBERS)
    assert AwardParameters.from_query(empty.to_query(), MEMBERS) == empty
