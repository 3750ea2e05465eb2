"""Simple classifiers beside the network: how well, how fast, how large, and what they look at."""
