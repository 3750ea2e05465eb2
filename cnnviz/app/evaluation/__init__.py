"""How good a network is: its answers to a part of a data set, and the baselines it has to beat."""
