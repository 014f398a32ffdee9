"""What must hold whatever comes: order, strangers, and the join rules against a slow reader."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from etl.linkage.names import parse_name
from tests.etl.deliveries import number
from tests.etl.linkage.little_register import CHIYODA, FUKUI, SABAE, Firm, Link, Party, link

_CORES = ("試験", "試験工業", "データ", "デタ", "髙橋商店", "東西物産", "第一試験", "A-1")
_NAMES = [
    form.format(core) for core in _CORES for form in ("株式会社{}", "{}株式会社", "有限会社{}")
]
_STREETS = ("本町１丁目２番３号", "大字東町４５番地", "")
_PLACES = (SABAE, FUKUI, CHIYODA)

_FIRMS = st.lists(
    st.builds(
        Firm,
        st.integers(1, 8),
        st.sampled_from(_NAMES),
        st.sampled_from(_PLACES),
        st.sampled_from(_STREETS),
    ),
    max_size=8,
    unique_by=lambda firm: firm.base,
)
_PARTIES = st.lists(
    st.builds(
        Party,
        name=st.sampled_from([*_NAMES, *_CORES, "㈱試験", "株式会社試験東京支店", "その他", None]),
        address=st.sampled_from(
            [None, "福井県鯖江市本町1-2-3", "鯖江市東町45", "福井県", "東京都千代田区本町1丁目2-3"]
        ),
        number=st.sampled_from([None, *(number(base) for base in range(1, 5))]),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda party: party.hash,
)
_FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


def links(firms: list[Firm], parties: list[Party]) -> list[Link]:
    with tempfile.TemporaryDirectory() as folder:
        return link(Path(folder), firms, parties)


@_FEW
@given(_FIRMS, _PARTIES, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    firms: list[Firm], parties: list[Party], order: random.Random
) -> None:
    before = dict(zip((p.hash for p in parties), links(firms, parties), strict=True))
    order.shuffle(firms)
    order.shuffle(parties)
    assert dict(zip((p.hash for p in parties), links(firms, parties), strict=True)) == before


@_FEW
@given(_FIRMS, _PARTIES)
def test_an_unrelated_firm_changes_nothing(firms: list[Firm], parties: list[Party]) -> None:
    stranger = Firm(99, "株式会社まったく別の名称", ("北海道", "小樽市", "01", "203"), "色内１丁目")
    assert links([*firms, stranger], parties) == links(firms, parties)


@_FEW
@given(_FIRMS, _PARTIES)
@example(
    [Firm(1, "株式会社データ", SABAE), Firm(2, "データ株式会社", SABAE)],
    [Party("株式会社データ", "福井県")],
)
def test_a_namesake_never_moves_a_link_to_itself_without_a_better_place(
    firms: list[Firm], parties: list[Party]
) -> None:
    """A firm of the same name in a place that no party wrote can only make a link doubtful."""
    before = links(firms, parties)
    namesakes = [
        Firm(50 + firm.base, firm.name, ("北海道", "小樽市", "01", "203"), "色内１丁目")
        for firm in firms
    ]
    for old, new in zip(before, links([*firms, *namesakes], parties), strict=True):
        if old.status == "linked" and new.status == "linked":
            assert new.corporate_number == old.corporate_number


@_FEW
@given(_FIRMS, _PARTIES)
def test_links_follow_a_slow_reader(firms: list[Firm], parties: list[Party]) -> None:
    """The exact rules, one firm after the other in plain Python."""
    for party, made in zip(parties, links(firms, parties), strict=True):
        own = next((firm for firm in firms if firm.number == party.number), None)
        key = parse_name(party.name or "").key
        same = [firm for firm in firms if key and parse_name(firm.name).key == key]
        if own and key and own in same:
            assert (made.rule, made.corporate_number) == ("number_and_name", own.number)
        if own and made.status == "linked" and party.name and party.name != "その他":
            assert made.corporate_number == own.number
        if own is None and party.number is None and party.address is None and same:
            if len(same) == 1:
                assert (made.rule, made.corporate_number) == ("name_alone", same[0].number)
            else:
                assert (made.rule, made.status) == ("ambiguous_name", "unlinked")
        if made.status == "linked":
            assert made.corporate_number is not None
            assert made.candidate_number is None
            assert made.score >= 0.95
        else:
            assert made.corporate_number is None
