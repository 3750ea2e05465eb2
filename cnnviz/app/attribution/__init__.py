"""The questions why: what in an image speaks for a class, and what excites a filter."""
