"""The errors that cnnviz raises for anything a person, a file or a design can cause.

Each message says what was wrong, where, what is allowed and what was received. Anything else that escapes
(a `TypeError`, an `AssertionError`) is a defect of the program.
"""

from __future__ import annotations


class CnnvizError(Exception):
    """Base of every error that is shown to the user as a sentence."""


class SpecError(CnnvizError):
    """A design or a training setting is impossible."""


class DataError(CnnvizError):
    """A data set or an image cannot be read, or does not fit."""


class FileError(CnnvizError):
    """A file cannot be read or written, or its content is not what it should be."""


class TrainingError(CnnvizError):
    """A run cannot start, or cannot go on."""
