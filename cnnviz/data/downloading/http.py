"""One file over HTTP: streamed, limited in size, and stopped at once when that is wished.

pooch takes any callable as its downloader. Its own waits until whole blocks have arrived before it can be
stopped, decodes what servers label as compressed, and reads for ever what never ends.
"""

from __future__ import annotations

import enum
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from cnnviz import __version__
from cnnviz.errors import DataError, FileError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from requests import Response

CONNECT_SECONDS, READ_SECONDS = 10.0, 30.0
"""How long a mirror may be silent."""
_CHUNK_BYTES = 1 << 16
_HEADERS = {"User-Agent": f"cnnviz/{__version__}", "Accept-Encoding": "identity"}


class DownloadStopped(DataError):
    """The download was stopped as it was wished; nothing is wrong."""


class Fault(enum.Enum):
    """What kind of thing went wrong with a mirror."""

    UNREACHABLE = "unreachable"
    """There is no connection to it, perhaps to anything."""
    BROKEN_OFF = "broken off"
    """It may well work a moment later."""
    REFUSED = "refused"
    """It has not what is wanted."""


class MirrorError(DataError):
    """A mirror did not deliver. `fault` says what kind of failure it was, `host` which mirror."""

    def __init__(self, sentence: str, fault: Fault, host: str) -> None:
        super().__init__(sentence)
        self.fault, self.host = fault, host


class HttpDownload:
    """Writes what an address holds into a file, as pooch's downloaders do.

    Parameters
    ----------
    limit
        Bytes; a mirror that sends more is refused.
    tell
        Called with the number of bytes received so far.
    stop
        Ends the download when it is set.
    """

    def __init__(
        self,
        limit: int,
        tell: Callable[[int], None],
        stop: threading.Event,
    ) -> None:
        self._limit = limit
        self._tell = tell
        self._stop = stop
        self._timeout = (CONNECT_SECONDS, READ_SECONDS)

    def __call__(
        self, url: str, output_file: str | IO[bytes], pooch: object, check_only: bool = False
    ) -> None:
        """Download `url` to `output_file`, the path that pooch gives.

        Raises
        ------
        MirrorError
            The mirror cannot be reached, answers with an error, breaks off or sends too much.
        FileError
            The file cannot be written; the disk may be full.
        DownloadStopped
            `stop` was set.
        """
        import requests
        import urllib3

        assert isinstance(output_file, str)
        host = host_of(url)
        try:
            with requests.get(url, headers=_HEADERS, timeout=self._timeout, stream=True) as response:
                _check_answer(response, host)
                self._copy(response, output_file, host)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise _as_mirror_error(error, host) from error

    def _copy(self, response: Response, path: str, host: str) -> None:
        promised = int(response.headers.get("Content-Length") or 0)
        received = 0
        with _opened(path) as file:
            while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=False):
                if self._stop.is_set():
                    raise DownloadStopped("The download was stopped.")
                received += len(chunk)
                if received > self._limit:
                    raise MirrorError(f"{host} sends more than is published", Fault.REFUSED, host)
                _write(file, chunk, path)
                self._tell(received)
        if received < promised:
            raise MirrorError(f"{host} broke off", Fault.BROKEN_OFF, host)


def host_of(url: str) -> str:
    """Return the name of the computer in an address."""
    return urlsplit(url).hostname or url


def _check_answer(response: Response, host: str) -> None:
    status = response.status_code
    if status != 200:
        fault = Fault.BROKEN_OFF if status == 429 or status >= 500 else Fault.REFUSED
        raise MirrorError(f"{host} answered {status} {response.reason}".rstrip(), fault, host)


def _as_mirror_error(error: Exception, host: str) -> MirrorError:
    import requests
    import urllib3

    if isinstance(error, requests.exceptions.SSLError):
        return MirrorError(f"the certificate of {host} is not trusted", Fault.REFUSED, host)
    if isinstance(error, requests.ConnectionError | requests.Timeout) and not isinstance(
        error, requests.ReadTimeout
    ):
        return MirrorError(f"{host} cannot be reached", Fault.UNREACHABLE, host)
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        return MirrorError(f"{host} does not answer any more", Fault.BROKEN_OFF, host)
    if isinstance(error, urllib3.exceptions.HTTPError):
        return MirrorError(f"{host} broke off", Fault.BROKEN_OFF, host)
    return MirrorError(f"{host}: {str(error).rstrip('.') or type(error).__name__}", Fault.REFUSED, host)


def _opened(path: str) -> IO[bytes]:
    try:
        return open(path, "w+b")
    except OSError as error:
        raise FileError(f"Cannot write {path}: {error.strerror or error}.") from error


def _write(file: IO[bytes], chunk: bytes, path: str) -> None:
    try:
        file.write(chunk)
    except OSError as error:
        raise FileError(f"Cannot write {path}: {error.strerror or error}.") from error
