"""The real command in odd places: paths, locales, arguments, clocks and configurations."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pubguard.testing import call

PUBGUARD = Path(sys.executable).parent / "pubguard"
FOUND = ("--organisation", "Example", "--nation", "england")
WITHDRAW = ("check", "withdraw", "r", "--actor", "it.desk")


def run(*arguments: str | bytes | Path, **options) -> subprocess.CompletedProcess[bytes]:
    """The command as a shell would start it; whatever happens it shows no traceback."""
    done = subprocess.run(
        [PUBGUARD, *arguments], capture_output=True, timeout=60, check=False, **options
    )
    assert b"Traceback" not in done.stdout + done.stderr, done.stderr.decode()
    return done


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with one release."""
    folder = tmp_path / "office"
    assert call("init", str(folder), *FOUND).code == 0
    announced = (*("--title", "R"), "--release-at", "2037-12-15T09:30", "--actor", "c.lee")
    assert call("calendar", "announce", "r", *announced, config=folder).code == 0
    return folder


@pytest.mark.parametrize(
    "name",
    [
        *(b"with space", b"per%41cent", b"ask?mode=ro", b"ha#sh", b"quo'te\"", b"-d"),
        *("\u0174y\u0302 \u540d".encode(), b"no\xfftext", b"line\nbreak"),
    ],
)
def test_a_workspace_works_wherever_it_lies(tmp_path: Path, name: bytes) -> None:
    """Spaces, marks that mean something in a URI, and bytes that are no text are only a name."""
    folder = os.path.join(os.fsencode(tmp_path), name)
    assert run("init", folder, *FOUND, "--json").returncode == 0
    done = run(*WITHDRAW, "--config", folder, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["event"]["index"] == 1
    assert b"pubguard.db" in b"".join(os.listdir(folder))
    assert run("log", "verify", "--config", folder).returncode == 0
    assert run("doctor", "--config", folder, "--json").returncode in (0, 1)
    assert os.listdir(os.fsencode(tmp_path)) == [name]


@pytest.mark.parametrize(
    "surroundings",
    [
        pytest.param({}, id="nothing at all, HOME included"),
        pytest.param({"LANG": "C"}, id="LANG=C"),
        pytest.param({"LC_ALL": "POSIX"}, id="POSIX"),
        pytest.param({"LC_ALL": "no_SUCH.locale", "HOME": "/nowhere", "TZ": "Mars/Base"}, id="bad"),
    ],
)
def test_no_environment_changes_an_answer(workspace: Path, surroundings: dict[str, str]) -> None:
    """Without HOME, in any locale and with any TZ the times are London's and titles are kept."""
    new = ("calendar", "announce", "w", "--title", "\u0174 prices", "--actor", "c.lee")
    when = ("--release-at", "2037-06-15T09:30", "--config", workspace)
    assert run(*new, *when, env=surroundings).returncode == 0
    shown = run("calendar", "show", "w", "--config", workspace, "--json", env=surroundings)
    release = json.loads(shown.stdout)
    assert (release["title"], release["release_at"]) == ("\u0174 prices", "2037-06-15T08:30:00Z")
    assert b"09:30" in run("calendar", "list", "--config", workspace, env=surroundings).stdout
    assert run(*WITHDRAW, "--config", workspace, env=surroundings).returncode == 0


NO_TEXT = b"x\xff"


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "publish", NO_TEXT, "--actor", "a"),
        *(
            ("check", "publish", "r", "--actor", "a", option, NO_TEXT)
            for option in (
                *("--actor", "--author", "--role", "--effective-at", "--at", "--digest"),
                *("--output", "--recipient", "--via", "--request-id"),
            )
        ),
        ("check", "publish", "r", "--actor", "a", "--permit", b"env:" + NO_TEXT),
        ("check", "publish", "r", "--actor", "a", "--digest", NO_TEXT + b"=sha256:" + b"0" * 64),
        ("check", NO_TEXT, "r", "--actor", "a"),
        ("confirm", NO_TEXT, "--actor", "a", "--typed", "x"),
        *(
            ("record", "published", "r", "--actor", "a", option, NO_TEXT)
            for option in ("--note", "--url", "--output", "--permit", "--request-id")
        ),
        ("calendar", "announce", "n", "--title", NO_TEXT, "--provisional", "x", "--actor", "a"),
        ("calendar", "show", NO_TEXT),
        ("calendar", "import", NO_TEXT),
        ("rules", NO_TEXT),
        ("log", "verify", "--checkpoint", NO_TEXT),
        ("log", "show", "--release", NO_TEXT),
        (NO_TEXT,),
    ],
)
def test_an_argument_that_is_no_text_is_a_no_in_words(
    workspace: Path, arguments: tuple[str | bytes, ...]
) -> None:
    """Bytes that are no UTF-8 are refused with one JSON document, and nothing is stored."""
    before = call("log", "export", config=workspace).out
    done = run(*arguments, "--config", workspace, "--json")
    assert done.returncode in (1, 2)
    error = json.loads(done.stdout)["error"]
    assert error["message"]
    assert error["code"] != "internal"
    assert call("log", "export", config=workspace).out == before


HARMFUL = [
    "a/b",
    "..",
    "../x",
    "a b",
    "a\x07",
    "x" * 10_000,
    "r\u0435lease",
    "a\nb",
    "\u202ecba",
    "",
]


@pytest.mark.parametrize("text", HARMFUL)
@pytest.mark.parametrize("option", ["--output", "--digest"])
def test_the_name_of_an_output_is_an_id(workspace: Path, text: str, option: str) -> None:
    """As a release's: no slashes, spaces, controls, look-alikes, and no 10,000 characters."""
    if option == "--digest" and not text:
        return  # without a name it is the whole release's digest
    value = f"{text}=sha256:{'0' * 64}" if option == "--digest" else text
    done = call("check", "publish", "r", "--actor", "a", option, value, "--json", config=workspace)
    assert (done.code, done.document["error"]["code"]) == (2, "id")
    assert len(done.out) < 500


@pytest.mark.parametrize(
    "text", ["1" * 10_000, "20261126109:30", "2026-11-26x09:30", "2026-11-26\x0009:30", "9" * 20]
)
def test_digits_in_a_row_are_no_time(workspace: Path, text: str) -> None:
    """Nothing stands between date and time but a T or a space, so nothing is guessed."""
    done = call(
        *("check", "publish", "r", "--actor", "a", "--effective-at", text, "--json"),
        config=workspace,
    )
    assert (done.code, done.document["error"]["code"]) == (2, "time")
    assert len(done.out) < 500


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda body: body.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(lambda body: b"\xef\xbb\xbf" + body, id="a BOM"),
        pytest.param(lambda body: b"\xef\xbb\xbf" + body.replace(b"\n", b"\r\n"), id="both"),
    ],
)
def test_a_configuration_from_a_windows_editor_is_read(workspace: Path, change) -> None:
    """Line ends and a byte order mark change nothing, not even the recorded settings."""
    path = workspace / "pubguard.toml"
    path.write_bytes(change(path.read_bytes()))
    assert run(*WITHDRAW, "--config", workspace).returncode == 0
    kinds = [
        json.loads(line)["kind"]
        for line in call("log", "export", config=workspace).out.splitlines()
    ]
    assert kinds.count("config.changed") == 1


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda path: path.write_bytes(b"# \xe9\n" + path.read_bytes()), id="Latin-1"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes() + b"\0"), id="NUL"),
        pytest.param(lambda path: path.write_bytes(b"#" * 50_000_000), id="50 MB"),
        pytest.param(lambda path: path.write_bytes(b""), id="empty"),
        pytest.param(lambda path: path.write_bytes(b"[" * 100_000), id="100,000 brackets"),
        pytest.param(lambda path: (path.unlink(), os.mkfifo(path)), id="a pipe"),
        pytest.param(lambda path: (path.unlink(), path.symlink_to("/dev/zero")), id="a device"),
        pytest.param(lambda path: (path.unlink(), path.symlink_to(path)), id="a circle"),
        pytest.param(lambda path: path.chmod(0o666), id="others can write it"),
        pytest.param(lambda path: path.parent.chmod(0o777), id="others can write beside it"),
    ],
)
def test_a_configuration_that_cannot_count_is_exit_2(workspace: Path, change) -> None:
    """At once, with one document that names the file, and nothing is stored."""
    path = workspace / "pubguard.toml"
    change(path)
    done = run(*WITHDRAW, "--config", path, "--json")
    assert done.returncode == 2
    error = json.loads(done.stdout)["error"]
    assert error["remedy"]
    assert str(workspace) in error["message"]


def test_every_unknown_key_is_named_with_the_nearest_right_one(workspace: Path) -> None:
    """All at once, exit 2, and nothing is decided under half a configuration."""
    path = workspace / "pubguard.toml"
    text = path.read_text().replace("two_person =", "two_persons =")
    path.write_text(text.replace("late_after =", "late_aftre =") + "\n[gaet]\nx = 1\n")
    done = run(*WITHDRAW, "--config", workspace, "--json")
    assert done.returncode == 2
    message = json.loads(done.stdout)["error"]["message"]
    for wrong, right in (("two_persons", "two_person"), ("late_aftre", "late_after")):
        assert wrong in message
        assert f"{right}?" in message
    assert "gaet" in message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(lambda path: path.unlink(), "No such file", id="missing"),
        pytest.param(lambda path: path.chmod(0o640), "read by other users", id="others read it"),
        pytest.param(lambda path: path.chmod(0o622), "changed by other users", id="write it"),
        pytest.param(lambda path: path.parent.chmod(0o777), "changed by other", id="replace it"),
        pytest.param(lambda path: path.write_bytes(b"\0\xff" * 999), "", id="garbage"),
        pytest.param(lambda path: (path.unlink(), os.mkfifo(path, 0o600)), "no", id="a pipe"),
        pytest.param(lambda path: (path.unlink(), path.mkdir()), "director", id="a folder"),
    ],
)
def test_a_key_that_cannot_sign_is_named_and_signs_nothing(
    workspace: Path, change, words: str
) -> None:
    """Exit 4 with the key's path and what to do, at once; checks go on without it."""
    key = workspace / "keys" / "log.pem"
    change(key)
    done = run("log", "checkpoint", "--config", workspace, "--json")
    error = json.loads(done.stdout)["error"]
    assert (done.returncode, error["code"]) == (4, "key")
    assert words in error["message"]
    assert str(key.parent) in error["message"]
    assert error["remedy"]
    assert run(*WITHDRAW, "--config", workspace).returncode == 0


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("../elsewhere.db", 4),
        ("/nowhere/at/all.db", 4),
        (".", 4),
        ("keys", 4),
        ("keys/log.pem", 4),
        ("/dev/null", 4),
        ("", 2),
        ("a\\u0000b", 2),
        ("x" * 5000, 4),
    ],
)
def test_a_store_that_lies_wrong_is_named(workspace: Path, path: str, code: int) -> None:
    """Nothing is made there, nothing is overwritten, and it is no yes."""
    config = workspace / "pubguard.toml"
    config.write_text(config.read_text().replace('path = "pubguard.db"', f'path = "{path}"'))
    key = (workspace / "keys" / "log.pem").read_bytes()
    done = run("check", "publish", "r", "--actor", "a", "--config", workspace, "--json")
    assert done.returncode == code, done.stdout
    error = json.loads(done.stdout)["error"]
    assert error["remedy"]
    assert error["code"] != "internal"
    assert (workspace / "keys" / "log.pem").read_bytes() == key
    assert not (workspace.parent / "elsewhere.db").exists()


def test_a_store_behind_a_link_is_the_one_it_leads_to(workspace: Path) -> None:
    """A log kept on another disk by a symbolic link is one log, by whichever name."""
    real = workspace.parent / "disk.db"
    (workspace / "pubguard.db").rename(real)
    (workspace / "pubguard.db").symlink_to(real)
    assert run(*WITHDRAW, "--config", workspace).returncode == 0
    verified = json.loads(run("log", "verify", "--json", "--config", workspace).stdout)
    assert (verified["ok"], verified["size"]) == (True, 3)


def test_two_inits_at_once_make_one_workspace(tmp_path: Path) -> None:
    """One makes it, the others are refused and take nothing of it away."""
    line = [PUBGUARD, "init", tmp_path / "office", *FOUND, "--json"]
    crowd = [subprocess.Popen(line, stdout=subprocess.PIPE) for _ in range(6)]
    ends = [(running.communicate(timeout=60)[0], running.returncode) for running in crowd]
    codes = sorted(code for _, code in ends)
    assert codes[0] == 0, ends
    assert set(codes[1:]) == {1}, ends
    assert run(*WITHDRAW, "--config", tmp_path / "office").returncode == 0
    assert run("log", "checkpoint", "--config", tmp_path / "office").returncode == 0
    assert run("log", "verify", "--config", tmp_path / "office").returncode == 0


def test_an_answer_that_does_not_arrive_is_not_exit_0(workspace: Path) -> None:
    """A full disk behind stdout is told on stderr, once, with --json too."""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [PUBGUARD, "calendar", "list", "--config", workspace, "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.returncode == 4
    assert done.stderr.count(b"No space left") == 1
    assert b"Traceback" not in done.stderr
