"""The command line, one file for each command. Only the window loads Qt, only computing loads NumPy."""

from __future__ import annotations

from cnnviz.cli.entry import main

__all__ = ["main"]
