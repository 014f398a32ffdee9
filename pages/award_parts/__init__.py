"""The parts of the award pages: the state in the address, the figures, the sentences."""
