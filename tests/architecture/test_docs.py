"""What is written about the program is true of it: links, files, commands and targets exist."""

from __future__ import annotations

import functools
import re
import shlex
from pathlib import Path

import pytest

from cnnviz.cli.arguments import parse

REPOSITORY = Path(__file__).resolve().parents[2]
DECISIONS = REPOSITORY / "docs" / "decisions"
PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
CODE = ("cnnviz", "tests", "benchmarks", "tools")

LINK = re.compile(r"\]\(([^)#\s]+)")
FILE = re.compile(r"`([\w./-]+\.py)`")
PROGRAM = re.compile(r"python -m (benchmarks\.\w+)")
TARGET = re.compile(r"\bmake (?:[A-Z]+=\S+ )*([a-z-]+)")
OF_OTHERS = {"mnist.py"}
"""Files of other projects that pages speak of."""


def _name(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def _spans(page: str) -> list[str]:
    """Return what is set as code, between fences or within a line."""
    return [block or span for block, span in re.findall(r"```(.*?)```|`([^`\n]+)`", page, flags=re.DOTALL)]


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@functools.cache
def _sources() -> list[str]:
    return [f"/{_name(path)}" for folder in CODE for path in (REPOSITORY / folder).rglob("*.py")]


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_files_that_are_named_exist(page: Path) -> None:
    named = set(FILE.findall(page.read_text(encoding="utf-8"))) - OF_OTHERS
    assert [name for name in sorted(named) if not any(one.endswith(f"/{name}") for one in _sources())] == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_programs_that_are_named_exist(page: Path) -> None:
    named = PROGRAM.findall(page.read_text(encoding="utf-8"))
    assert [name for name in named if not (REPOSITORY / f"{name.replace('.', '/')}.py").exists()] == []


def test_every_decision_is_in_the_list() -> None:
    listed = set(LINK.findall((DECISIONS / "README.md").read_text(encoding="utf-8")))
    assert {path.name for path in DECISIONS.glob("*.md")} - listed == {"README.md"}


def _commands() -> list[str]:
    lines = (REPOSITORY / "README.md").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("cnnviz ")]


@pytest.mark.parametrize("line", _commands())
def test_commands_of_the_readme_are_understood(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my-photos").mkdir()
    monkeypatch.chdir(tmp_path)
    options = parse(shlex.split(line)[1:])
    assert options.command == line.split()[1]


def test_targets_that_are_named_exist() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    spans = [span for page in PAGES for span in _spans(page.read_text(encoding="utf-8"))]
    named = {target for span in spans for target in TARGET.findall(span)}
    assert {"run", "test"} <= named <= targets
