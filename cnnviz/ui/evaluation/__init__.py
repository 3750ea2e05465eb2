"""How well the network does: figures, the confusion matrix, and the images it gets wrong."""
