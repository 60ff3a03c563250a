"""Which paths hold which outputs: the mapping, and what nobody can do with it."""

from __future__ import annotations

import pytest

from tests.hooks.conftest import DIGEST, OUTPUT, RELEASE
from tests.hooks.gitrepo import MAPPING, Guarded, refused


@pytest.mark.parametrize("together", [True, False])
def test_taking_the_mapping_out_opens_nothing(each: Guarded, together: bool) -> None:
    """The old tree's entries count beside the new tree's, in one commit or in two."""
    each.start()
    each.write(".pubguard/outputs.toml", b'[[output]]\npath="x"\nrelease="x"\noutput="x"\n')
    if not together:
        each.git("commit", "-qm", "Mapping")
    each.commit()
    refused(each, "main")
    refused(each, "main:refs/heads/new")


def test_deleting_the_mapping_opens_nothing(each: Guarded) -> None:
    """A tree without the file has the entries of the one before."""
    each.start()
    each.git("rm", "-q", ".pubguard/outputs.toml")
    each.commit()
    refused(each, "main")
    each.git("checkout", "-q", "--orphan", "fresh")
    each.commit("x", b"x")
    refused(each, "fresh")


def test_the_server_s_own_mapping_cannot_be_pushed_away(each: Guarded) -> None:
    """`pubguard.mapping` counts whatever the trees say."""
    own = each.folder / "outputs.toml"
    own.write_text(MAPPING)
    each.configure(mapping=own)
    each.commit()
    refused(each, "main")
    own.unlink()
    refused(each, "main", words="cannot be read")


def test_without_a_mapping_nothing_gets_in(each: Guarded) -> None:
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
def test_a_mapping_that_cannot_be_read_is_refused(server: Guarded, text: str) -> None:
    """With what is wrong in it; nothing is guessed."""
    server.commit(".pubguard/outputs.toml", text.encode("latin-1"))
    refused(server, "main", words=".pubguard/outputs.toml")


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
def test_odd_paths_are_found(server: Guarded, glob: str, path: str) -> None:
    """Spaces, line breaks, letters of any kind, hyphens in front, bytes that are no text."""
    text = f"[[output]]\npath = '{glob}'\nrelease = '{RELEASE}'\noutput = '{OUTPUT}'\n"
    server.commit(".pubguard/outputs.toml", text.encode())
    assert server.push("main").returncode == 0
    server.commit(path)
    refused(server, "main")
    assert server.asked[-1]["digests"] == {OUTPUT: DIGEST}


@pytest.mark.parametrize("path", ["data/x/prices.csv", "xdata/prices.csv", "data/prices_csv"])
def test_a_star_stays_in_its_folder(server: Guarded, path: str) -> None:
    """What an entry does not name is not guarded."""
    text = f"[[output]]\npath = 'data/*.csv'\nrelease = '{RELEASE}'\noutput = '{OUTPUT}'\n"
    server.commit(".pubguard/outputs.toml", text.encode())
    server.commit(path)
    assert server.push("main").returncode == 0


def test_too_many_outputs_are_pushed_in_parts(server: Guarded) -> None:
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
