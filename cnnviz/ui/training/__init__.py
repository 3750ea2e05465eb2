"""The training half of the window: settings, progress and curves."""
