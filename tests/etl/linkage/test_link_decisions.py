"""What an operator decides stands, in this run and in every later one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from etl.linkage import Decision
from store.application import open_application_database
from store.link_records import Verdict, add_decision, read_decisions
from store.migration import upgrade
from tests.etl.deliveries import number
from tests.etl.linkage.little_register import FUKUI, Firm, Party, link

FIRM = Firm(1, "株式会社試験製作所")
TWIN = Firm(2, "株式会社試験製作所", street="東町４番５号")
PARTY = Party(FIRM.name, "福井県鯖江市")


def decided(party: Party, base: int, verdict: Verdict) -> Decision:
    return Decision(party.hash, number(base), verdict, "operator", datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_confirmed_link_is_linked(tmp_path: Path) -> None:
    made = link(tmp_path, [FIRM, TWIN], [PARTY], [decided(PARTY, 2, "confirmed")])[0]
    assert (made.status, made.corporate_number) == ("linked", number(2))
    assert (made.rule, made.score) == ("operator_confirmed", 1.0)


def test_a_confirmed_link_stands_against_number_and_register(tmp_path: Path) -> None:
    party = Party("株式会社よそ", number=number(1))
    made = link(tmp_path, [FIRM], [party], [decided(party, 9, "confirmed")])[0]
    assert made.corporate_number == number(9)


def test_a_refused_firm_is_never_shown_again(tmp_path: Path) -> None:
    refusals = [decided(PARTY, 1, "refused")]
    made = link(tmp_path, [FIRM, TWIN], [PARTY], refusals)[0]
    # The twin is shown, but not linked by itself because the other one is gone.
    assert (made.status, made.candidate_number) == ("review", number(2))
    both = [*refusals, decided(PARTY, 2, "refused")]
    made = link(tmp_path, [FIRM, TWIN], [PARTY], both)[0]
    assert (made.status, made.candidate_number, made.rule) == ("unlinked", None, "operator_refused")


def test_a_refused_number_is_not_linked_and_the_name_is_looked_at(tmp_path: Path) -> None:
    other = Firm(2, "株式会社よそ", FUKUI)
    party = Party("株式会社よそ", "福井県福井市本町1-2-3", number=number(1))
    made = link(tmp_path, [FIRM, other], [party], [decided(party, 1, "refused")])[0]
    assert (made.status, made.candidate_number) == ("review", number(2))
    sound = replace(PARTY, number=number(1))
    made = link(tmp_path, [FIRM], [sound], [decided(sound, 1, "refused")])[0]
    assert (made.status, made.corporate_number) == ("unlinked", None)


@pytest.mark.parametrize(
    ("verdicts", "linked"),
    [
        ([(1, "confirmed"), (2, "confirmed")], 2),
        ([(1, "confirmed"), (2, "refused")], 1),
        ([(1, "refused"), (1, "confirmed")], 1),
        ([(1, "confirmed"), (1, "refused")], None),
    ],
)
def test_the_last_word_counts(
    tmp_path: Path, verdicts: list[tuple[int, Verdict]], linked: int | None
) -> None:
    decisions = [decided(PARTY, base, verdict) for base, verdict in verdicts]
    made = link(tmp_path, [FIRM, TWIN], [PARTY], decisions)[0]
    assert made.corporate_number == (number(linked) if linked else None)


def test_decisions_are_kept_in_order_and_survive_a_second_run(tmp_path: Path) -> None:
    engine = open_application_database(f"sqlite:///{tmp_path / 'application.db'}")
    upgrade(engine)
    add_decision(engine, PARTY.hash, number(1), "refused", "hanako")
    add_decision(engine, PARTY.hash, number(2), "confirmed", "taro")
    add_decision(engine, "0" * 32, number(2), "refused", "taro")
    kept = read_decisions(engine)
    assert [(d.verdict, d.decided_by) for d in kept] == [
        ("refused", "hanako"), ("confirmed", "taro"), ("refused", "taro"),
    ]  # fmt: skip
    assert read_decisions(engine, [PARTY.hash]) == kept[:2]
    first, second = (link(tmp_path, [TWIN, FIRM], [PARTY], kept) for _ in range(2))
    assert first == second
    assert first[0].corporate_number == number(2)
    with pytest.raises(ValueError, match="maybe"):
        add_decision(engine, PARTY.hash, number(1), "maybe", "taro")  # type: ignore[arg-type]
    engine.dispose()


def test_a_decision_on_an_unknown_party_does_nothing(tmp_path: Path) -> None:
    stray = Decision("f" * 32, number(1), "confirmed", "operator", datetime(2026, 1, 1))  # noqa: DTZ001
    assert link(tmp_path, [FIRM], [PARTY], [stray]) == link(tmp_path, [FIRM], [PARTY])
