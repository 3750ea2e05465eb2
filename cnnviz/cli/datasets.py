"""`cnnviz datasets`: what is known by name, what is on disk; downloading and removing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.cli.downloads import download
from cnnviz.cli.output import print_json, print_table
from cnnviz.data.catalog import DatasetInfo, known_datasets
from cnnviz.data.dataset import Split
from cnnviz.data.downloading import entries
from cnnviz.data.downloading.cache import DownloadCache
from cnnviz.data.downloading.fetching import megabytes
from cnnviz.data.importing.cache import STILL_SECONDS, PictureCache
from cnnviz.errors import DataError
from cnnviz.spec.shapes import format_shape

if TYPE_CHECKING:
    import argparse

    from cnnviz.data.downloading.entry import DownloadEntry

IMPORTED = "imported"
"""Stands, where something is to be removed, for what was prepared of all folders of pictures."""

_HEADINGS = (
    *("Name", "Title", "On disk", "Licence", "Download", "Images", "Classes"),
    *("Training", "Validation", "Test"),
)


def run(options: argparse.Namespace) -> int:
    """Download or remove what was named, or print the catalog, as a table or as a JSON object."""
    cache = DownloadCache()
    if options.get is not None:
        _get(_entry(options.get), cache, as_json=options.json)
    elif options.remove == IMPORTED:
        _remove_imported(PictureCache(), as_json=options.json)
    elif options.remove is not None:
        _remove(_entry(options.remove), cache, as_json=options.json)
    else:
        _list(cache, as_json=options.json)
    return 0


def _entry(name: str) -> DownloadEntry:
    entry = entries.find_download(name)
    if entry is None:
        known = ", ".join(f"'{other.name}'" for other in entries.DOWNLOADS)
        raise DataError(f"There is no data set '{name}' to download. Allowed are: {known}.")
    return entry


def _get(entry: DownloadEntry, cache: DownloadCache, *, as_json: bool) -> None:
    folder = download(entry, cache)
    if as_json:
        print_json({"name": entry.name, "folder": str(folder), "bytes": cache.bytes_used(entry)})
    else:
        print(f"{entry.title} is in {folder}. Use it with: --dataset {entry.name}")


def _remove(entry: DownloadEntry, cache: DownloadCache, *, as_json: bool) -> None:
    freed = cache.bytes_used(entry)
    cache.remove(entry)
    if as_json:
        print_json({"name": entry.name, "bytes": freed})
    elif freed:
        print(f"{entry.title} was removed from {cache.folder_of(entry)}: {megabytes(freed)} are free again.")
    else:
        print(f"{entry.title} is not on this computer.")


def _remove_imported(cache: PictureCache, *, as_json: bool) -> None:
    freed = cache.clear()
    left, unfinished = cache.bytes_used(), cache.bytes_unfinished()
    if as_json:
        print_json({"name": IMPORTED, "bytes": freed, "bytes_left": left, "bytes_unfinished": unfinished})
        return
    if freed:
        print(f"What was prepared of imported pictures was removed: {megabytes(freed)} are free again.")
    elif not left + unfinished:
        print("Nothing prepared of imported pictures is on this computer.")
    if left:
        print(f"{megabytes(left)} in {cache.folder} are in use, and stay until the program is closed.")
    if unfinished:
        print(
            f"{megabytes(unfinished)} in {cache.folder} are of an import that is under way, or broke off "
            f"less than {round(STILL_SECONDS / 60)} minutes ago, and stay for now."
        )


def _list(cache: DownloadCache, *, as_json: bool) -> None:
    infos, prepared = known_datasets(cache), PictureCache()
    used = prepared.bytes_used()
    if as_json:
        imported = {"folder": str(prepared.folder), "bytes": used}
        datasets = [_to_dict(info) for info in infos]
        print_json({"datasets": datasets, "downloads": str(cache.folder), IMPORTED: imported})
        return
    print_table(_HEADINGS, [_row(info) for info in infos], right_from=4)
    print("Credit:")
    for info in infos:
        print(f"  {info.name}: {info.credit}")
    print(f"Downloads are kept in {cache.folder}")
    if used:
        print(f"Imported pictures are kept prepared in {prepared.folder}, where they take {megabytes(used)}.")
        print(f"They can be removed: cnnviz datasets --remove {IMPORTED}")


def _to_dict(info: DatasetInfo) -> dict[str, object]:
    return {
        "name": info.name,
        "title": info.title,
        "image_shape": list(info.image_shape),
        "classes": info.class_count,
        "sizes": {split.value: info.sizes[split] for split in Split},
        "credit": info.credit,
        "licence": info.licence,
        "on_disk": info.on_disk,
        "download_bytes": info.download_bytes,
    }


def _row(info: DatasetInfo) -> tuple[str, ...]:
    sizes = (f"{info.sizes[split]:,}" for split in Split)
    on_disk = "yes" if info.on_disk else "no"
    size = megabytes(info.download_bytes) if info.download_bytes else "–"
    shape = format_shape(info.image_shape)
    return (info.name, info.title, on_disk, info.licence, size, shape, str(info.class_count), *sizes)
