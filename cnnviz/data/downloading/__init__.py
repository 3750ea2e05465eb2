"""Data sets of others: what there is, getting it, keeping it, and reading it."""
