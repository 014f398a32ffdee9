"""The parts of the drill-down over applications: its state, its figures, its sentences."""
