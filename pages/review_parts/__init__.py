"""The parts of the page on which operators decide doubtful links."""
