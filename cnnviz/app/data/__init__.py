"""Data sets on their way into the window, and the order in which their images are looked at."""
