from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from cnnviz.app import startup_check
from cnnviz.app.startup_check import find_problem, installed_pyside_version, refcounts_leak, startup_problem

REPOSITORY = Path(__file__).resolve().parents[3]
VERSIONS = (
    "6.7.0 6.8.0 6.8.0.2 6.8.3 6.9.0 6.9.1 6.9.2 6.9.3 6.10.0 6.10.1 6.10.2 6.10.3 6.11.0 6.11.3 6.12.0"
).split()


def _allowed_by_pins(version: str, python: str) -> bool:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(text) for text in project["dependencies"]]
    fitting = [
        requirement
        for requirement in wanted
        if requirement.name == "PySide6-Essentials"
        and requirement.marker is not None
        and requirement.marker.evaluate({"python_version": python})
    ]
    assert len(fitting) == 1
    return fitting[0].specifier.contains(version)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("python", [(3, 11), (3, 12), (3, 13)])
def test_the_check_refuses_what_the_requirements_exclude(version: str, python: tuple[int, int]) -> None:
    allowed = _allowed_by_pins(version, f"{python[0]}.{python[1]}")
    assert (find_problem(python, version) is None) == allowed


def test_the_release_that_aborts_old_pythons_is_named_with_the_command_that_helps() -> None:
    problem = find_problem((3, 11), "6.12.0")
    assert problem is not None
    assert "PySide6 6.12.0 on Python 3.11" in problem
    assert f'{sys.executable} -m pip install "PySide6-Essentials==6.11.3"' in problem


def test_every_refusal_recommends_a_version_that_passes() -> None:
    for python in [(3, 11), (3, 12), (3, 14)]:
        assert find_problem(python, startup_check._TESTED_VERSION) is None


@pytest.mark.parametrize("version", ["6.5.3", "6.8.2", "5.15", "unknown"])
def test_older_than_the_oldest_tested_version_is_refused(version: str) -> None:
    problem = find_problem((3, 13), version)
    assert problem is not None
    assert "6.8.3 or newer" in problem


def test_missing_package_is_said() -> None:
    problem = find_problem((3, 12), None)
    assert problem is not None
    assert "not installed" in problem


def test_pre_releases_count_as_their_release() -> None:
    assert find_problem((3, 11), "6.12.0a1") is not None


def test_version_is_read_from_the_installed_package() -> None:
    from PySide6 import __version__

    assert installed_pyside_version() == __version__


def test_this_machine_passes() -> None:
    assert not refcounts_leak()
    assert startup_problem() is None


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal: no reference of it can be lost")
def test_a_qt_that_loses_references_of_none_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = iter([16_000, 15_800])
    monkeypatch.setattr(startup_check.sys, "getrefcount", lambda _: next(counts))
    assert refcounts_leak()


def test_a_leak_found_at_run_time_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup_check, "refcounts_leak", lambda: True)
    problem = startup_problem()
    assert problem is not None
    assert "loses references of None" in problem


def test_a_known_bad_version_is_refused_without_loading_qt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup_check, "installed_pyside_version", lambda: "6.9.1")
    monkeypatch.setattr(startup_check, "refcounts_leak", lambda: pytest.fail("Qt was called"))
    problem = startup_problem()
    assert problem is not None
    assert "6.9.1" in problem
