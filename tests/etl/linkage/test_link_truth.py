"""The links of the demo world against its truth."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from etl.__main__ import main
from etl.link_master import Master
from etl.link_quality import measure_links, quality
from etl.link_truth import TruthError, counts, measure_truth, truth_report
from etl.linkage.rules import RULES
from store.application import open_application_database
from store.snapshot import current_snapshot
from store.vault import open_vault, vault_path


@pytest.fixture(scope="module")
def truth_dir(demo_dir: Path) -> Path:
    return demo_dir / "inbox.truth"


def test_the_demo_world_is_linked_as_well_as_promised(demo_dir: Path, truth_dir: Path) -> None:
    store_dir = demo_dir / "store"
    engine = open_application_database(f"sqlite:///{store_dir / 'application.db'}")
    records = measure_truth(truth_dir, store_dir, engine)
    engine.dispose()
    made = counts(records)
    assert made["n_right"] / made["n_linked"] >= 0.99
    assert made["n_right"] / made["n_true"] >= 0.95
    # All kinds of typed records are there, and each is linked on its own.
    for _, group in records.groupby("source"):
        made = counts(group)
        assert made["n_right"] / made["n_linked"] >= 0.98
        assert made["n_right"] / made["n_true"] >= 0.9
    assert truth_report(records).splitlines()[-1].startswith("overall precision=")


def test_every_link_of_the_demo_world_tells_its_evidence(demo_dir: Path) -> None:
    store_dir = demo_dir / "store"
    snapshot = current_snapshot(store_dir)
    assert snapshot is not None
    with open_vault(store_dir, snapshot) as vault:
        links = vault.execute(
            "SELECT status, corporate_number, candidate_number, rule, score, evidence "
            "FROM party_link"
        ).fetchall()
    assert links
    for status, linked, candidate, rule, score, evidence in links:
        assert rule in RULES
        assert (linked is not None) == (status == "linked")
        assert 0 <= score <= 1
        found = json.loads(evidence)
        if status == "linked" and rule != "number_unregistered":
            assert found["name"]
            assert found["name_agreement"]
            assert found["place_agreement"]
        if status == "review":
            assert candidate


def test_a_vault_serves_as_the_register_of_a_measurement(demo_dir: Path) -> None:
    store_dir = demo_dir / "store"
    snapshot = current_snapshot(store_dir)
    assert snapshot is not None
    with open_vault(store_dir, snapshot) as vault:
        named = vault.execute(
            """
            SELECT corporate_number, name AS written_name, name AS registered_name,
                   '0 identical' AS mismatch_class, address
            FROM identity SEMI JOIN name_history USING (corporate_number)
            WHERE address IS NOT NULL ORDER BY corporate_number LIMIT 200
            """
        ).df()
    alone, _ = measure_links(named, Master(vault=vault_path(store_dir, snapshot)))
    made = quality(alone)
    assert made["precision"] == 1.0
    assert made["recall"] > 0.98
    assert (alone.rule == "name_and_address").mean() > 0.95


def test_the_truth_of_another_world_is_refused(
    demo_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["link-quality", "--truth", str(tmp_path), "--store", str(demo_dir / "store")]
    assert main(arguments) == 1
    assert "links.parquet" in capsys.readouterr().err
    engine = open_application_database(f"sqlite:///{tmp_path / 'application.db'}")
    with pytest.raises(TruthError):
        measure_truth(demo_dir / "inbox.truth", tmp_path, engine)
    engine.dispose()
