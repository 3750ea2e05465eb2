"""What the catalog says of data sets, their files and downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.data.dataset import Split
from cnnviz.data.downloading.fetching import megabytes
from cnnviz.spec.shapes import format_shape
from cnnviz.ui.format import duration

if TYPE_CHECKING:
    from pathlib import Path

    from cnnviz.app.data.downloader import Transfer
    from cnnviz.data.downloading.entry import DownloadEntry

PREPARED_REMOVING = "Removing what was prepared of imported pictures …"
PREPARED_MEANING = (
    "Pictures that were imported are kept as images, so that a folder opens at once the next time. Your own "
    "files are not touched."
)
_MOST_SECONDS = 24 * 3_600


def facts(entry: DownloadEntry) -> str:
    """Return size, number of images and terms of use in one line."""
    images = ", ".join(f"{entry.sizes[split]:,} {split.value}" for split in Split)
    return f"{format_shape(entry.image_shape)}  ·  {images}  ·  Licence: {entry.licence}"


def classes(entry: DownloadEntry) -> str:
    """Return how many classes there are, and their names."""
    return f"{len(entry.class_names)} classes: {', '.join(entry.class_names)}"


def kept(used: int) -> str:
    """Say that a data set is on this computer, and how much room it takes."""
    return f"On this computer, {megabytes(used)}"


def to_download(entry: DownloadEntry) -> str:
    """Say how much there is to be downloaded."""
    return f"{megabytes(entry.download_bytes)} to download"


def moving(transfer: Transfer) -> str:
    """Say how far a download is, how fast, and from where."""
    if not transfer.host:
        return "Checking the files" if transfer.done else "Beginning"
    parts = [f"{_of(transfer)} from {transfer.host}"]
    if transfer.bytes_per_second > 0:
        parts.append(f"{megabytes(round(transfer.bytes_per_second))}/s")
    if transfer.seconds_left is not None and transfer.seconds_left < _MOST_SECONDS:
        parts.append(f"{duration(transfer.seconds_left)} left")
    return "  ·  ".join(parts)


def place(folder: Path, used: int | None) -> str:
    """Say where downloads are kept and how much room they take together; None while that is looked up."""
    if used is None:
        return f"Kept in {folder}"
    return f"Kept in {folder}, where they take {megabytes(used)}"


def prepared(folder: Path, used: int) -> str:
    """Say where imported pictures are kept prepared, and how much room they take."""
    return f"Imported pictures are kept prepared in {folder}, where they take {megabytes(used)}"


def prepared_question(used: int) -> str:
    """Ask whether they are to be removed, and say what that costs."""
    return f"Remove {megabytes(used)}? Your files stay; a folder is read anew the next time it is opened."


def prepared_in_use(used: int) -> str:
    """Say that some of them could not be removed."""
    return f"{megabytes(used)} are in use, and can be removed when another data set is open"


def _of(transfer: Transfer) -> str:
    done, total = megabytes(transfer.done), megabytes(transfer.total)
    return f"{done.removesuffix(' MB')} of {total}" if done.endswith(" MB") else f"{done} of {total}"
