"""ミラサポ 支援制度: one record per programme; cells hold JSON and line breaks."""

from __future__ import annotations

from etl.contract import Check, Contract, Layout, day, required

_LISTS = ("authority_names", "prefecture_names", "industry_names", "purpose_names")
_NOT_USED = (
    "mng_groups", "catalogs", "language", "update_info", "has_case_studies", "number",
    "business_scales", "related_supports", "inquiry", "stage_categories", "service_categories",
    "life_stage_categories", "personal_service_categories", "personal_purpose_categories",
    "disasters", "keywords", "refernece", "support_organization", "application_target", "area",
    "reception_remarks", "special_measure", "governing_law", "base_id", "base_number",
    "base_title", "max_employees_count", "base_override",
)  # fmt: skip


def _names(column: str) -> str:
    """The names in a JSON list of objects, joined; NULL where there are none."""
    names = f"array_to_string(json_extract_string({column}, '$[*].name'), '、')"
    return f"CASE WHEN json_valid({column}) THEN nullif({names}, '') END"


def _running(column: str) -> str:
    """Running text; the upright tab is a line break of a word processor."""
    return f"replace({column}, chr(11), chr(10))"


CONTRACT = Contract(
    name="support_programme",
    layouts=(
        Layout(
            "mirasapo",
            {
                "id": "programme_id",
                "title": "title",
                "subtitle": "subtitle",
                "competent_authorities": "authority_names",
                "prefectures": "prefecture_names",
                "summary": "summary",
                "body": "body",
                "target": "target",
                "usage": "usage",
                "industry_categories": "industry_names",
                "purpose_categories": "purpose_names",
                "reception_start_date": "start_date",
                "reception_end_date": "end_date",
                "publish_date": "published_date",
                "unpublish_date": "unpublished_date",
                "application_url": "application_url",
            },
            ignored=frozenset(_NOT_USED),
        ),
    ),
    checks=(
        required("programme_id"),
        required("title"),
        # No prefecture means the whole country, so a list that cannot be read says too much.
        *(
            Check("invalid_json", column, f"{column} IS NOT NULL AND NOT json_valid({column})")
            for column in _LISTS
        ),
        *(
            day(column)
            for column in ("start_date", "end_date", "published_date", "unpublished_date")
        ),
    ),
    columns={
        "programme_id": "programme_id",
        "title": "title",
        "subtitle": "subtitle",
        "authority_names": _names("authority_names"),
        "prefecture_names": _names("prefecture_names"),
        "summary": _running("summary"),
        "body": _running("body"),
        "target": _running("target"),
        "usage": _running("usage"),
        "industry_names": _names("industry_names"),
        "purpose_names": _names("purpose_names"),
        "start_date": "date_of(start_date)",
        "end_date": "date_of(end_date)",
        "published_date": "date_of(published_date)",
        "unpublished_date": "date_of(unpublished_date)",
        "application_url": "application_url",
    },
    flags={"ends_before_start": "end_date < start_date"},
    repeats_are_duplicates=True,
    max_lines=2_000,
    volume_floor=0.6,
    period=("coalesce(start_date, published_date)", "coalesce(end_date, published_date)"),
)
