"""Each rule links what it should, and puts in doubt what it must not link."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from etl.linkage.rules import RULES
from language import speaking, text
from tests.etl.deliveries import number
from tests.etl.linkage.little_register import CHIYODA, FUKUI, SABAE, Firm, Link, Party, link

FIRM = Firm(1, "株式会社試験製作所")
SOUND = number(1)
ADDRESS = "福井県鯖江市本町一丁目2-3"


def one(tmp_path: Path, firms: list[Firm], party: Party) -> Link:
    return link(tmp_path, firms, [party])[0]


def test_every_rule_and_status_has_its_words() -> None:
    for language in ("ja", "en"):
        with speaking(language):
            for rule in RULES:
                assert text(f"link_rule.{rule}")
                assert text(f"link_rule_meaning.{rule}")
            for status in ("linked", "review", "unlinked", "several"):
                assert text(f"link_status.{status}")


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("(株)試験製作所", "number_and_name"),
        ("株式会社旧試験", "number_and_old_name"),
        ("試験製作所", "number_and_core"),
        ("試験製作所株式会社", "number_and_core"),
        ("株式会社試験製作所 福井支店", "number_and_branch"),
        ("株式会社誠験製作所", "number_and_similar_name"),
        ("試験", "number_and_similar_name"),
        (None, "number_only"),
    ],
)
def test_a_number_is_linked_when_its_name_agrees(
    tmp_path: Path, name: str | None, rule: str
) -> None:
    firm = replace(FIRM, old=(("株式会社旧試験", SABAE, "本町９丁目"),))
    made = one(tmp_path, [firm], Party(name, number=SOUND))
    assert (made.status, made.corporate_number, made.rule) == ("linked", SOUND, rule)


def test_a_number_of_another_firm_is_never_linked_silently(tmp_path: Path) -> None:
    other = Firm(2, "株式会社よそ商店", FUKUI)
    party = Party("株式会社よそ商店", "福井県福井市本町1-2-3", number=SOUND)
    made = one(tmp_path, [FIRM, other], party)
    assert (made.status, made.rule) == ("review", "number_name_conflict")
    assert made.corporate_number is None
    # The firm that the name and the address mean is proposed, and the number's firm is named.
    assert made.candidate_number == number(2)
    assert made.evidence["number_name"] == FIRM.name
    assert made.evidence["place_agreement"] == "address"


def test_the_number_s_firm_is_the_candidate_where_no_other_is_found(tmp_path: Path) -> None:
    made = one(tmp_path, [FIRM], Party("有限会社だれも知らない", number=SOUND))
    assert (made.status, made.rule, made.candidate_number) == (
        "review", "number_name_conflict", SOUND,
    )  # fmt: skip


def test_a_similar_name_that_another_firm_bears_is_a_conflict(tmp_path: Path) -> None:
    other = Firm(2, "株式会社誠験製作所", FUKUI)
    party = Party("株式会社誠験製作所", number=SOUND)
    assert one(tmp_path, [FIRM, other], party).rule == "number_name_conflict"
    # At the address of the number's own firm it is a slip.
    slip = replace(party, address=ADDRESS)
    assert one(tmp_path, [FIRM, other], slip).rule == "number_and_similar_name"


def test_a_name_nobody_bears_at_the_firm_s_address_is_linked_by_number(tmp_path: Path) -> None:
    party = Party("テストワークス", ADDRESS, number=SOUND)
    made = one(tmp_path, [FIRM], party)
    assert (made.status, made.rule) == ("linked", "number_and_address")


def test_a_merged_firm_keeps_its_number_and_tells_its_successor(tmp_path: Path) -> None:
    gone = Firm(2, "株式会社消滅", close_date=date(2023, 4, 1), successor=1)
    old, new = link(
        tmp_path,
        [FIRM, gone],
        [Party("株式会社消滅", number=number(2)), Party("株式会社消滅", number=SOUND)],
    )
    assert (old.status, old.corporate_number, old.rule) == ("linked", number(2), "number_and_name")
    assert old.evidence["survivor_number"] == SOUND
    assert old.evidence["closed_date"] == "2023-04-01"
    assert (new.corporate_number, new.rule) == (SOUND, "number_and_merged_name")
    heir = one(tmp_path, [FIRM, gone], Party(FIRM.name, number=number(2)))
    assert (heir.corporate_number, heir.rule) == (number(2), "number_and_merged_name")


def test_a_number_outside_the_register_is_taken_unless_the_name_says_otherwise(
    tmp_path: Path,
) -> None:
    unknown = Party("株式会社未登録", number=number(9))
    made = one(tmp_path, [FIRM], unknown)
    assert (made.status, made.corporate_number, made.rule) == (
        "linked", number(9), "number_unregistered",
    )  # fmt: skip
    made = one(tmp_path, [FIRM], Party(FIRM.name, ADDRESS, number=number(9)))
    assert (made.status, made.rule, made.candidate_number) == (
        "review", "number_name_conflict", SOUND,
    )  # fmt: skip


def test_a_mistyped_number_supports_the_name(tmp_path: Path) -> None:
    slipped = SOUND[:-1] + str((int(SOUND[-1]) + 1) % 10)
    made = one(tmp_path, [FIRM], Party("試験製作所", number=slipped, status="invalid"))
    assert (made.status, made.corporate_number, made.rule) == (
        "linked", SOUND, "similar_number_and_name",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "address", "rule", "status"),
    [
        ("㈱試験製作所", ADDRESS, "name_and_address", "linked"),
        ("㈱試験製作所", "鯖江市本町1丁目2番地の3", "name_and_address", "linked"),
        ("㈱試験製作所", "福井県鯖江市東町9-9", "name_and_municipality", "linked"),
        ("㈱試験製作所", "福井県福井市大手1-1", "name_and_prefecture", "linked"),
        ("㈱試験製作所", None, "name_alone", "linked"),
        ("㈱試験製作所", "北海道小樽市色内1-1", "place_differs", "review"),
        ("㈱旧試験", "東京都千代田区丸の内1-1-1", "old_name_and_address", "linked"),
        ("㈱旧試験", None, "old_name_alone", "linked"),
        ("試験製作所", ADDRESS, "core_and_address", "linked"),
        ("試験製作所", "福井県鯖江市", "core_and_municipality", "review"),
        ("㈱試験製作所小樽支店", "北海道小樽市色内1-1", "branch_elsewhere", "linked"),
        ("㈱試験誠作所", ADDRESS, "similar_name_and_address", "linked"),
        ("㈱試験誠作所", "福井県鯖江市東町9-9", "similar_name_and_municipality", "review"),
        ("株式会社無関係", ADDRESS, "no_candidate", "unlinked"),
        (None, ADDRESS, "no_name", "unlinked"),
        ("その他", None, "not_one_firm", "several"),
        ("㈱試験製作所ほか2社", None, "not_one_firm", "several"),
    ],
)
def test_without_a_number_name_and_place_decide(
    tmp_path: Path, name: str | None, address: str | None, rule: str, status: str
) -> None:
    firm = replace(FIRM, old=(("株式会社旧試験", CHIYODA, "丸の内１丁目１番１号"),))
    made = one(tmp_path, [firm], Party(name, address))
    assert (made.rule, made.status) == (rule, status)
    assert (made.corporate_number == SOUND) == (status == "linked")
    if name and "ほか" in name:
        assert made.candidate_number == SOUND


def test_a_distinctive_name_is_linked_wherever_its_office_is(tmp_path: Path) -> None:
    firm = replace(FIRM, name="株式会社福井めがね試験工房")
    made = one(tmp_path, [firm], Party("㈱福井めがね試験工房", "東京都港区芝1-1"))
    assert (made.status, made.rule) == ("linked", "name_elsewhere")


def test_two_firms_of_one_name_are_told_apart_by_place_or_not_at_all(tmp_path: Path) -> None:
    twin = replace(FIRM, base=2, place=FUKUI)
    parties = [Party(FIRM.name), Party(FIRM.name, "福井県福井市"), Party(FIRM.name, ADDRESS)]
    nowhere, fukui, sabae = link(tmp_path, [FIRM, twin], parties)
    assert (nowhere.status, nowhere.rule) == ("unlinked", "ambiguous_name")
    assert nowhere.evidence["n_same_name"] == 2
    assert (fukui.status, fukui.corporate_number) == ("linked", number(2))
    assert (sabae.status, sabae.corporate_number) == ("linked", SOUND)


def test_twins_of_one_town_are_shown_to_an_operator(tmp_path: Path) -> None:
    twin = replace(FIRM, base=2, street="東町４番５号")
    made = one(tmp_path, [FIRM, twin], Party(FIRM.name, "福井県鯖江市"))
    assert (made.status, made.rule) == ("review", "ambiguous_name")
    assert made.candidate_number in (SOUND, number(2))
    assert made.evidence["n_alternative"] == 1


def test_who_bears_the_name_now_is_meant_only_where_the_place_agrees(tmp_path: Path) -> None:
    former = Firm(2, "株式会社改名後", FUKUI, old=((FIRM.name, SABAE, "東町４番５号"),))
    alone, placed = link(
        tmp_path, [FIRM, former], [Party(FIRM.name), Party(FIRM.name, "福井県鯖江市")]
    )
    assert alone.status == "review"
    assert (placed.status, placed.corporate_number) == ("linked", SOUND)


def test_a_closed_namesake_does_not_stand_against_a_living_firm(tmp_path: Path) -> None:
    closed = replace(FIRM, base=2, place=FUKUI, close_date=date(2021, 1, 1))
    made = one(tmp_path, [FIRM, closed], Party(FIRM.name))
    assert (made.status, made.corporate_number) == ("linked", SOUND)
    # One that was merged into the living firm may be meant as well as that.
    merged = replace(closed, successor=1)
    assert one(tmp_path, [FIRM, merged], Party(FIRM.name)).status == "review"


def test_a_firm_at_the_address_stands_against_a_namesake_elsewhere(tmp_path: Path) -> None:
    there, party = Firm(2, "試験製作所株式会社"), Party(FIRM.name, ADDRESS)
    # In another city the namesake is beaten; in another street of the town nobody can tell.
    made = one(tmp_path, [replace(FIRM, place=FUKUI), there], party)
    assert (made.status, made.corporate_number) == ("linked", number(2))
    made = one(tmp_path, [replace(FIRM, street="東町４番５号"), there], party)
    assert (made.status, made.rule) == ("review", "name_against_address")


def test_group_firms_at_one_address_are_not_taken_for_slips(tmp_path: Path) -> None:
    made = one(tmp_path, [Firm(1, "株式会社第一試験工業")], Party("株式会社第二試験工業", ADDRESS))
    assert made.status != "linked"


def test_a_sole_proprietor_is_not_taken_for_a_company_of_the_municipality(tmp_path: Path) -> None:
    made = one(tmp_path, [Firm(1, "株式会社山田商店")], Party("山田商店", "福井県鯖江市東町9-9"))
    assert made.status != "linked"


def test_a_telephone_or_gbizid_of_a_linked_party_finds_its_firm(tmp_path: Path) -> None:
    known = Party(FIRM.name, number=SOUND, telephone="0778-51-9999", gbizid="g-1")
    by_phone = Party("試験製作", telephone="0778519999")
    by_id = Party("試験製作", gbizid="g-1")
    other = Party("山田商店", telephone="0778519999")
    _, phone, gbizid, stranger = link(tmp_path, [FIRM], [known, by_phone, by_id, other])
    assert (phone.corporate_number, phone.rule) == (SOUND, "telephone_and_name")
    assert (gbizid.corporate_number, gbizid.rule) == (SOUND, "gbizid_and_name")
    assert stranger.status == "unlinked"


def test_the_hint_of_a_prefecture_speaks_for_a_firm_only(tmp_path: Path) -> None:
    twin = replace(FIRM, base=2, place=CHIYODA)
    fukui, far = link(
        tmp_path, [FIRM, twin], [Party(FIRM.name, hint="18"), Party("㈱試験製作所", hint="01")]
    )
    assert (fukui.status, fukui.candidate_number) == ("review", SOUND)
    assert far.rule == "ambiguous_name"


def test_an_empty_register_links_by_number_alone(tmp_path: Path) -> None:
    numbered, named = link(tmp_path, [], [Party("株式会社試験", number=SOUND), Party("試験")])
    assert (numbered.status, numbered.rule) == ("linked", "number_unregistered")
    assert named.status == "unlinked"


def test_a_name_alone_is_not_enough_where_the_register_is_known_to_lack_firms(
    tmp_path: Path,
) -> None:
    """Sixty parties wrote numbers; a register that knows few of them knows few of the names."""
    others = [Firm(100_001_000_000 + n, f"株式会社登録{n}号店", FUKUI) for n in range(60)]
    written = [Party(firm.name, number=firm.number) for firm in others]
    here = Party("㈱試験製作所")
    away = Party("㈱試験製作所", "北海道小樽市色内1-1")
    placed = Party("㈱試験製作所", ADDRESS)
    parties = [*written, here, away, placed]
    complete = link(tmp_path, [FIRM, *others], parties)[-3:]
    assert [made.status for made in complete] == ["linked", "linked", "linked"]
    partial = link(tmp_path, [FIRM, *others[:10]], parties)[-3:]
    assert [made.status for made in partial] == ["review", "review", "linked"]
