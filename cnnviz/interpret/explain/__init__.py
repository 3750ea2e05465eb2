"""One number of a network, taken apart: what it was made from, and how."""
