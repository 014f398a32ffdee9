"""Speed, as ratios against a baseline that is run beside it."""
