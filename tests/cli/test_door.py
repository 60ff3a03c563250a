"""The one door: every way out of the command line has its exit code and its words."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pubguard import config
from pubguard.founding import template
from pubguard.testing import call

PUBGUARD = Path(sys.executable).parent / "pubguard"
PLUGIN = """
import click
from pubguard import hookimpl
from pubguard.errors import LogUnwritable, Refused

class Ended(BaseException): ...

RAISED = {
    "refuse": Refused("no \\x1b[31mway", "go home"),
    "unwritable": LogUnwritable("disk", "room"),
    "break": ValueError("oops \\x07"),
    "leave": SystemExit(7),
    "interrupt": KeyboardInterrupt(),
    "memory": MemoryError(),
    "surrogate": Refused("bad \\udcff name", "rename"),
}

@hookimpl
def register_commands(cli):
    @cli.command(help="Raises what it is told.")
    @click.argument("what")
    @click.option("--json", is_flag=True)
    def fail(what, json):
        raise RAISED[what]

    @cli.command(help="Waits for ever.")
    def wait():
        import sys, time
        print("waiting", flush=True)
        time.sleep(60)

    @cli.command(help="Writes a lot.")
    def flood():
        for number in range(1_000_000):
            print(number)
"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration that enables a plugin with commands that go wrong."""
    metadata = tmp_path / "site" / "failing-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "entry_points.txt").write_text("[pubguard]\nfailing = failing_plugin\n")
    (tmp_path / "site" / "failing_plugin.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    text = template.render("Example", "uk")
    start = text.index("plugins = ["), text.index("]")
    path = tmp_path / config.NAME
    path.write_text(text[: start[0]] + 'plugins = ["failing"' + text[start[1] :])
    monkeypatch.setenv(config.VARIABLE, str(path))
    monkeypatch.delenv("PUBGUARD_DEBUG", raising=False)
    return path


@pytest.mark.parametrize(
    ("what", "code", "name"),
    [
        ("refuse", 1, "refused"),
        ("unwritable", 4, "log-unwritable"),
        ("break", 4, "internal"),
        ("memory", 4, "internal"),
        ("interrupt", 130, "interrupted"),
    ],
)
def test_every_exception_has_its_exit_code(
    workspace: Path, what: str, code: int, name: str
) -> None:
    """With --json the error is one document on stdout; without, words on stderr."""
    quiet, spoken = call("fail", what, "--json"), call("fail", what)
    assert (quiet.code, spoken.code) == (code, code)
    error = quiet.document["error"]
    assert error["code"] == name
    assert set(error) == {"code", "message", "remedy"}
    assert quiet.err.strip() == ""
    assert spoken.out == ""
    assert "Traceback" not in spoken.err
    assert error["remedy"] in spoken.err


def test_the_remedy_stands_below_the_message(workspace: Path) -> None:
    """People read what happened, then what to do; escape sequences are made visible."""
    assert call("fail", "refuse").err == "Error: no \\x1b[31mway\ngo home\n"


def test_a_failure_in_itself_is_one_line_and_a_no(workspace: Path) -> None:
    """An uncaught error is exit 4, says its type, and shows no traceback unless asked."""
    done = call("fail", "break")
    assert "so the answer is no: ValueError: oops \\x07" in done.err
    assert done.err.count("\n") == 2


def test_the_traceback_is_shown_on_request(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PUBGUARD_DEBUG=1 is for whoever repairs it."""
    monkeypatch.setenv("PUBGUARD_DEBUG", "1")
    done = call("fail", "break")
    assert done.code == 4
    assert "Traceback" in done.err


def test_an_error_with_undecodable_bytes_is_still_json(workspace: Path) -> None:
    """A file name that is no UTF-8 does not break the document that complains about it."""
    assert call("fail", "surrogate", "--json").document["error"]["message"] == "bad \\udcff name"


@pytest.mark.parametrize(
    "arguments", [("chekc",), ("check",), ("check", "--nonsense"), ("plugins", "--config"), ()]
)
def test_a_wrong_call_is_exit_2(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unknown commands, options and missing arguments are usage errors, in JSON too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(config.VARIABLE, raising=False)
    assert call(*arguments).code == 2
    quiet = call(*arguments, "--json")
    assert quiet.code == 2
    assert json.loads(quiet.out)["error"]["message"]


def test_a_misspelt_command_is_answered_with_the_nearest() -> None:
    """`chekc` is probably `check`."""
    assert "Did you mean check?" in call("chekc").err


def test_ctrl_c_is_exit_130(workspace: Path) -> None:
    """An interrupted command says so and leaves with 130."""
    running = subprocess.Popen(
        [PUBGUARD, "wait"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stdout
    assert running.stdout.readline() == "waiting\n"
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Traceback" not in err


def test_a_reader_that_goes_away_is_no_success(workspace: Path) -> None:
    """`pubguard ... | head -1`: no traceback, and not exit 0, for the answer did not arrive."""
    running = subprocess.Popen(
        [PUBGUARD, "flood"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stdout
    assert running.stdout.readline() == "0\n"
    running.stdout.close()
    assert running.stderr
    assert running.stderr.read() == ""
    assert running.wait(timeout=30) == 4
    running.stderr.close()


def test_a_full_disk_behind_stdout_is_no_success(workspace: Path) -> None:
    """An answer that cannot be written is not a yes."""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [PUBGUARD, "plugins"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 4
    assert "No space left" in done.stderr


def test_a_closed_stdout_is_no_traceback(workspace: Path) -> None:
    """Without any stdout the exit code is all there is."""
    done = subprocess.run(
        f"'{PUBGUARD}' plugins >&-",
        shell=True,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_text_for_people_survives_any_locale(workspace: Path) -> None:
    """A terminal that knows only ASCII gets escapes and no error."""
    for form in ("C", "POSIX"):
        done = subprocess.run(
            [PUBGUARD, "--config", str(workspace) + "\u0174", "plugins"],
            capture_output=True,
            timeout=60,
            check=False,
            env={**os.environ, "LC_ALL": form, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        )
        assert done.returncode == 2
        assert b"\\udcc5\\udcb4" in done.stderr


def test_plugins_add_commands(workspace: Path) -> None:
    """Commands of enabled plugins stand in --help and can be called."""
    helped = call("--help")
    assert "Commands of plugins:" in helped.out
    assert "Raises what it is told." in helped.out


def test_a_plugin_cannot_take_the_place_of_a_command(workspace: Path) -> None:
    """A plugin that adds a `check` of its own is refused by name, and never called."""
    module = workspace.parent / "site" / "failing_plugin.py"
    module.write_text(module.read_text().replace("def flood", "def check"))
    done = subprocess.run(
        [PUBGUARD, "fail", "refuse", "--json"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    message = json.loads(done.stdout)["error"]["message"]
    assert done.returncode == 2
    assert "The plugin failing adds the command 'check'" in message


def test_help_works_without_plugins(workspace: Path) -> None:
    """A broken configuration is told in the help, not instead of it."""
    workspace.write_text("plugins = [")
    helped = call("--help")
    assert helped.code == 0
    assert "Commands of plugins cannot be listed" in helped.out
