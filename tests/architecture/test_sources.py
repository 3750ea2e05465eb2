"""Rules of the house that no linter checks: size, forbidden modules, no traces of one machine."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "cnnviz"
SOURCES = sorted(PACKAGE.rglob("*.py"))
BESIDE = sorted(path for folder in ("tests", "benchmarks") for path in (REPOSITORY / folder).rglob("*.py"))

FILE_LIMIT_LINES = 400
FUNCTION_LIMIT_LINES = 50
RUNS_CODE = {"pickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}

TEXT_FOLDERS = ("cnnviz", "tests", "benchmarks", "docs", "resources", "tools", ".ci")
TEXT_SUFFIXES = {
    "",
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".json",
    ".qss",
    ".svg",
    ".sh",
    ".cfg",
    ".yml",
    ".yaml",
    ".csv",
}
MACHINE_PATHS = re.compile(r"(?<![\w.~])/(?:home|Users|root|work)/[\w.]|\b[A-Z]:[\\/]+Users\b")


def _name(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


@dataclass(frozen=True)
class _Facts:
    """What the rules ask of a source file."""

    imports: list[tuple[str, int]]
    """(module, line) of every import, also those inside functions."""
    lengths: dict[str, int]
    """Lines of each function."""


@functools.cache
def _facts(path: Path) -> _Facts:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    lengths = {f"{_name(path)}:{node.lineno} {node.name}": _length(node) for node in functions}
    return _Facts([found for node in nodes for found in _imports(node)], lengths)


def _imports(node: ast.AST) -> Iterator[tuple[str, int]]:
    if isinstance(node, ast.Import):
        yield from ((alias.name, node.lineno) for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module is not None:
        yield node.module, node.lineno
        yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function without its docstring: words are never too many."""
    assert function.end_lineno is not None
    first = function.body[0]
    words = 0
    if ast.get_docstring(function, clean=False) is not None and first.end_lineno is not None:
        words = first.end_lineno - first.lineno + 1
    return function.end_lineno - function.lineno + 1 - words


def test_files_stay_small() -> None:
    lines = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in [*SOURCES, *BESIDE]}
    assert {f"{PACKAGE.name}/spec/network.py", "tests/conftest.py"} <= lines.keys()
    assert {name: count for name, count in lines.items() if count > FILE_LIMIT_LINES} == {}


def test_functions_stay_small() -> None:
    lengths = {name: lines for path in SOURCES for name, lines in _facts(path).lengths.items()}
    assert len(lengths) > len(SOURCES)
    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_LIMIT_LINES} == {}


def test_nothing_reads_a_format_that_can_run_code() -> None:
    found = [
        f"{_name(path)}:{line} {module}"
        for path in SOURCES
        for module, line in _facts(path).imports
        if module.partition(".")[0] in RUNS_CODE
    ]
    assert found == []
    told = [_name(path) for path in SOURCES if "allow_pickle=True" in path.read_text(encoding="utf-8")]
    assert told == []


def test_app_uses_qt_without_widgets() -> None:
    qt = {
        (".".join(module.split(".")[:2]), _name(path))
        for path in SOURCES
        if path.is_relative_to(PACKAGE / "app")
        for module, _ in _facts(path).imports
        if module.startswith("PySide6.")
    }
    assert qt
    assert {(room, name) for room, name in qt if room not in ("PySide6.QtCore", "PySide6.QtGui")} == set()


def _text_files() -> list[Path]:
    inside = [path for folder in TEXT_FOLDERS for path in (REPOSITORY / folder).rglob("*") if path.is_file()]
    beside = [path for path in REPOSITORY.iterdir() if path.is_file() and path.name != ".git"]
    return [
        path for path in inside + beside if path.suffix in TEXT_SUFFIXES and "__pycache__" not in path.parts
    ]


def test_no_text_names_a_path_of_one_machine() -> None:
    found = []
    for path in _text_files():
        lines = path.read_text(encoding="utf-8").splitlines()
        found += [
            f"{_name(path)}:{number}" for number, line in enumerate(lines, 1) if MACHINE_PATHS.search(line)
        ]
    assert found == []


def test_the_path_rule_knows_a_machine_path() -> None:
    for text in ("/ho" + "me/ann/x", "see /ro" + "ot/.cache", '"/wo' + 'rk/main"', "C:" + r"\Users\ann"):
        assert MACHINE_PATHS.search(text), text
    for text in ("../shared/data", "https://example.org/home/x", "/usr/bin/env", "the /home page"):
        assert not MACHINE_PATHS.search(text), text
