"""Small widgets that any panel can use."""
