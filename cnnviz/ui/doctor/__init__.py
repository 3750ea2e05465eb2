"""The doctor: what was measured of a run, what it means, and what helps."""
