"""The parts of the pages on credit strength and growth: state, figures, sentences."""
