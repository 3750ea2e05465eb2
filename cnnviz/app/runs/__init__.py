"""The runs that were kept: the library on disk, how each has ended, and what can be made of it."""
