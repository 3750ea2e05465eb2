"""What was designed: frozen trees of layers and training settings, and the arithmetic of their shapes.

Standard library only. Nothing here knows how a network is computed or shown.
"""
