"""Errors in methods that Qt calls: they are told like any other, and do not end the process."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import update_wrapper
from traceback import clear_frames
from types import FunctionType, MethodDescriptorType
from typing import Any

import shiboken6

Method = Callable[..., Any]
_ROOT: type = shiboken6.Object
_HOOK = "__init_subclass__"


def guard_overrides() -> None:
    """Let an error leave a method that Qt calls without harm to the process; it is told like any other.

    Holds for the classes derived from one of Qt's that there are, those of libraries too, and for each that
    is made from now on. Each method that overrides one of Qt's gets a frame around it that lets errors pass,
    but handles them first:

    Before Python 3.12 an error made in C (``[].pop()``, a missing key, a widget that is deleted already) is
    but a class and a text until a frame of Python handles it. Where Qt was called by Python, PySide since
    6.8.0 reads the arguments of the exception that is not there yet (``PepException_GetArgs``).

    The traceback holds what the method had at hand. A painter among it outlives what it paints on, and Qt
    writes to freed memory; so frames that have ended forget what they had.
    """
    if _HOOK not in vars(_ROOT):
        setattr(_ROOT, _HOOK, classmethod(_guard_new))
        for known in _subclasses_of(_ROOT):
            _guard_class(known)


def _guard_new(cls: type) -> None:
    super(_ROOT, cls).__init_subclass__()  # type: ignore[arg-type]
    _guard_class(cls)


def _subclasses_of(root: type) -> set[type]:
    found, waiting = set[type](), [root]
    while waiting:
        new = set[type](type.__subclasses__(waiting.pop())) - found
        found |= new
        waiting.extend(new)
    return found


def _guard_class(cls: type) -> None:
    """Guard what a class defines over methods of Qt, and what it takes over from classes not of Qt."""
    if _is_qt_s(cls):
        return
    bases = cls.__mro__[1:]
    below = [vars(base) for base in bases if _is_qt_s(base)]
    for owner in (cls, *(base for base in bases if not issubclass(base, _ROOT))):
        defined = vars(owner)
        for methods in below:
            for name in defined.keys() & methods.keys():
                method = defined[name]
                if (
                    type(method) is FunctionType
                    and type(methods[name]) is MethodDescriptorType
                    and method.__globals__ is not globals()  # of this module: guarded already
                ):
                    setattr(owner, name, _guarded(method))


def _is_qt_s(cls: type) -> bool:
    return cls.__module__.startswith("PySide6.")


def _guarded(method: FunctionType) -> Method:
    """Return a function with the parameters of a method that handles its errors, then lets them pass.

    The number of parameters is the same, since it decides how many values of a signal PySide hands over, and
    their names are. Beyond four, and where the method takes any number, it takes any number.
    """
    code = method.__code__
    simple = not (code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS) or code.co_kwonlyargcount)
    frames = {1: _frame_1, 2: _frame_2, 3: _frame_3, 4: _frame_4}
    frame = frames.get(code.co_argcount) if simple else None
    if frame is None:
        guarded = _any_frame(method)
    else:
        guarded = frame(method)
        own, count = guarded.__code__, code.co_argcount
        names = code.co_varnames[:count] + own.co_varnames[count:]
        guarded.__code__ = own.replace(co_varnames=names)
        guarded.__defaults__ = method.__defaults__
    update_wrapper(guarded, method)
    return guarded


def _frame_1(method: Method) -> Method:
    def guarded(a: object) -> Any:
        try:
            return method(a)
        except BaseException as error:
            clear_frames(error.__traceback__)
            raise

    return guarded


def _frame_2(method: Method) -> Method:
    def guarded(a: object, b: object) -> Any:
        try:
            return method(a, b)
        except BaseException as error:
            clear_frames(error.__traceback__)
            raise

    return guarded


def _frame_3(method: Method) -> Method:
    def guarded(a: object, b: object, c: object) -> Any:
        try:
            return method(a, b, c)
        except BaseException as error:
            clear_frames(error.__traceback__)
            raise

    return guarded


def _frame_4(method: Method) -> Method:
    def guarded(a: object, b: object, c: object, d: object) -> Any:
        try:
            return method(a, b, c, d)
        except BaseException as error:
            clear_frames(error.__traceback__)
            raise

    return guarded


def _any_frame(method: Method) -> Method:
    def guarded(*values: object, **named: object) -> Any:
        try:
            return method(*values, **named)
        except BaseException as error:
            clear_frames(error.__traceback__)
            raise

    return guarded
