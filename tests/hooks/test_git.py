from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.guard.conftest import Office
from tests.hooks.conftest import CONTENT, DIGEST, OUTPUT, RELEASE, armed
from tests.hooks.gitrepo import BOTH, MAPPING, PATH, Server, refused


@pytest.fixture(params=[BOTH, BOTH[:1], BOTH[1:]], ids=["both", "pre-receive", "transaction"])
def each(request: pytest.FixtureRequest, tmp_path: Path) -> Server:
    """A guarded repository with both hooks, and with either of them alone."""
    return Server(tmp_path, request.param)


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """A guarded repository with both hooks."""
    return Server(tmp_path, BOTH)


PUSHES: dict[str, Callable[[Server], tuple[str, ...]]] = {
    "main": lambda _: ("main",),
    "another branch": lambda _: ("main:refs/heads/draft",),
    "a tag": lambda s: (s.git("tag", "v1"), "v1")[1:],
    "an annotated tag": lambda s: (s.git("tag", "-am", "x", "v1"), "v1")[1:],
    "notes": lambda _: ("main:refs/notes/x",),
    "a pull request": lambda _: ("main:refs/pull/7/head",),
    "a ref of no kind": lambda _: ("main:refs/odd/x",),
    "by force": lambda s: (s.git("commit", "-q", "--amend", "-m", "y"), "--force", "main")[1:],
    "without client hooks": lambda _: ("--no-verify", "main"),
    "atomically": lambda _: ("--atomic", "main", "main:refs/heads/b"),
    "as a mirror": lambda _: ("--mirror",),
}


@pytest.mark.parametrize("how", PUSHES)
def test_guarded_content_gets_in_by_no_ref(each: Server, how: str) -> None:
    """Whatever the ref and the way, the guard is asked, and its no keeps it out."""
    each.start()
    each.commit()
    each.answer("block")
    refused(each, *PUSHES[how](each))
    asked = f"check publish {RELEASE} --output {OUTPUT} --digest {DIGEST} --via git"
    assert asked in each.asked[-1]


@pytest.mark.parametrize(
    "answer", ["block", "confirm", "lies", "other", "stale", "crash", "mute", "error"]
)
def test_only_a_clear_yes_lets_it_in(server: Server, answer: str) -> None:
    """Any other answer, and none, is a no with words."""
    server.start()
    server.commit()
    server.answer(answer)
    before = server.refs()
    done = server.push("main")
    assert done.returncode
    assert "remote: pubguard: REFUSED" in done.stderr
    assert server.refs() == before


def test_a_yes_lets_it_in_asks_once_and_is_recorded(server: Server) -> None:
    """Both hooks run for one push, and a confirmation answers one question only."""
    server.start()
    server.commit()
    done = server.push("main")
    assert done.returncode == 0, done.stderr
    assert len(server.asked) == 1
    (record,) = server.records
    assert record.startswith(f"record published {RELEASE} --output {OUTPUT} --digest {DIGEST}")


def test_a_record_that_nobody_takes_waits(server: Server) -> None:
    """In the form that the shell hook sends."""
    server.start()
    server.commit()
    (server.folder / "records").write_text("4")
    assert "The record waits" in server.push("main").stderr
    (kept,) = (server.bare / "pubguard" / "queue").iterdir()
    assert f"outcome published\nrelease {RELEASE}\noutput {OUTPUT}\n" in kept.read_text()


def test_other_files_are_nobody_s_business(each: Server) -> None:
    """What no entry names goes in without a question."""
    each.start()
    each.answer("block")
    each.commit("README.md", b"About\n")
    assert each.push("main").returncode == 0
    assert each.asked == []


def test_what_is_public_may_be_pointed_at_again(each: Server) -> None:
    """A branch, a tag or a merge of what a ref shows already is no publication."""
    each.start()
    each.commit()
    assert each.push("main").returncode == 0
    each.answer("block")
    each.forget()
    each.git("checkout", "-qb", "topic", "HEAD~1")
    each.commit("notes.txt", b"x")
    each.git("merge", "-q", "--no-edit", "main")
    done = each.push("topic", "main:refs/heads/copy", "main:refs/tags/v1")
    assert done.returncode == 0, done.stderr


def test_content_that_changes_is_judged(each: Server) -> None:
    """A correction of what is public is new content; so is going back to what was before."""
    each.start()
    each.commit()
    each.commit(PATH, b"Corrected.\n")
    assert each.push("main").returncode == 0
    each.answer("block")
    each.commit(PATH, b"Corrected again.\n")
    refused(each, "main")
    each.forget()
    each.commit()
    refused(each, "--force", "main")


def test_a_merge_that_makes_new_content_is_judged(each: Server) -> None:
    """What differs from every parent first appears in the merge."""
    each.start()
    each.git("checkout", "-qb", "topic")
    each.commit("notes.txt", b"x")
    each.git("checkout", "-q", "main")
    each.commit("other.txt", b"y")
    each.git("merge", "-q", "--no-commit", "--no-ff", "topic")
    each.commit()
    each.answer("block")
    refused(each, "main")


def test_content_that_a_later_commit_takes_back_is_judged(each: Server) -> None:
    """The history is public too."""
    each.start()
    each.commit()
    each.git("rm", "-q", PATH)
    each.git("commit", "-qm", "Taken back")
    each.answer("block")
    refused(each, "main")


def test_taking_away_is_neverrefused(each: Server) -> None:
    """A file, a branch and a tag may go at any time, whatever the guard says."""
    each.start()
    each.commit()
    assert each.push("main", "main:refs/heads/old", "main:refs/tags/v1").returncode == 0
    each.answer("crash")
    each.git("rm", "-q", PATH)
    each.git("commit", "-qm", "Withdrawn")
    done = each.push("main", ":refs/heads/old", ":refs/tags/v1")
    assert done.returncode == 0, done.stderr
    assert set(each.refs()) == {"refs/heads/main"}


@pytest.mark.parametrize("together", [True, False])
def test_taking_the_mapping_out_opens_nothing(each: Server, together: bool) -> None:
    """The old tree's entries count beside the new tree's, in one commit or in two."""
    each.start()
    each.write(".pubguard/outputs.toml", b'[[output]]\npath="x"\nrelease="x"\noutput="x"\n')
    if not together:
        each.git("commit", "-qm", "Mapping")
    each.commit()
    each.answer("block")
    refused(each, "main")
    refused(each, "main:refs/heads/new")


def test_deleting_the_mapping_opens_nothing(each: Server) -> None:
    """A tree without the file has the entries of the one before."""
    each.start()
    each.git("rm", "-q", ".pubguard/outputs.toml")
    each.commit()
    each.answer("block")
    refused(each, "main")
    each.git("checkout", "-q", "--orphan", "fresh")
    each.commit("x", b"x")
    refused(each, "fresh")


def test_the_server_s_own_mapping_cannot_be_pushed_away(each: Server) -> None:
    """`pubguard.mapping` counts whatever the trees say."""
    own = each.folder / "outputs.toml"
    own.write_text(MAPPING)
    each.configure(mapping=own)
    each.commit()
    each.answer("block")
    refused(each, "main")
    own.unlink()
    refused(each, "main", words="cannot be read")


def test_without_a_mapping_nothing_gets_in(each: Server) -> None:
    """A guarded repository that does not say what lies where is refused."""
    each.commit("x", b"x")
    refused(each, "main", words="no .pubguard/outputs.toml says what lies where")


@pytest.mark.parametrize(
    "text",
    [
        "[[output",
        "",
        'output = "x"',
        "[[output]]\npath = 'x'",
        "[[output]]\npath = '/x'\nrelease = 'x'\noutput = 'x'",
        "[[output]]\npath = ''\nrelease = 'x'\noutput = 'x'",
        "[[output]]\npath = 'x'\nrelease = '../x'\noutput = 'x'",
        "[[output]]\npath = 'x'\nrelease = 'x'\noutput = 'x'\nexcept = 'y'",
        "\xff",
    ],
)
def test_a_mapping_that_cannot_be_read_isrefused(server: Server, text: str) -> None:
    """With what is wrong in it; nothing is guessed."""
    server.commit(".pubguard/outputs.toml", text.encode("latin-1"))
    refused(server, "main", words=".pubguard/outputs.toml")


def test_a_file_moved_to_a_guarded_path_is_judged(each: Server) -> None:
    """The object is known already; the path is new."""
    each.start()
    each.commit("elsewhere.csv")
    assert each.push("main").returncode == 0
    (each.clone / "data").mkdir()
    each.git("mv", "elsewhere.csv", PATH)
    each.git("commit", "-qm", "Moved")
    each.answer("block")
    refused(each, "main")


def test_a_mode_alone_is_no_new_content(each: Server) -> None:
    """What became executable says the same."""
    each.start()
    each.commit()
    assert each.push("main").returncode == 0
    each.answer("block")
    each.forget()
    (each.clone / PATH).chmod(0o755)
    each.git("commit", "-qam", "Mode")
    assert each.push("main").returncode == 0


@pytest.mark.parametrize("place", [PATH, "data"])
def test_a_link_in_the_place_of_a_guarded_file_isrefused(each: Server, place: str) -> None:
    """At the path, or as a folder above it; the guard is not even asked."""
    each.start()
    each.commit("secret/prices.csv")
    link = each.clone / place
    link.parent.mkdir(exist_ok=True)
    link.symlink_to("secret/prices.csv" if place == PATH else "secret")
    each.git("add", "-A")
    each.git("commit", "-qm", "Link")
    refused(each, "main", words="is a link or a submodule")


@pytest.mark.parametrize("place", [PATH, "data"])
def test_a_submodule_in_the_place_of_a_guarded_file_isrefused(each: Server, place: str) -> None:
    """Another repository would stand in for it."""
    each.start()
    head = each.git("rev-parse", "HEAD").strip()
    each.git("update-index", "--add", "--cacheinfo", f"160000,{head},{place}")
    each.git("commit", "-qm", "Submodule")
    refused(each, "main", words="is a link or a submodule")


def test_a_submodule_elsewhere_is_fine(each: Server) -> None:
    """Only what stands in for guarded paths is refused."""
    each.start()
    head = each.git("rev-parse", "HEAD").strip()
    each.git("update-index", "--add", "--cacheinfo", f"160000,{head},vendor")
    each.git("commit", "-qm", "Submodule")
    assert each.push("main").returncode == 0


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("with space/*.csv", "with space/a b.csv"),
        ("data/**", "data/new\nline.csv"),
        ("**/prices.csv", "a/b/prices.csv"),
        ("**/prices.csv", "prices.csv"),
        ("data", "data/deep/x.csv"),
        ("data/", "data/deep/x.csv"),
        ("data/?.csv", "data/1.csv"),
        ("-leading/*", "-leading/-x"),
        ("data/*.csv", "DATA/Prices.CSV"),
        ("daten/pr\u00e9cis.csv", "daten/pre\u0301cis.csv"),
        ("data/*.csv", "data/\udcff.csv"),
        ("data/\u20ac.csv", "data/\u20ac.csv"),
        ("a*b/c[1].csv", "axxb/c[1].csv"),
        (":odd/*", ":odd/x"),
        ('q"uote/*', 'q"uote/x'),
    ],
)
def test_odd_paths_are_found(server: Server, glob: str, path: str) -> None:
    """Spaces, line breaks, letters of any kind, hyphens in front, bytes that are no text."""
    text = f"[[output]]\npath = '{glob}'\nrelease = '{RELEASE}'\noutput = '{OUTPUT}'\n"
    server.commit(".pubguard/outputs.toml", text.encode())
    assert server.push("main").returncode == 0
    server.commit(path)
    server.answer("block")
    refused(server, "main")
    assert DIGEST in server.asked[-1]


@pytest.mark.parametrize("path", ["data/x/prices.csv", "xdata/prices.csv", "data/prices_csv"])
def test_a_star_stays_in_its_folder(server: Server, path: str) -> None:
    """What an entry does not name is not guarded."""
    text = f"[[output]]\npath = 'data/*.csv'\nrelease = '{RELEASE}'\noutput = '{OUTPUT}'\n"
    server.commit(".pubguard/outputs.toml", text.encode())
    server.commit(path)
    server.answer("block")
    assert server.push("main").returncode == 0


@pytest.mark.parametrize("what", ["HEAD:data/prices.csv", "HEAD:data", "HEAD^{tree}"])
def test_a_tag_on_a_bare_file_or_folder_isrefused(each: Server, what: str) -> None:
    """It would show content without a path."""
    each.start()
    each.commit()
    each.git("tag", "bare", what)
    each.git("tag", "-am", "x", "around", "bare")
    refused(each, "bare", words="no commit")
    refused(each, "around", words="no commit")


def test_another_object_cannot_be_put_in_the_place_of_one(each: Server) -> None:
    """refs/replace is not looked through."""
    each.start()
    empty = each.git("rev-parse", "HEAD").strip()
    each.commit()
    head = each.git("rev-parse", "HEAD").strip()
    assert each.push(f"{empty}:refs/replace/{head}").returncode == 0
    each.answer("block")
    refused(each, "main")


def test_a_change_made_on_the_server_is_judged(tmp_path: Path) -> None:
    """update-ref and a merge there run no pre-receive; reference-transaction sees them."""
    server = Server(tmp_path, ())
    server.start()
    server.commit()
    assert server.push("main:refs/heads/draft").returncode == 0
    server.git("update-ref", "-d", "refs/heads/draft", where=server.bare)
    head = server.git("rev-parse", "HEAD").strip()
    server.install("reference-transaction", server.bare / "hooks")
    server.answer("block")
    before = server.refs()
    done = server.try_git("update-ref", "refs/heads/main", head, where=server.bare)
    assert done.returncode
    assert "too soon" in done.stderr
    given = f"create refs/heads/x {head}\n"
    done = server.try_git("update-ref", "--stdin", where=server.bare, given=given)
    assert done.returncode
    assert server.refs() == before
    server.answer("allow")
    assert not server.try_git("update-ref", "refs/heads/main", head, where=server.bare).returncode
    assert len(server.records) == 1


def test_five_hundred_refs_at_once(server: Server) -> None:
    """One push of many refs is one question about one content."""
    server.start()
    server.commit()
    names = [f"main:refs/heads/b{number}" for number in range(500)]
    done = server.push("--atomic", *names)
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(server.refs()) == 501
    assert len(server.asked) == 1


def test_too_many_outputs_are_pushed_in_parts(server: Server) -> None:
    """A push is bounded, and the message says what to do."""
    text = f"[[output]]\npath = 'data'\nrelease = '{RELEASE}'\noutput = '{OUTPUT}'\n"
    server.commit(".pubguard/outputs.toml", text.encode())
    for number in range(101):
        place = server.clone / "data" / f"{number}.csv"
        place.parent.mkdir(exist_ok=True)
        place.write_text(str(number))
    server.git("add", "-A")
    server.git("commit", "-qm", "Many")
    refused(server, "main", words="more than 100 outputs")


def test_without_the_guard_nothing_gets_in(each: Server) -> None:
    """The command is missing from the PATH: no, in clear words, and unguarded files still go."""
    each.start()
    each.configure(command="no-such-pubguard")
    each.commit("README.md", b"x")
    assert each.push("main").returncode == 0
    each.commit()
    refused(each, "main", words="the command 'no-such-pubguard' cannot be run")


def test_without_python_nothing_gets_in(each: Server) -> None:
    """The script itself says what is wrong."""
    each.start()
    each.configure(python="no-such-python")
    each.commit()
    done = each.push("main")
    assert done.returncode
    assert "see that pubguard.python is right" in done.stderr


def test_a_guard_that_hangs_lets_nothing_in(server: Server) -> None:
    """It is not waited for without end, and nothing of it is left running."""
    server.start()
    server.commit()
    server.answer("hang")
    refused(server, "main", words="did not answer in 15 s")


@pytest.mark.parametrize(("answer", "code"), [("allow", 0), ("block", 1), ("error", 1)])
def test_pre_push_asks_beforehand_as_a_rehearsal(tmp_path: Path, answer: str, code: int) -> None:
    """A courtesy on one's own machine, which uses nothing up; --no-verify skips it."""
    server = Server(tmp_path, ())
    server.configure(server.clone, python=sys.executable, command=server.folder / "fake")
    server.install("pre-push", server.clone / ".git" / "hooks")
    server.start()
    server.commit()
    server.answer(answer)
    done = server.push("main")
    assert bool(done.returncode) == bool(code), done.stderr
    assert "--at " in server.asked[-1]
    assert server.push("--no-verify", "main").returncode == 0


def test_the_digest_is_of_the_bytes(server: Server) -> None:
    """Line ends, a missing last one and zero bytes count as they are."""
    server.start()
    body = b"a\r\nb\0\xff" + CONTENT * 100_000
    server.commit(PATH, body)
    assert server.push("main").returncode == 0
    assert hashlib.sha256(body).hexdigest() in server.asked[-1]


def test_with_the_real_guard_it_goes_in_at_its_slot(
    server: Server, tmp_path: Path, show: Callable[[str], dict[str, str]]
) -> None:
    """A real workspace: refused a second early with its reason, taken at the slot, and recorded."""
    office = Office(tmp_path / "office")
    armed(office, "2026-11-26T09:30")
    server.start()
    server.commit()
    real = Path(sys.executable).parent / "pubguard"
    server.configure(command=real, config=office.folder)
    server.more = show("2026-11-26T09:29:59")
    assert "1 s early" in refused(server, "main", words="remote: pubguard:   block PG201")
    server.more = show("2026-11-26T09:30")
    done = server.push("main")
    assert done.returncode == 0, done.stderr
    office.clock.set("2026-11-26T09:30")
    log = office.run("log", "show", "--release", RELEASE)
    last = json.loads(log.out.splitlines()[-1])
    assert last["kind"] == "outcome.recorded"
    assert not last["data"].get("bypass")
