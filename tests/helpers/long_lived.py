"""What lives as long as the tests do is left out wherever the collector looks for dead objects.

Ten thousand collected tests and the modules that they import are more than half a million objects. Each
window of the program has all objects looked through when it opens and when it closes, which took as long as
the rest of the test.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_FREEZE, _UNFREEZE = gc.freeze, gc.unfreeze


def set_aside() -> None:
    """Leave out all that is alive now, and nothing that the program freezes later on."""
    gc.collect()
    _FREEZE()
    gc.freeze = gc.unfreeze = _do_nothing


@contextmanager
def freezing_as_in_the_program() -> Iterator[None]:
    """Let the program freeze objects and unfreeze all of them, as it does when no tests are running."""
    _UNFREEZE()
    gc.freeze, gc.unfreeze = _FREEZE, _UNFREEZE
    try:
        yield
    finally:
        set_aside()


def _do_nothing() -> None:
    pass
