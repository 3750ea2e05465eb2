"""What is done to every image before a network gets it."""
