"""Looking inside a network, now or at an earlier moment of the run, without holding up the window."""
