"""Telephone numbers meet in their digits; numbers of nobody are none."""

from __future__ import annotations

import pytest

from etl.linkage.telephones import telephone_key


@pytest.mark.parametrize(
    "written",
    ["03-1234-9876", "０３（１２３４）９８７６", "+81-3-1234-9876", "81312349876",
     "0312349876 内線12", "312349876"],
)  # fmt: skip
def test_writings_of_one_number_meet(written: str) -> None:
    assert telephone_key(written) == "0312349876"


@pytest.mark.parametrize(
    "written", ["", "なし", "000-0000-0000", "0312345678", "1234", "03-1111-1111"]
)
def test_numbers_of_nobody_are_none(written: str) -> None:
    assert telephone_key(written) == ""
