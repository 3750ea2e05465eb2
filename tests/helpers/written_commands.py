"""The words of commands as they stand in the sources: of buttons, actions, menus, windows and offers."""

from __future__ import annotations

import ast
import dataclasses
import functools
from pathlib import Path
from typing import TYPE_CHECKING

import cnnviz

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SOURCES = sorted((Path(cnnviz.__file__).parent / "ui").rglob("*.py"))
PRESSED = {"QPushButton", "QToolButton", "QAction", "QMenu"}
"""What Qt makes of words, and what makers of one's own return."""
ASKING = {"file_to_open", "folder_to_open", "file_to_save", "ask", "_choose", "_path", "_save", "_save_run"}
"""What opens a dialog of the system, or passes its title on."""
WITH_WORDS = {*PRESSED, "QDockWidget", "QMessageBox", "addAction", "addButton", "addMenu", "setWindowTitle"}
"""Every text that these are called with is a command, or names a place for them."""
OF_WORDS = {"text", "title", "windowTitle", "action", "more_actions"}
"""Names of arguments that are words of commands; others are tooltips, icons and keys."""
BUTTONS = ("button", "action", "tab")
"""How variables end whose text is set."""
_ANYTHING = "X"


@dataclasses.dataclass(frozen=True, slots=True)
class Scene:
    """What names stand for in a file: texts, and the arguments of what makes something to press."""

    texts: Mapping[str, ast.expr]
    makers: Mapping[str, Sequence[str]]


def commands_in(source: str) -> list[str]:
    """Return the words of commands that a source says; `X` stands for what is known only later."""
    tree = ast.parse(source)
    scene = Scene(_texts(tree), {**_shared_makers(), **_makers(tree)})
    return [
        words for node in ast.walk(tree) for place in _places(node, scene) for words in _said(place, scene)
    ]


def _places(node: ast.AST, scene: Scene) -> Iterator[ast.expr]:
    """Yield the expressions of a node that are words of commands."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            if any(one.arg == "checkable" for one in node.keywords):
                return  # what is chosen is a sentence
            yield from (one.value for one in node.keywords if one.arg in OF_WORDS and _has_words(name, scene))
            if name in WITH_WORDS:
                yield from node.args
            elif name in scene.makers:
                named = zip(scene.makers[name], node.args, strict=False)
                yield from (place for argument, place in named if argument in OF_WORDS)
            elif name == "text" and _receiver(node.func).endswith("questions"):
                yield from node.args[1:2]
            elif name == "setText" and _receiver(node.func).endswith(BUTTONS):
                yield from node.args
            elif name == "show_offers":
                yield from (key for place in node.args for key in _keys(place))
        case ast.Assign(targets=[ast.Name(id="offers")], value=value):
            yield from _keys(value)
        case ast.AnnAssign(target=ast.Name(id="offers"), value=ast.Dict() as value):
            yield from _keys(value)
        case ast.AugAssign(target=ast.Name(id="offers"), value=value):
            yield from _keys(value)


def _has_words(name: str, scene: Scene) -> bool:
    return name in WITH_WORDS or name in scene.makers or name == "show_message"


def _keys(place: ast.expr) -> list[ast.expr]:
    return [key for key in place.keys if key is not None] if isinstance(place, ast.Dict) else []


def _receiver(called: ast.expr) -> str:
    """Return the last name before a method: `start_button` of `self.start_button.setText`."""
    match called:
        case ast.Attribute(value=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name
        case ast.Attribute(value=ast.Subscript(slice=ast.Constant(value=str()))):
            return "action"  # of the table of commands
    return ""


def _said(place: ast.expr, scene: Scene) -> Iterator[str]:
    """Yield the texts that an expression may be."""
    match place:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            whole = (part.value if isinstance(part, ast.Constant) else _ANYTHING for part in parts)
            yield "".join(map(str, whole))
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
            yield from (*_said(one, scene), *_said(other, scene))
        case ast.Tuple(elts=many) | ast.List(elts=many) | ast.BoolOp(values=many):
            yield from (text for one in many for text in _said(one, scene))
        case ast.Name(id=name) if name in scene.texts:
            yield from _said(scene.texts[name], scene)


def _texts(tree: ast.Module) -> dict[str, ast.expr]:
    """Return what the names of a file stand for that are given a value once, outside of functions."""
    found: dict[str, ast.expr] = {}
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found[name] = value
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                pairs = zip(names, values, strict=False)
                found |= {name.id: value for name, value in pairs if isinstance(name, ast.Name)}
    return found


def _makers(tree: ast.Module) -> dict[str, list[str]]:
    """Return the arguments of the functions of a file that return something to press, or ask."""
    return {
        node.name: [one.arg for one in node.args.args if one.arg != "self"]
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        if node.name in ASKING or (isinstance(node.returns, ast.Name) and node.returns.id in PRESSED)
    }


@functools.cache
def _shared_makers() -> dict[str, list[str]]:
    """Return the arguments of what files share: rows of the table of commands, and buttons of their own."""
    shared = {}
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        shared |= {name: given for name, given in _makers(tree).items() if not name.startswith("_")}
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and node.name == "Command":
                fields = (one.target for one in node.body if isinstance(one, ast.AnnAssign))
                shared["Command"] = [field.id for field in fields if isinstance(field, ast.Name)]
    return shared
