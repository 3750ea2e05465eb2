"""The dock that answers why: why this class, and what this filter looks for."""
