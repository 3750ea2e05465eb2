"""Designs that are offered or made: the bundled ones, patterns, and layers turned into other layers."""
