"""The parts of the page on adoption and growth: state, figures, sentences."""
