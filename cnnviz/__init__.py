"""cnnviz: build a convolutional network by hand, train it, and look inside while it learns."""

__version__ = "0.1.0"
