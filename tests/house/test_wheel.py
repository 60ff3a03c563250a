"""What `pip install .` puts on a machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import click
import pytest

import pubguard
from tests.house.tree import PACKAGES, ROOT

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


def _tree() -> set[str]:
    found = set()
    for folder, package in PACKAGES.items():
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                found.add(f"{package}/{path.relative_to(ROOT / folder)}")
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our wheel, built from a copy of the tree so that nothing is left in it."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "tree"
    copy.mkdir()
    ignored = shutil.ignore_patterns("__pycache__")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    subprocess.run(
        [*PIP, "wheel", "--no-build-isolation", "--no-deps", "-w", folder, copy],
        check=True,
        timeout=300,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_what_the_tree_holds(wheel: Path) -> None:
    """No module or data file is forgotten, and none is added."""
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert inside == _tree()


def test_plugins_and_hooks_do_not_squat_on_global_names(wheel: Path) -> None:
    """The wheel adds three import names, all ours."""
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES.values())


def test_a_fresh_install_works_and_is_compiled(wheel: Path, tmp_path: Path) -> None:
    """In a new environment `pubguard` runs, and its modules have their .pyc files."""
    home = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True, timeout=120)
    subprocess.run(
        [*PIP, "--python", home, "install", "--no-deps", "--no-index", wheel],
        check=True,
        timeout=300,
    )
    (site,) = home.glob("lib/python*/site-packages")
    dependencies = Path(click.__file__).parents[1]
    (site / "dependencies.pth").write_text(f"{dependencies}\n")
    environment = {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [home / "bin" / "pubguard", "--version"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=environment,
        cwd=tmp_path,
    )
    assert done.stdout.strip() == f"pubguard, version {pubguard.__version__}"
    where = subprocess.run(
        [home / "bin" / "python", "-c", "import pubguard; print(pubguard.__file__)"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=environment,
        cwd=tmp_path,
    )
    assert Path(where.stdout.strip()).is_relative_to(home)
    for package in PACKAGES.values():
        compiled = {path.name.split(".")[0] for path in (site / package).glob("__pycache__/*.pyc")}
        assert compiled == {path.stem for path in (site / package).glob("*.py")}


def test_the_tests_test_what_is_installed() -> None:
    """Under `make test` the package under test is the installed one, not the source tree."""
    if os.environ.get("PUBGUARD_REAL_INSTALL") == "1":
        assert not Path(pubguard.__file__).is_relative_to(ROOT / "pubguard")


def test_every_entry_point_leads_somewhere() -> None:
    """The entry points of pyproject.toml are modules that are there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for target in project["entry-points"]["pubguard"].values():
        package, *rest = target.split(".")
        folder = {value: key for key, value in PACKAGES.items()}[package]
        path = ROOT.joinpath(folder, *rest)
        assert path.with_suffix(".py").is_file() or (path / "__init__.py").is_file(), target
