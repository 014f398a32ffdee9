"""Matching of treated units to the most similar controls, its balance and its effect."""

from stats.methods.matching.balance import Balance, balance, unit_weights
from stats.methods.matching.effect import Effect, matching_effect
from stats.methods.matching.pairs import Matches, match
from stats.methods.matching.score_model import ScoreModel
from stats.methods.matching.specification import Specification

__all__ = [
    "Balance",
    "Effect",
    "Matches",
    "ScoreModel",
    "Specification",
    "balance",
    "match",
    "matching_effect",
    "unit_weights",
]
