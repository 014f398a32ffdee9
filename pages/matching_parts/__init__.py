"""The parts of the page on matched comparison: state, sentences, figures."""
