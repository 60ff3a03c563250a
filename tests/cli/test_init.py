"""`pubguard init`."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pubguard import config
from pubguard.testing import Result, call

FILES = {
    "pubguard.toml",
    "pubguard.db",
    "keys/log.pem",
    "keys/log.pub",
    "keys/permit.pem",
    "keys/permit.pub",
}


def init(folder: Path, *more: str, name: str = "Office for Example Statistics") -> Result:
    return call("init", str(folder), "--organisation", name, "--nation", "wales", "--json", *more)


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_makes_a_workspace_that_works(tmp_path: Path) -> None:
    """Configuration, key pairs and an empty log; the doctor finds nothing wrong with them."""
    folder = tmp_path / "a" / "guard"
    done = init(folder)
    assert done.code == 0, done.out
    assert set(done.document["files"]) == FILES
    assert done.document["folder"] == str(folder)
    assert done.document["next"]
    assert set(files(folder)) >= FILES
    assert config.load(folder / config.NAME).organisation.nation is config.Nation.WALES
    doctor = call("doctor", "--json", config=folder)
    wrong = [each for each in doctor.document["findings"] if each["state"] == "wrong"]
    assert {each["code"] for each in wrong} <= {"clocks"}


def test_private_keys_are_private(tmp_path: Path) -> None:
    """0600 whatever the umask, in a folder of their owner's alone."""
    before = os.umask(0)
    try:
        assert init(tmp_path / "guard").code == 0
    finally:
        os.umask(before)
    for name in ("log", "permit"):
        assert mode(tmp_path / "guard" / "keys" / f"{name}.pem") == 0o600
    assert mode(tmp_path / "guard") == mode(tmp_path / "guard" / "keys") == 0o700
    assert mode(tmp_path / "guard" / config.NAME) & 0o022 == 0


@pytest.mark.parametrize("name", sorted(FILES))
def test_it_overwrites_nothing(tmp_path: Path, name: str) -> None:
    """One file that is there already, and nothing is written; it is named."""
    there = tmp_path / name
    there.parent.mkdir(exist_ok=True)
    there.write_text("mine")
    done = init(tmp_path)
    assert done.code == 1
    assert name in done.document["error"]["message"]
    assert files(tmp_path) == {name: b"mine"}


def test_a_link_that_leads_nowhere_counts_as_there(tmp_path: Path) -> None:
    """Nothing is written through a symbolic link."""
    (tmp_path / config.NAME).symlink_to(tmp_path / "elsewhere")
    assert init(tmp_path).code == 1
    assert not (tmp_path / "elsewhere").exists()


def test_twice_in_one_folder_is_refused(tmp_path: Path) -> None:
    """The second init leaves the first's keys and log alone."""
    assert init(tmp_path).code == 0
    before = files(tmp_path)
    assert init(tmp_path).code == 1
    assert files(tmp_path) == before


def test_a_folder_that_others_can_write_is_refused(tmp_path: Path) -> None:
    """A workspace there would be refused at once, so it is not made."""
    tmp_path.chmod(0o777)
    done = init(tmp_path / "guard")
    assert done.code == 0, "a new folder of its own is safe in a place like that"
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    done = init(tmp_path / "open")
    assert done.code == 2
    assert "chmod go-w" in done.document["error"]["remedy"]
    assert files(tmp_path / "open") == {}


def test_half_a_workspace_does_not_stay_behind(tmp_path: Path) -> None:
    """When the folder cannot be written, what was begun is undone."""
    (tmp_path / "file").write_text("")
    assert init(tmp_path / "file" / "guard").code == 2
    assert files(tmp_path) == {"file": b""}


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    """When the log cannot be made, keys that were made before it are taken away again."""
    done = subprocess.run(
        [
            "sh",
            "-c",
            'ulimit -f 8; exec "$@"',
            "sh",
            Path(sys.executable).parent / "pubguard",
            "init",
            tmp_path / "guard",
            "--organisation",
            "Example",
            "--nation",
            "uk",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 4, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "guard").exists()


@pytest.mark.parametrize("missing", ["--organisation", "--nation"])
def test_without_a_terminal_it_does_not_ask(tmp_path: Path, missing: str) -> None:
    """What is missing is named, exit 2, nothing is written."""
    given = {"--organisation": "Example", "--nation": "uk"}
    del given[missing]
    done = call("init", str(tmp_path / "guard"), *(part for pair in given.items() for part in pair))
    assert done.code == 2
    assert f"init needs {missing}." in done.err
    assert not (tmp_path / "guard").exists()


@pytest.mark.parametrize(
    "name", ['A "quoted" name', "back\\slash", "\u0174 y\u0302", "]\u2260[", "'''"]
)
def test_any_name_is_kept_as_it_is(tmp_path: Path, name: str) -> None:
    """An organisation's name is text, whatever marks it holds."""
    assert init(tmp_path, name=name).code == 0
    assert config.load(tmp_path / config.NAME).organisation.name == name


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "bell\x07", "over\u202eride"])
def test_a_name_that_is_no_printable_text_is_refused(tmp_path: Path, name: str) -> None:
    """Line breaks and control characters are no part of a name."""
    done = init(tmp_path / "guard", name=name)
    assert done.code == 2
    assert not (tmp_path / "guard").exists()


def test_an_unknown_nation_is_refused(tmp_path: Path) -> None:
    """Nations are named in the message."""
    done = call("init", str(tmp_path), "--organisation", "E", "--nation", "narnia", "--json")
    assert done.code == 2
    assert "northern-ireland" in done.document["error"]["message"]
