"""The parts of the pages on packages: the reader's own, and the desk of their release."""
