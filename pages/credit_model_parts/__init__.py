"""The parts of the card of the credit model: state, figures, sentences."""
