"""The unit page: one number of the network, and everything that it was made from."""
