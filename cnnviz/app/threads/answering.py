"""What a thread has to tell the window: an answer, or in one sentence why there is none."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from cnnviz.errors import CnnvizError

if TYPE_CHECKING:
    from collections.abc import Callable

_Answer = TypeVar("_Answer")

_log = logging.getLogger(__name__)


def answer_or_reason(work: Callable[[], _Answer], failure: str, memory_for: str = "this") -> _Answer | str:
    """Return what `work` returns, or in one sentence why it returns nothing; nothing is raised.

    An error of the program is logged, and told as `failure` ("The maps could not be computed") with its own
    words. `memory_for` ends the sentence "There is not enough memory for …".
    """
    try:
        return work()
    except CnnvizError as error:
        return str(error)
    except MemoryError:
        return f"There is not enough memory for {memory_for}."
    except Exception as error:
        _log.exception("%s", failure)
        return f"{failure}: {str(error).rstrip('.') or type(error).__name__}."
