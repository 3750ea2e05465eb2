"""Reading and writing files so that nothing is ever lost: whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from cnnviz.errors import FileError

_TEMPORARY_PREFIX = ".cnnviz-"


def write_atomic(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that a reader sees the old file or the new one, never a part.

    The bytes go to a temporary file in the same folder, are flushed to the disk, and replace the target in
    one step. The permissions of a file that is replaced are kept. Devices and pipes are never replaced.

    Raises
    ------
    FileError
        The folder is missing, read-only or full, or `path` is no file; what was there is untouched.
    """
    target = _target(path)
    try:
        mode = target.stat().st_mode & 0o777 if target.exists() else _default_mode()
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=_TEMPORARY_PREFIX, suffix=".tmp")
    except OSError as error:
        raise _cannot_write(target, error) from error
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        os.replace(temporary, target)
    except BaseException as error:  # Ctrl-C, too, must not leave the temporary file behind
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _cannot_write(target, error) from error
        raise
    _sync_folder(target.parent)


def check_writable(path: Path) -> None:
    """Raise `FileError` where `write_atomic` would, before hours are spent on what goes into the file.

    It is tried out with an empty temporary file: permissions alone do not tell of read-only disks.
    """
    target = _target(path)
    if not target.parent.is_dir():
        raise FileError(f"Cannot write {path}: there is no folder {target.parent}.")
    try:
        target.exists()  # raises where the name is too long
        with tempfile.TemporaryFile(dir=target.parent, prefix=_TEMPORARY_PREFIX):
            pass
    except OSError as error:
        raise _cannot_write(target, error) from error


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


def _target(path: Path) -> Path:
    """Return where `path` leads, links followed; raise `FileError` where no plain file can be put there."""
    try:
        target = path.resolve()
        is_other = target.exists() and not target.is_file()
        is_folder = is_other and target.is_dir()
    except (OSError, RuntimeError) as error:  # a loop of links is a RuntimeError before Python 3.13
        raise _cannot_write(path, error) from error
    if is_other:
        raise FileError(f"Cannot write {path}: it is a {'folder' if is_folder else 'device or a pipe'}.")
    return target


def _cannot_write(path: Path, error: OSError | RuntimeError) -> FileError:
    reason = error.strerror if isinstance(error, OSError) else None
    return FileError(f"Cannot write {path}: {reason or error}.")


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
