"""In which order the rows of each published table stand, so that what is asked together is near."""

# Aggregates are read by year, industry and region; firms' own rows by firm. Where a firm's years
# stand together its pseudonym, 16 bytes that nothing compresses, is written once for all of them.
SORTED_BY = {
    "award": "fiscal_year, division_code, prefecture_code, award_id",
    "award_payment": "award_id, payment_number",
    "released_cell": "cube, fiscal_year, region_level, region_code, division_code, category_code, "
    "size_code, event_year, measure",
    "released_cube": "cube, fiscal_year, category_code",
    "released_office": "prefecture_code, level, organisation_name, fiscal_year, category_code",
    "award_cube": "region_level, fiscal_year, programme_code, division_code, region_code",
    "firm": "firm_id",
    "financial_statement": "firm_id, fiscal_year",
    "application": "fiscal_year, programme_code, prefecture_code, application_id",
    "application_cell": "fiscal_year, division_code, prefecture_code, municipality_code, "
    "major_code, programme_code, technology_code, size_code",
    "application_outcome": "fiscal_year, division_code, prefecture_code, programme_code, firm_id",
    "research_project": "application_id",
    "research_report": "application_id, years_since_completion",
    "research_path": "application_id, event_year",
    "credit_score": "prefecture_code, division_code, firm_id, fiscal_year",
    "credit_user": "measure_code, fiscal_year, firm_id",
    "credit_cell": "margin, growth_of, growth_window, code, fiscal_year, cell",
    "credit_move": "margin, growth_of, growth_window, later, code, fiscal_year, place, end_state",
    "credit_quality": "slice, slice_code",
    "credit_calibration": "decile",
    "credit_term": "position",
    "matching_profile": "prefecture_code, division_code, firm_id, fiscal_year",
    "firm_path": "firm_id",
    "published_use": "measure_code, first_year, firm_id",
    "matched_user": "measure_code, firm_id",
    "measure_use": "measure_code, first_year, firm_id",
    "monitoring_path": "measure_code, event_year, first_year, firm_id",
    "industry_outcome": "outcome, fiscal_year, division_code",
    "industry_exit": "first_year, event_year, division_code",
    "consultation": "fiscal_year, prefecture_code, consultation_id",
    "support_record": "fiscal_year, prefecture_code, support_id",
    # The gate reads the refusals for one purpose, or the consents, of all firms.
    "consent_period": "is_refusal DESC, purpose, scope, user_class, firm_id, valid_from",
}
