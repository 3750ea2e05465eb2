"""What is known of a data set that can be downloaded."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnnviz.data.dataset import Split


class Format(enum.Enum):
    """How the files of a data set are to be read."""

    IDX = "idx"
    """Four files as those of MNIST; the labels count from 0."""
    EMNIST_LETTERS = "emnist-letters"
    """The same, but each image lies on its side, mirrored, and the labels count from 1."""
    CIFAR_10 = "cifar-10"
    CIFAR_100 = "cifar-100"


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that is published on the web.

    Attributes
    ----------
    name
        What it is called on this computer.
    size
        Bytes, as published.
    known_hash
        As pooch takes it: ``sha256:…`` or ``md5:…``.
    mirrors
        Addresses of the very same bytes, the one to try first in front.
    content_hash
        That of what is packed in it, where it is known; packed anew, the file itself has another.
    """

    name: str
    size: int
    known_hash: str
    mirrors: tuple[str, ...]
    content_hash: str = ""


@dataclass(frozen=True, slots=True)
class RemoteArchive:
    """A zip archive that holds all files of a data set: a last resort, as it may be much larger.

    Attributes
    ----------
    file
        The archive itself.
    folder
        What stands before the names of the files in it, such as ``gzip/``.
    """

    file: RemoteFile
    folder: str


@dataclass(frozen=True, slots=True)
class DownloadEntry:
    """A data set that others made and publish.

    Attributes
    ----------
    name, title
        What `open_dataset` takes, and what the user reads.
    description
        What is in the pictures, in one sentence.
    image_shape
        Height, width, channels.
    class_names
        In label order.
    sizes
        Number of images in every split. Validation is a tenth of the official training part.
    credit, licence
        Who made it, and the terms of its use.
    format, files
        How it is read, and from what.
    archive
        Where the files can be had together, if their own mirrors fail.
    """

    name: str
    title: str
    description: str
    image_shape: tuple[int, int, int]
    class_names: tuple[str, ...]
    sizes: Mapping[Split, int]
    credit: str
    licence: str
    format: Format
    files: tuple[RemoteFile, ...]
    archive: RemoteArchive | None = None

    @property
    def download_bytes(self) -> int:
        """How many bytes all files together are."""
        return sum(file.size for file in self.files)
