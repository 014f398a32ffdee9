"""The parts of the page on which operators make mapping profiles."""
