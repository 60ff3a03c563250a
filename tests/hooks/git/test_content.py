"""What of a push is judged: whatever the ref and the way, new content and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from tests.conftest import Show
from tests.hooks.conftest import CONTENT, DIGEST, OUTPUT
from tests.hooks.gitrepo import PATH, Guarded, refused

PUSHES: dict[str, Callable[[Guarded], tuple[str, ...]]] = {
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
def test_guarded_content_gets_in_by_no_ref(each: Guarded, how: str) -> None:
    """Whatever the ref and the way, the guard is asked, and its no keeps it out."""
    each.start()
    each.commit()
    refused(each, *PUSHES[how](each))
    assert each.asked[-1]["digests"] == {OUTPUT: DIGEST}


def test_other_files_are_nobody_s_business(each: Guarded) -> None:
    """What no entry names goes in without a question."""
    each.start()
    each.commit("README.md", b"About\n")
    assert each.push("main").returncode == 0
    assert each.asked == []


def test_what_is_public_may_be_pointed_at_again(each: Guarded) -> None:
    """A branch, a tag or a merge of what a ref shows already is no publication."""
    each.start()
    each.commit()
    each.let_in("main")
    each.git("checkout", "-qb", "topic", "HEAD~1")
    each.commit("notes.txt", b"x")
    each.git("merge", "-q", "--no-edit", "main")
    done = each.push("topic", "main:refs/heads/copy", "main:refs/tags/v1")
    assert done.returncode == 0, done.stderr


def test_content_that_changes_is_judged(each: Guarded) -> None:
    """A correction of what is public is new content; so is going back to what was before."""
    each.start()
    each.commit()
    each.commit(PATH, b"Corrected.\n")
    each.let_in("main")
    each.commit(PATH, b"Corrected again.\n")
    refused(each, "main")
    each.commit()
    refused(each, "--force", "main")


def test_a_merge_that_makes_new_content_is_judged(each: Guarded) -> None:
    """What differs from every parent first appears in the merge."""
    each.start()
    each.git("checkout", "-qb", "topic")
    each.commit("notes.txt", b"x")
    each.git("checkout", "-q", "main")
    each.commit("other.txt", b"y")
    each.git("merge", "-q", "--no-commit", "--no-ff", "topic")
    each.commit()
    refused(each, "main")


def test_content_that_a_later_commit_takes_back_is_judged(each: Guarded) -> None:
    """The history is public too."""
    each.start()
    each.commit()
    each.git("rm", "-q", PATH)
    each.git("commit", "-qm", "Taken back")
    refused(each, "main")


def test_taking_away_is_never_refused(each: Guarded) -> None:
    """A file, a branch and a tag may go at any time, whatever has become of the guard."""
    each.start()
    each.commit()
    each.let_in("main", "main:refs/heads/old", "main:refs/tags/v1")
    each.configure(command="no-such-pubguard")
    each.git("rm", "-q", PATH)
    each.git("commit", "-qm", "Withdrawn")
    done = each.push("main", ":refs/heads/old", ":refs/tags/v1")
    assert done.returncode == 0, done.stderr
    assert set(each.refs()) == {"refs/heads/main"}


def test_a_file_moved_to_a_guarded_path_is_judged(each: Guarded) -> None:
    """The object is known already; the path is new."""
    each.start()
    each.commit("elsewhere.csv")
    assert each.push("main").returncode == 0
    (each.clone / "data").mkdir()
    each.git("mv", "elsewhere.csv", PATH)
    each.git("commit", "-qm", "Moved")
    refused(each, "main")


def test_a_mode_alone_is_no_new_content(each: Guarded) -> None:
    """What became executable says the same."""
    each.start()
    each.commit()
    each.let_in("main")
    (each.clone / PATH).chmod(0o755)
    each.git("commit", "-qam", "Mode")
    assert each.push("main").returncode == 0


@pytest.mark.parametrize("place", [PATH, "data"])
def test_a_link_in_the_place_of_a_guarded_file_is_refused(each: Guarded, place: str) -> None:
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
def test_a_submodule_in_the_place_of_a_guarded_file_is_refused(each: Guarded, place: str) -> None:
    """Another repository would stand in for it."""
    each.start()
    head = each.git("rev-parse", "HEAD").strip()
    each.git("update-index", "--add", "--cacheinfo", f"160000,{head},{place}")
    each.git("commit", "-qm", "Submodule")
    refused(each, "main", words="is a link or a submodule")


def test_a_submodule_elsewhere_is_fine(each: Guarded) -> None:
    """Only what stands in for guarded paths is refused."""
    each.start()
    head = each.git("rev-parse", "HEAD").strip()
    each.git("update-index", "--add", "--cacheinfo", f"160000,{head},vendor")
    each.git("commit", "-qm", "Submodule")
    assert each.push("main").returncode == 0


@pytest.mark.parametrize("what", ["HEAD:data/prices.csv", "HEAD:data", "HEAD^{tree}"])
def test_a_tag_on_a_bare_file_or_folder_is_refused(each: Guarded, what: str) -> None:
    """It would show content without a path."""
    each.start()
    each.commit()
    each.git("tag", "bare", what)
    each.git("tag", "-am", "x", "around", "bare")
    refused(each, "bare", words="no commit")
    refused(each, "around", words="no commit")


def test_another_object_cannot_be_put_in_the_place_of_one(each: Guarded) -> None:
    """refs/replace is not looked through."""
    each.start()
    empty = each.git("rev-parse", "HEAD").strip()
    each.commit()
    head = each.git("rev-parse", "HEAD").strip()
    assert each.push(f"{empty}:refs/replace/{head}").returncode == 0
    refused(each, "main")


def test_five_hundred_refs_at_once(server: Guarded, show: Show) -> None:
    """One push of many refs is one question about one content."""
    show("2026-11-26T09:30")
    server.start()
    server.commit()
    names = [f"main:refs/heads/b{number}" for number in range(500)]
    done = server.push("--atomic", *names)
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(server.refs()) == 501
    assert [each["decision"] for each in server.asked] == ["allow"]


def test_without_the_guard_nothing_gets_in(each: Guarded) -> None:
    """The command is missing from the PATH: no, in clear words, and unguarded files still go."""
    each.start()
    each.configure(command="no-such-pubguard")
    each.commit("README.md", b"x")
    assert each.push("main").returncode == 0
    each.commit()
    refused(each, "main", words="the command 'no-such-pubguard' cannot be run")


def test_without_python_nothing_gets_in(each: Guarded) -> None:
    """The script itself says what is wrong."""
    each.start()
    each.configure(python="no-such-python")
    each.commit()
    done = each.push("main")
    assert done.returncode
    assert "see that pubguard.python is right" in done.stderr


def test_the_digest_is_of_the_bytes(server: Guarded) -> None:
    """Line ends, a missing last one and zero bytes count as they are."""
    server.start()
    body = b"a\r\nb\0\xff" + CONTENT * 100_000
    server.commit(PATH, body)
    refused(server, "main")
    assert server.asked[-1]["digests"] == {OUTPUT: "sha256:" + hashlib.sha256(body).hexdigest()}
