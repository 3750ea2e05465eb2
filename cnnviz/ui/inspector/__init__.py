"""The seeing half of the window: the network, one layer, the probabilities, and the image they are for."""
