"""Mapping profiles: written and read back, and everything that may be wrong with one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language import LANGUAGES, catalogue
from store.mapping_profile import TARGETS, UNITS, MappingProfile, ProfileError, problems_of
from store.profile_file import parse_profile, profile_text, read_profiles, write_profile

SOUND = MappingProfile(
    name="mine",
    title="試験",
    system="mine",
    columns={
        "番号": "record_number", "日": "consulted_date", "区分": "topic",
        "売上": "sales_yen", "名": "organisation_name",
    },
    units={"sales_yen": "yen"},
    words={"topic": {"お金": "finance"}},
    constants={"anonymity": "named"},
)  # fmt: skip

TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp")), max_size=20)


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"name": "../mine"}, "bad_name"),
        ({"name": "Mine"}, "bad_name"),
        ({"system": ""}, "bad_name"),
        ({"title": " "}, "no_title"),
        ({"title": "a\u202eb"}, "bad_text"),
        ({"ignored": ("x" * 201,)}, "bad_text"),
        ({"source": "nta_register"}, "unknown_source"),
        ({"columns": {**SOUND.columns, "色": "colour"}}, "unknown_item"),
        ({"constants": {"anonymity": "named", "topic": "tax"}}, "item_twice"),
        ({"columns": {**SOUND.columns, "　日": "measure"}}, "header_twice"),
        ({"ignored": ("番号",)}, "header_twice"),
        ({"constants": {}}, "item_missing"),
        ({"ignored": tuple(map(str, range(600)))}, "too_long"),
        ({"units": {"sales_yen": "yen", "topic": "yen"}}, "unit_without_amount"),
        ({"units": {"sales_yen": "dollar"}}, "unknown_unit"),
        ({"units": {}}, "unit_missing"),
        ({"words": {"measure": {"a": "b"}}}, "words_without_codes"),
        ({"words": {"topic": {"お金": "money"}}}, "unknown_code"),
        ({"constants": {"anonymity": "secret"}}, "unknown_code"),
    ],
)
def test_what_is_wrong_with_a_profile_is_named(changed: dict[str, object], key: str) -> None:
    assert problems_of(SOUND) == ()
    profile = replace(SOUND, **changed)  # type: ignore[arg-type]
    assert [problem.key for problem in problems_of(profile)] == [key]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("title = ", "not_toml"),
        ("title = 1", "bad_form"),
        ("columns = []", "bad_form"),
        ("columns = {a = 1}", "bad_form"),
        ("words = 1", "bad_form"),
        ("ignored = 'a'", "bad_form"),
        ("colour = 'red'", "unknown_entry"),
    ],
)
def test_a_file_that_is_no_profile_says_what_it_is_not(text: str, key: str) -> None:
    with pytest.raises(ProfileError) as caught:
        parse_profile("mine", text)
    assert [problem.key for problem in caught.value.problems] == [key]


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(TEXT, st.sampled_from(TARGETS["consultation"].codes["topic"])),
    st.lists(TEXT.map(lambda t: f"x{t}"), unique_by=str.casefold, max_size=5),
    TEXT,
)
def test_a_profile_is_read_back_as_it_was_written(
    words: dict[str, str], ignored: list[str], organisation: str
) -> None:
    columns = {header: item for header, item in SOUND.columns.items() if header != "名"}
    profile = replace(
        SOUND,
        columns=columns,
        words={"topic": words},
        constants={"anonymity": "named", "organisation_name": organisation},
        ignored=tuple(ignored),
    )
    if not problems_of(profile):
        assert parse_profile("mine", profile_text(profile)) == profile


def test_profiles_are_kept_as_files_and_broken_ones_reported(tmp_path: Path) -> None:
    write_profile(tmp_path, SOUND)
    with pytest.raises(ProfileError):
        write_profile(tmp_path, replace(SOUND, name="other", title=""))
    (tmp_path / "broken.toml").write_bytes(b"\xff")
    sound, broken = read_profiles(tmp_path)
    assert sound == {"mine": SOUND}
    assert [problem.key for problem in broken["broken"]] == ["not_toml"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.toml", "mine.toml"]
    assert read_profiles(tmp_path / "nowhere") == ({}, {})


def test_everything_of_a_profile_has_its_words() -> None:
    for language in LANGUAGES:
        words = catalogue(language)
        for target in TARGETS.values():
            assert all(f"staged_column.{item}" in words for item in target.items)
            assert all(f"consultation_topic.{code}" in words for code in target.codes["topic"])
            assert all(
                f"consultation_anonymity.{code}" in words for code in target.codes["anonymity"]
            )
        assert all(f"profile_unit.{unit}" in words for unit in UNITS)
