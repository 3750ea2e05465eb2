"""Threads beside the window: they take turns with it, leave it news, and meet its latest wish."""
