"""The parts of the page on following users of a measure: state, figures, sentences."""
