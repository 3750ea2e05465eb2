"""Pictures of numbers: curves, and atlases of maps."""
