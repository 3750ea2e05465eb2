"""Importing folders of pictures: what was found, how it is to be fitted, and how that looks."""
