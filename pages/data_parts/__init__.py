"""Figures about deliveries, shared by the pages that show where numbers come from."""
