"""`pubguard log ...` as people and programs call it."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pubguard.events import ApprovalRecorded, ChallengeFailed, Event
from pubguard.log.merkle import leaf_hash
from pubguard.testing import SettableClock, call, make_workspace

AT = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
SECRET = "the table in section seven was wrong"


@pytest.fixture
def place(tmp_path):
    """A workspace whose log has 300 entries; number 2 has a sealed note."""
    workspace = make_workspace(tmp_path / "ws", clock=SettableClock("2026-07-01T09:30"))
    data = [ChallengeFailed(challenge="c", binding=str(number)) for number in range(300)]
    events = [Event(at=AT, data=each, release="cpi", actor="a.jones") for each in data]
    note = ApprovalRecorded(digests={}, claim=True)
    events[2] = Event(at=AT, data=note, release="gdp", actor="b.shah", sealed={"note": SECRET})
    workspace.log.append(events, {}, {})
    workspace.close()
    return tmp_path / "ws"


@pytest.fixture
def run(place):
    """Call a log command in the workspace."""
    return lambda *words: call("log", *words, config=place / "pubguard.toml")


def sql(place, statement):
    with sqlite3.connect(place / "pubguard.db") as tool:
        tool.execute(statement)
    tool.close()


def test_times_within_an_entry_are_london_s_too(place, run):
    """Nobody compares a London time in one column with a UTC time in the next."""
    asked = ("announce", "prices", "--title", "P", "--release-at", "2037-07-15T09:30")
    call("calendar", *asked, "--actor", "c.lee", config=place)
    check = ("approve", "prices", "--actor", "a.jones", "--role", "approver")
    call("check", *check, "--effective-at", "2037-07-15T09:30", config=place)
    shown = run("show", "--release", "prices").out
    assert "effective_at 15 Jul 2037 09:30:00" in shown
    assert "08:30:00Z" not in shown


def test_show_is_one_line_per_entry_with_london_times(run):
    """People get index, London time, kind, release, actor, and sealed values that are held."""
    shown = run("show")
    assert shown.code == 0
    lines = shown.out.splitlines()
    assert len(lines) == 300
    assert lines[2].split()[:8] == [
        "2",
        "01",
        "Jul",
        "2026",
        "09:30:00",
        "approval.recorded",
        "gdp",
        "b.shah",
    ]
    assert f"note: {SECRET}" in lines[2]
    assert len(run("show", "--release", "gdp").out.splitlines()) == 1


def test_show_as_json_is_a_line_per_entry(run):
    """With --json each entry is one line of JSON, with its sealed values or null."""
    documents = [json.loads(line) for line in run("show", "--json").out.splitlines()]
    assert [each["index"] for each in documents] == list(range(300))
    assert documents[2]["sealed"] == {"note": SECRET}
    assert documents[2]["at"] == "2026-07-01T08:30:00.000000Z"


def test_export_gives_the_bytes_that_were_hashed(place):
    """Every exported line is an entry, byte for byte; its leaf hash is the stored one."""
    ran = subprocess.run(
        [Path(sys.executable).with_name("pubguard"), "log", "export"],
        cwd=place,
        capture_output=True,
        check=True,
        timeout=60,
    )
    lines = ran.stdout.splitlines()
    with sqlite3.connect(place / "pubguard.db") as tool:
        leaves = [leaf for (leaf,) in tool.execute("SELECT leaf FROM entry ORDER BY idx")]
    tool.close()
    assert [leaf_hash(line) for line in lines] == leaves


def test_a_sound_log_verifies_and_says_what_it_cannot_know(run):
    """Verify exits 0 with size and root, and names what only a checkpoint could exclude."""
    found = run("verify", "--json")
    document = found.document
    assert (found.code, document["ok"], document["size"], document["first_bad"]) == (
        0,
        True,
        300,
        None,
    )
    assert len(document["root"]) == 64
    assert len(document["cannot_exclude"]) == 2
    text = run("verify")
    assert "sound" in text.out
    assert "cannot be excluded" in text.out
    assert run("verify", "--replay").code == 0


def test_a_changed_entry_is_found_and_named(run, place):
    """Verify exits 1 and says which entry is the first bad one."""
    sql(place, "UPDATE entry SET body = CAST(replace(body, '\"17\"', '\"18\"') AS BLOB)")
    found = run("verify", "--json")
    assert (found.code, found.document["ok"], found.document["first_bad"]) == (1, False, 17)
    text = run("verify")
    assert text.code == 1
    assert "NOT sound" in text.out
    assert "17" in text.out


def test_a_kept_checkpoint_shows_what_was_cut_off(run, place, tmp_path):
    """A cut that verifies by itself does not under a checkpoint that was kept."""
    kept = tmp_path / "checkpoint.txt"
    kept.write_text(run("checkpoint").out)
    assert run("verify", "--checkpoint", str(kept)).code == 0
    sql(place, "DELETE FROM entry WHERE idx >= 290")
    assert run("verify").code == 0
    found = run("verify", "--checkpoint", str(kept), "--key", str(place / "keys/log.pub"), "--json")
    assert (found.code, found.document["first_bad"]) == (1, 290)


def test_a_checkpoint_that_was_changed_is_refused(run, tmp_path):
    """A checkpoint with another size, or no checkpoint at all, is refused with exit 1."""
    kept = tmp_path / "checkpoint.txt"
    kept.write_text(run("checkpoint").out.replace("\n300\n", "\n299\n"))
    for words in (["--checkpoint", str(kept)], ["--checkpoint", __file__]):
        found = run("verify", *words, "--json")
        assert found.code == 1
        assert found.document["error"]["code"] == "refused"
    assert run("verify", "--checkpoint", str(tmp_path / "none"), "--json").code == 2


def test_checkpoint_as_json_holds_the_note(run):
    """The JSON document has origin, size, root and the very note that text prints."""
    document = run("checkpoint", "--json").document
    assert document["origin"] == "pubguard/office-for-example-statistics"
    assert document["size"] == 300
    assert document["checkpoint"] == run("checkpoint").out
    assert document["root"] == run("verify", "--json").document["root"]


@pytest.mark.parametrize("index", ["0", "2", "255", "299"])
def test_a_proof_holds_without_the_log(run, place, tmp_path, index):
    """What `prove` prints is verified with nothing but the public key."""
    file = tmp_path / "it.tlog-proof"
    file.write_text(run("prove", index).out)
    os.rename(place / "pubguard.db", tmp_path / "away.db")
    key = str(place / "keys/log.pub")
    found = run("verify-proof", str(file), "--key", key, "--json")
    assert (found.code, found.document["ok"]) == (0, True)
    assert found.document["entry"]["index"] == int(index)
    assert run("verify-proof", str(file)).code == 0
    file.write_text(file.read_text().replace("index ", "index 1"))
    assert run("verify-proof", str(file), "--key", key).code == 1


def test_verify_proof_needs_no_workspace(run, place, tmp_path, monkeypatch):
    """Whoever is handed a proof and a key can check it anywhere."""
    file = tmp_path / "it.tlog-proof"
    file.write_text(run("prove", "5").out)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert call("log", "verify-proof", str(file), "--key", str(place / "keys/log.pub")).code == 0


def test_there_is_no_proof_of_what_is_not_there(run):
    """An index beyond the log is refused, and the message says how many there are."""
    found = run("prove", "300")
    assert found.code == 1
    assert "300" in found.err


def test_erase_removes_the_value_from_every_file_and_records_it(run, place):
    """After `erase` the value is in no file, the log verifies, and who erased it is recorded."""
    found = run("erase", "2", "note", "--actor", "d.khan", "--reason", "asked for", "--json")
    assert found.code == 0
    assert found.document["event"]["index"] == 300
    for file in place.rglob("*"):
        assert file.is_dir() or SECRET.encode() not in file.read_bytes()
    assert "(erased)" in run("show", "--release", "gdp").out
    assert run("verify", "--json").document["ok"]
    again = run("erase", "2", "note", "--actor", "d.khan", "--reason", "again")
    assert again.code == 1
    assert "already" in again.err
    assert run("erase", "3", "note", "--actor", "d.khan", "--reason", "x").code == 1
    assert run("erase", "999", "note", "--actor", "d.khan", "--reason", "x").code == 1


def test_an_erasure_that_was_cut_short_is_found_and_finished(run, place):
    """Recorded but still held: verify says so, and the same command again deletes it."""
    database = place / "pubguard.db"
    with sqlite3.connect(database) as tool:
        held = tool.execute("SELECT * FROM sealed").fetchall()
    tool.close()
    run("erase", "2", "note", "--actor", "d.khan", "--reason", "asked for")
    with sqlite3.connect(database) as tool:
        tool.executemany("INSERT OR IGNORE INTO sealed VALUES (?, ?, ?)", held)
    tool.close()
    found = run("verify", "--json").document
    assert (found["ok"], found["first_bad"]) == (False, 2)
    again = run("erase", "2", "note", "--actor", "d.khan", "--reason", "asked for", "--json")
    assert (again.code, again.document["event"]) == (0, None)
    assert run("verify").code == 0
    assert SECRET.encode() not in database.read_bytes()


def test_rebuild_mends_states_and_tiles(run, place):
    """After states and tiles were lost, `rebuild` makes the log sound again."""
    root = run("verify", "--json").document["root"]
    sql(place, "DELETE FROM tile")
    assert run("verify").code == 1
    made = run("rebuild", "--json")
    assert (made.code, made.document["root"], made.document["tiles"]) == (0, root, 1)
    assert run("verify").code == 0


def test_rebuild_does_not_touch_a_log_with_a_gap(run, place):
    """Where an entry is missing, `rebuild` changes nothing and exits 4."""
    sql(place, "DELETE FROM entry WHERE idx = 9")
    before = (place / "pubguard.db").read_bytes()
    found = run("rebuild")
    assert found.code == 4
    assert "Entry 9" in found.err
    assert (place / "pubguard.db").read_bytes() == before


@pytest.mark.parametrize(
    "words", [("show",), ("verify",), ("export",), ("checkpoint",), ("prove", "0"), ("rebuild",)]
)
def test_without_a_log_every_command_says_what_to_do(run, place, words):
    """A missing log is exit 4 with `pubguard init`, as text and as JSON; none is made."""
    (place / "pubguard.db").unlink()
    found = run(*words, "--json")
    assert found.code == 4
    assert "pubguard init" in found.document["error"]["remedy"]
    assert not (place / "pubguard.db").exists()


@pytest.mark.parametrize("file", ["keys/log.pem", "keys/log.pub"])
def test_a_missing_key_is_named(run, place, file):
    """Without its key a checkpoint cannot be signed; exit 4, and the file is named."""
    (place / file).unlink()
    found = run("checkpoint", "--json")
    assert found.code == 4
    assert file in found.document["error"]["message"]


def test_the_log_and_keys_are_private(place):
    """What `init` makes for the log is readable by its owner alone."""
    for file in ("pubguard.db", "keys/log.pem"):
        assert stat.S_IMODE((place / file).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "name",
    ["show", "verify", "export", "checkpoint", "prove", "verify-proof", "erase", "rebuild"],
)
def test_every_help_has_an_example(name):
    """`--help` of each command ends with an example of that very command."""
    shown = call("log", name, "--help")
    assert shown.code == 0
    assert f"pubguard log {name}" in shown.out.split("Example")[1]
