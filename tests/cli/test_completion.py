"""Shell completion, through the printed script in a real bash where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pubguard.cli.offered_ids import MOST
from pubguard.testing import call, make_workspace

BIN = Path(sys.executable).parent
ASK = """
eval "$(pubguard completion bash)"
complete -p pubguard >&2
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_pubguard_completion pubguard
printf '%s\\n' "${COMPREPLY[@]}"
"""
RELEASES = """
[[release]]
id = "prices-october-2037"
title = "Prices"
release_at = 2037-11-18T09:30:00
[[release]]
id = "prices-november-2037"
title = "Prices"
release_at = 2037-12-16T09:30:00
[[release]]
id = "wages-2037"
title = "Wages"
provisional = "January 2038"
"""
PRICES = ["prices-november-2037", "prices-october-2037"]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A workspace with three releases."""
    make_workspace(tmp_path / "office").close()
    (tmp_path / "releases.toml").write_text(RELEASES)
    imported = call(
        "calendar", "import", str(tmp_path / "releases.toml"), config=tmp_path / "office"
    )
    assert imported.code == 0, imported.err
    return tmp_path / "office"


def bash(folder: Path, *words: str, **environment: str) -> list[str]:
    """What bash offers for the last word, which is being typed, in that folder."""
    shell = shutil.which("bash")
    assert shell
    done = subprocess.run(
        [shell, "--norc", "-c", ASK, "bash", "pubguard", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=folder,
        env={"PATH": f"{BIN}:/usr/bin:/bin", **environment},
    )
    assert done.stderr == "complete -o nosort -F _pubguard_completion pubguard\n"
    return [line for line in done.stdout.splitlines() if line]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["c"], ["check", "confirm", "calendar", "completion"]),
        (["calendar", "im"], ["import"]),
        (["log", "ver"], ["verify", "verify-proof"]),
        (["check", "pu"], ["publish"]),
        (["record", "app"], ["approved"]),
        (["check", "publish", "x", "--role", "a"], ["author", "approver", "auditor"]),
        (["check", "publish", "x", "--act"], ["--actor"]),
        (["check", "publish", "p"], PRICES),
        (["record", "failed", "prices-o"], PRICES[1:]),
        (["calendar", "show", ""], [*PRICES, "wages-2037"]),
        (["log", "show", "--release", "w"], ["wages-2037"]),
        (["check", "publish", "q"], []),
        (["nonsense", "plu"], ["plugins"]),
    ],
    ids=" ".join,
)
def test_bash_completes(office: Path, words: list[str], offered: list[str]) -> None:
    """Commands, options, choices and the ids of releases, through the printed script."""
    assert bash(office, *words) == offered


def test_the_workspace_may_be_named(office: Path, tmp_path: Path) -> None:
    """Ids come from --config or PUBGUARD_CONFIG as for any command."""
    named = ["--config", str(office), "check", "publish", "w"]
    assert bash(tmp_path, *named) == ["wages-2037"]
    assert bash(tmp_path, "check", "publish", "w", PUBGUARD_CONFIG=str(office)) == ["wages-2037"]


def test_outside_a_workspace_there_are_no_ids_and_no_errors(tmp_path: Path) -> None:
    """Nothing is offered, quietly; commands still are."""
    assert bash(tmp_path, "check", "publish", "") == []
    assert bash(tmp_path, "doc") == ["doctor"]


@pytest.mark.parametrize("name", ["pubguard.toml", "pubguard.db"])
def test_a_broken_workspace_offers_nothing(office: Path, name: str) -> None:
    """Between two keystrokes nobody reads about a broken file."""
    (office / name).write_text("no [ such thing" * 1000)
    assert bash(office, "check", "publish", "") == []
    assert bash(office, "doc") == ["doctor"]


def test_completing_writes_nothing(office: Path) -> None:
    """The log is as long, and the file the same, after any number of Tabs."""
    before = call("log", "export", config=office).out
    database = (office / "pubguard.db").read_bytes()
    bash(office, "check", "publish", "")
    assert call("log", "export", config=office).out == before
    assert (office / "pubguard.db").read_bytes() == database


def test_many_releases_are_not_all_offered(office: Path, tmp_path: Path) -> None:
    """At most a few hundred ids, the first of those that begin like that."""
    rows = (
        f'[[release]]\nid = "r-{n:04}"\ntitle = "R"\nprovisional = "2038"\n'
        for n in range(MOST + 9)
    )
    (tmp_path / "many.toml").write_text("".join(rows))
    assert call("calendar", "import", str(tmp_path / "many.toml"), config=office).code == 0
    assert len(bash(office, "check", "publish", "")) == MOST
    assert bash(office, "check", "publish", "r-0308") == ["r-0308"]


@pytest.mark.parametrize("instruction", ["bash_complete", "bash_source", "x", ""])
def test_a_command_is_never_taken_for_a_completion(office: Path, instruction: str) -> None:
    """With the variable left in the environment a check is decided, and its no stays a no."""
    done = subprocess.run(
        [BIN / "pubguard", "check", "publish", PRICES[0], "--actor", "c.lee", "--json"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=office,
        env={**os.environ, "_PUBGUARD_COMPLETE": instruction, "COMP_WORDS": "", "COMP_CWORD": "0"},
    )
    assert done.returncode == 1
    assert '"decision":"block"' in done.stdout


@pytest.mark.parametrize(
    "surroundings",
    [
        {"_PUBGUARD_COMPLETE": "bash_complete"},
        {"_PUBGUARD_COMPLETE": "bash_complete", "COMP_WORDS": "pubguard c", "COMP_CWORD": "x"},
        {"_PUBGUARD_COMPLETE": "tcsh_complete", "COMP_WORDS": "pubguard c", "COMP_CWORD": "1"},
    ],
)
def test_a_question_that_makes_no_sense_is_no_yes(
    monkeypatch: pytest.MonkeyPatch, surroundings: dict[str, str]
) -> None:
    """Nothing is printed, and the exit code is not 0."""
    monkeypatch.delenv("COMP_WORDS", raising=False)
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    done = call()
    assert done.code in (1, 2)
    assert done.out == done.err == ""


def test_zsh_gets_help_on_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three lines for each word: what it is, the word, and what it is for."""
    monkeypatch.setenv("_PUBGUARD_COMPLETE", "zsh_complete")
    monkeypatch.setenv("COMP_WORDS", "pubguard doc")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert call().out == "plain\ndoctor\nLook for what would make the guard fail.\n"


def test_fish_gets_help_behind_a_tab(monkeypatch: pytest.MonkeyPatch) -> None:
    """The word and what it is for, as fish wants them."""
    monkeypatch.setenv("_PUBGUARD_COMPLETE", "fish_complete")
    monkeypatch.setenv("COMP_WORDS", "pubguard doc")
    monkeypatch.setenv("COMP_CWORD", "doc")
    assert call().out == "plain,doctor\tLook for what would make the guard fail.\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_printed(shell: str, tmp_path: Path) -> None:
    """It asks with our variable, is one document with --json, and its shell can read it."""
    script = call("completion", shell).out
    assert "_PUBGUARD_COMPLETE" in script
    assert call("completion", shell, "--json").document == {
        "shell": shell,
        "script": script.rstrip("\n"),
    }
    (tmp_path / "script").write_text(script)
    if found := shutil.which(shell):
        subprocess.run([found, "-n", tmp_path / "script"], check=True, timeout=60)


def test_a_shell_that_is_not_known_is_told() -> None:
    """The three that are known are named."""
    done = call("completion", "csh")
    assert done.code == 2
    assert "'bash', 'zsh', 'fish'" in done.err
