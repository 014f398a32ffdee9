"""Matching of treated units to the most similar controls, its balance and its effect."""

from stats.methods.matching.effect import Effect, matching_effect
from stats.methods.matching.pairs import Matches, Specification, match

__all__ = ["Effect", "Matches", "Specification", "match", "matching_effect"]
