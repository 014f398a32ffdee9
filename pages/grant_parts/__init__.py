"""The parts of the pages over published payments: the state, the figures, the sentences."""
