"""Drawing an image: the canvas, and the pictures of what becomes of it."""
