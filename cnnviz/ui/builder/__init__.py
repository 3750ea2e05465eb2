"""Where a network is designed: the palette, the list of layers and the form of their settings."""
