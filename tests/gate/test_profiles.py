"""Mapping profiles at the gate: only operators, what is kept, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import g
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import join
from gate import profiles
from gate.actor import Role
from gate.errors import Refused
from store.application import AuditRecord
from store.mapping_profile import MappingProfile, ProfileError
from store.profile_file import read_profile
from tests.gate.little_store import QUESTIONS, Application, actor, layout, settings_for

PROFILE = MappingProfile(
    name="own_sheet",
    title="自分の様式",
    system="own_sheet",
    columns={"番号": "record_number", "日": "consulted_date", "内容": "topic", "公開": "anonymity"},
    constants={"organisation_name": "みやぎ商工会"},
    words={"topic": {"資金": "finance"}, "anonymity": {"可": "named"}},
)
SAMPLE = "番号,日,内容,公開\n1,R6.4.1,資金,可\n2,R6.4.31,資金,可\n".encode("cp932")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Application]:
    built = Application(join(settings_for(tmp_path), QUESTIONS, layout, ""))
    with built.server.test_request_context("/"):
        g.actor = actor(Role.OPERATOR)
        yield built
    built.gate.reader.close()
    built.engine.dispose()


def test_the_shipped_profiles_are_there_from_the_start(served: Application) -> None:
    known = profiles.all_profiles()
    assert {"tougou_db", "toas", "bizmill"} <= known.shipped.keys()
    assert not known.own
    assert not known.broken


def test_a_kept_profile_stands_in_the_place_of_a_shipped_one(
    served: Application, tmp_path: Path
) -> None:
    profiles.save(PROFILE)
    profiles.save(replace(PROFILE, name="toas"))
    known = profiles.all_profiles()
    assert known.own["own_sheet"] == PROFILE
    assert known.get("toas") == replace(PROFILE, name="toas")
    assert read_profile(tmp_path / "store" / "profiles" / "own_sheet.toml") == PROFILE


def test_a_profile_that_cannot_be_used_is_not_kept(served: Application, tmp_path: Path) -> None:
    for broken in (
        replace(PROFILE, name="../x"),
        replace(PROFILE, title=""),
        MappingProfile("a", "b", "c"),
    ):
        with pytest.raises(ProfileError):
            profiles.save(broken)
    assert not list(tmp_path.rglob("*.toml"))


def test_a_broken_file_of_the_folder_is_named_with_what_is_wrong(
    served: Application, tmp_path: Path
) -> None:
    profiles.save(PROFILE)
    (tmp_path / "store" / "profiles" / "bad.toml").write_text("title = ", encoding="utf-8")
    known = profiles.all_profiles()
    assert [problem.key for problem in known.broken["bad"]] == ["not_toml"]
    assert "own_sheet" in known.own


def test_a_sample_shows_its_columns_with_their_first_values(served: Application) -> None:
    sample = profiles.read_sample(SAMPLE)
    assert sample.header == ("番号", "日", "内容", "公開")
    assert sample.examples[0] == ("1", "2")
    assert sample.values[2] == ("資金",)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"x" * 300_000, b"\n\n", ("a," * 600).encode()]
)
def test_what_is_no_table_is_refused(served: Application, content: bytes) -> None:
    with pytest.raises(profiles.BadSample):
        profiles.read_sample(content)


def test_a_trial_reads_as_the_intake_would_and_keeps_nothing(
    served: Application, tmp_path: Path
) -> None:
    trial = profiles.attempt(PROFILE, SAMPLE)
    assert trial.reason == ""
    assert list(trial.frame["topic"]) == ["finance"]
    assert list(trial.frame["organisation_name"]) == ["みやぎ商工会"]
    assert [(r.line, r.reason) for r in trial.refused] == [(3, "invalid_date")]
    assert not list(tmp_path.rglob("*.toml"))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPERATOR])
def test_nobody_but_an_operator_sees_tries_or_keeps(
    served: Application, tmp_path: Path, role: Role
) -> None:
    g.actor = actor(role)
    for refused in (
        profiles.all_profiles,
        lambda: profiles.read_sample(SAMPLE),
        lambda: profiles.attempt(PROFILE, SAMPLE),
        lambda: profiles.save(PROFILE),
    ):
        with pytest.raises(Refused):
            refused()
    assert not list(tmp_path.rglob("*.toml"))


def test_trying_and_keeping_are_in_the_audit_log(served: Application) -> None:
    profiles.attempt(PROFILE, SAMPLE)
    profiles.save(PROFILE)
    with Session(served.engine) as session:
        records = list(session.scalars(select(AuditRecord).order_by(AuditRecord.audit_id)))
    assert [(r.username, r.action, r.subject) for r in records] == [
        ("operator", "trial", "mapping_profile"),
        ("operator", "save", "mapping_profile"),
    ]
    assert records[1].detail == {"name": "own_sheet", "source": "consultation", "n_column": 4}
