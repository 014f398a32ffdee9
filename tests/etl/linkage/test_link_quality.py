"""The command that measures the linkage counts rightly and does not look at the labels."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from etl.__main__ import main
from etl.link_master import Master, find_master
from etl.link_quality import LabelError, measure_links, quality, read_labels
from language import text
from tests.etl.deliveries import number

CLASSES = ("0 identical", "1 forms", "3 legal form", "8 other")


def labels(*rows: tuple[str, str, str, int], address: str | None = None) -> pd.DataFrame:
    """Rows of written name, registered name, class and base of the number."""
    frame = pd.DataFrame(
        [(number(base), written, registered, kind) for written, registered, kind, base in rows],
        columns=["corporate_number", "written_name", "registered_name", "mismatch_class"],
    )
    return frame if address is None else frame.assign(address=address)


LITTLE = labels(
    ("株式会社あ試験", "株式会社あ試験", CLASSES[0], 1),
    ("㈱い試験", "株式会社い試験", CLASSES[1], 2),
    ("株式会社う試験", "株式会社う試験", CLASSES[0], 3),
    ("株式会社う試験", "株式会社う試験", CLASSES[0], 4),
    ("株式会社あ試験", "株式会社え別名", CLASSES[3], 5),
)


def test_links_are_counted_right_wrong_and_missed() -> None:
    alone, numbered = measure_links(LITTLE, Master())
    # Two firms of one name cannot be told apart: no link rather than a wrong one.
    assert alone.found.isna().tolist() == [False, False, True, True, False]
    assert quality(alone) == {
        "n": 5, "n_linked": 3, "n_right": 2, "n_wrong": 1,
        "precision": pytest.approx(2 / 3), "recall": pytest.approx(2 / 4),
    }  # fmt: skip
    assert alone.raw_found.notna().sum() == 2
    assert alone.key_found.notna().sum() == 3
    # With the number as written all is found, and the other firm's name is a conflict.
    assert numbered.found.tolist()[:4] == LITTLE.corporate_number.tolist()[:4]
    assert numbered.rule.tolist()[4] == "number_name_conflict"


def test_the_label_is_never_an_input() -> None:
    """Numbers exchanged among the rows change what is right, not what is linked to which name."""
    exchanged = LITTLE.assign(corporate_number=list(reversed(LITTLE.corporate_number)))
    alone, _ = measure_links(exchanged, Master())
    names = dict(zip(exchanged.corporate_number, exchanged.registered_name, strict=True))
    before, _ = measure_links(LITTLE, Master())
    names_before = dict(zip(LITTLE.corporate_number, LITTLE.registered_name, strict=True))
    assert (
        alone.found.map(names).dropna().tolist() == before.found.map(names_before).dropna().tolist()
    )


def test_an_address_without_a_place_in_the_register_does_no_harm() -> None:
    alone, _ = measure_links(LITTLE.assign(address="福井県鯖江市本町1-2-3"), Master())
    assert alone.found.isna().tolist() == [False, False, True, True, False]


def test_the_command_ends_with_the_line_for_machines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "names.csv"
    LITTLE.to_csv(path, index=False)
    empty = tmp_path / "register.csv"
    empty.write_text(
        "corporate_number,process,update_date,change_date,name,kind,pref_name,city_name,street,"
        "pref_code,city_code,close_date,close_cause,successor_cn\n"
        f"{number(7)},01,2024-01-01,2024-01-01,株式会社あ試験,301,福井県,鯖江市,本町１,18,207,,,\n",
        encoding="utf-8",
    )
    arguments = ["link-quality", str(path), "--store", str(tmp_path / "none")]
    assert main([*arguments, "--register", str(empty)]) == 0
    lines = capsys.readouterr().out.splitlines()
    # The register file adds a namesake of あ試験, so that only い試験 is linked.
    assert lines[-1] == "overall precision=1.0000 recall=0.2500"
    assert any(line.startswith(CLASSES[1]) for line in lines)
    assert main(["link-quality", "--store", str(tmp_path / "none")]) == 2


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(LabelError, match="corporate_number"):
        read_labels(path)


def test_a_cp932_file_with_quotes_and_commas_is_read(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    frame = labels(('株式会社"試験",店', "株式会社試験", CLASSES[3], 1))
    frame.to_csv(path, index=False, encoding="cp932")
    assert read_labels(path).equals(frame)


@pytest.mark.shared
def test_real_names_are_linked_as_well_as_promised(shared_data: Path) -> None:
    path = shared_data / "rs" / "typed_vs_registered_names.csv"
    alone, numbered = measure_links(read_labels(path), find_master(path, None))
    made, base = quality(alone), quality(alone, "key_found")
    assert made["precision"] >= 0.995
    assert made["recall"] >= 0.95
    assert made["recall"] > base["recall"]
    given = quality(numbered)
    assert given["precision"] >= 0.999
    assert given["recall"] >= 0.999
    # Most numbers of another firm are seen to be that.
    odd = numbered[numbered.mismatch_class.str.startswith("8")]
    assert (odd.status == "review").mean() > 0.9
    # No rule is surer of itself than it is right, as far as numbers that small can tell.
    for rule, group in alone[alone.found.notna()].groupby("rule"):
        right = (group.found == group.corporate_number).mean()
        assert len(group) < 50 or right >= group.score.mean() - 0.005, text(f"link_rule.{rule}")
