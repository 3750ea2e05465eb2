"""Where one thread leaves the newest of each kind of news, and another picks all of it up at its own pace."""

from __future__ import annotations

import threading
from typing import Any


class Mailbox:
    """One place per kind of news; what is put later takes the place of what was not picked up yet.

    So a reader that is slow misses news but never falls behind, and memory stays bounded.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._news: dict[str, Any] = {}

    def put(self, kind: str, news: object) -> None:
        """Leave news in the place of its kind."""
        with self._lock:
            self._news[kind] = news

    def take(self) -> dict[str, Any]:
        """Return the news by kind and leave the mailbox empty."""
        with self._lock:
            news, self._news = self._news, {}
        return news
