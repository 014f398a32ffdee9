"""The parts of the study of research support: state, figures, sentences."""
