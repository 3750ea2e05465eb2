"""Reading and writing files so that nothing is ever lost: whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from cnnviz.errors import FileError


def write_atomic(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that a reader sees the old file or the new one, never a part.

    The bytes go to a temporary file in the same folder, are flushed to the disk, and replace the target in
    one step. The permissions of a file that is replaced are kept.

    Raises
    ------
    FileError
        The folder is missing, read-only or full; the old file is untouched.
    """
    path = path.resolve()
    temporary: Path | None = None
    try:
        mode = path.stat().st_mode & 0o777 if path.exists() else _default_mode()
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        raise FileError(f"Cannot write {path}: {error.strerror or error}.") from error
    _sync_folder(path.parent)


def read_limited(path: Path, limit_bytes: int) -> bytes:
    """Read the whole of `path`, refusing a file larger than `limit_bytes`.

    Raises
    ------
    FileError
        The file is missing, is not a regular file, cannot be read, or is too large.
    """
    try:
        if not path.exists():
            raise FileError(f"There is no file {path}.")
        if not path.is_file():
            raise FileError(f"{path} is a folder or a device, not a file.")
        with path.open("rb") as file:
            # As much as there is, not as much as is allowed: Python sets aside what it is asked for.
            content = file.read(min(limit_bytes, os.fstat(file.fileno()).st_size) + 1)
    except OSError as error:
        raise FileError(f"Cannot read {path}: {error.strerror or error}.") from error
    if len(content) > limit_bytes:
        raise FileError(f"{path} is too large: at most {limit_bytes:,} bytes are allowed here.")
    return content


def _default_mode() -> int:
    """Permissions a plain `open()` would give, which `mkstemp` does not."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system allows a folder to be synchronised."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
