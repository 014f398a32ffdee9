"""The parts that the pages of exploration share: the state in the address and the filter bar."""
