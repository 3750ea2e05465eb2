"""The way from a mistake to its number, and back."""
