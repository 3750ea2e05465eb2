"""Rules of the house that no linter checks: size, forbidden modules, no traces of one machine."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

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


def _imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield (module, line) of every import, also those inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@pytest.mark.parametrize("path", [*SOURCES, *BESIDE], ids=_name)
def test_a_file_stays_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE_LIMIT_LINES


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_a_function_stays_small(path: Path) -> None:
    lengths = {f"{node.name} (line {node.lineno})": _length(node) for node in _functions(_parsed(path))}
    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_LIMIT_LINES} == {}


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function without its docstring: words are never too many."""
    assert function.end_lineno is not None
    first = function.body[0]
    words = 0
    if ast.get_docstring(function, clean=False) is not None and first.end_lineno is not None:
        words = first.end_lineno - first.lineno + 1
    return function.end_lineno - function.lineno + 1 - words


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_nothing_reads_a_format_that_can_run_code(path: Path) -> None:
    found = [
        f"{module} (line {line})"
        for module, line in _imports(_parsed(path))
        if module.partition(".")[0] in RUNS_CODE
    ]
    assert found == []
    assert "allow_pickle=True" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted((PACKAGE / "app").rglob("*.py")), ids=_name)
def test_app_uses_qt_without_widgets(path: Path) -> None:
    qt = {
        ".".join(module.split(".")[:2])
        for module, _ in _imports(_parsed(path))
        if module.startswith("PySide6.")
    }
    assert qt <= {"PySide6.QtCore", "PySide6.QtGui"}


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
