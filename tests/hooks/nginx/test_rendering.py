from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pubguard.addresses import Unclear, canonical
from pubguard.edge.deciding import closed
from pubguard.protocols import Closing, EdgeList
from tests.hooks.nginx.conftest import BEFORE, HOST, SLOT, closing, get, when, written
from tests.servers.nginx import Nginx, server, status

HOSTILE = [
    *(
        '"',
        "'",
        ";",
        "{",
        "}",
        "$",
        "\\",
        "\n",
        "\r",
        "\t",
        "#",
        "~",
        "*",
        "^",
        "(",
        ")",
        "|",
        "[",
        "]",
    ),
    *(
        "$host",
        "${msec}",
        '" 0; default "',
        "~.*",
        "~*",
        "default",
        "hostnames",
        "include",
        "volatile",
    ),
    *(
        "include /etc/passwd;",
        "}\nserver { }",
        "\\x",
        "\\",
        "\\Q",
        "\\E",
        "(?",
        "(?1)",
        "{0}",
        "a" * 900,
    ),
    *(
        "\u0175",
        "w\u0302",
        "\xdf",
        "\u7d71",
        "\U0001f600",
        "\u200b",
        "\u202e",
        "%",
        "%41",
        "..",
        "...",
        "  ",
    ),
]
SEGMENTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(min_size=1, max_size=8),
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=3).map("".join),
)
LISTS = st.lists(
    st.builds(
        lambda parts, at, host: Closing(host, tuple(parts), at and when(at)),
        st.lists(SEGMENTS, max_size=4),
        st.sampled_from([None, SLOT, "2026-12-01T09:30", "1969-01-01T00:00", "2036-01-01T00:00"]),
        st.sampled_from([HOST, "[::1]", "a;b", "default", "x$y", "new.example"]),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(LISTS, st.booleans(), st.booleans())
def test_nothing_in_an_address_becomes_syntax(tmp_path_factory, found, sensitive, per_host) -> None:
    """Whatever stands in the addresses, `nginx -t` takes the file, and it says nothing new."""
    nginx = Nginx(tmp_path_factory.mktemp("t"), server(1))
    text = written(*found, case_sensitive=sensitive, per_host=per_host)
    nginx.map.write_text(text)
    tested = nginx.test()
    assert tested.returncode == 0, tested.stderr
    for line in text.splitlines():
        assert re.fullmatch(LINE, line), line


LINE = (
    r'#[^\n]*||\}|map_hash_\w+ \d+;|map ("[$\w]*"|\$\w+) \$pubguard_\w+ \{'
    r'|    (volatile; )?default ("?"?|\d+|\$\w+);|    "[^"]*" (""|[01]|\$\w+);'
)
"""Every line that can stand in the file: names, patterns and values in their places."""


def test_the_file_is_the_same_for_the_same_list_and_says_of_which_log() -> None:
    """Deterministic, with the log's size and root in its head."""
    text = written(closing("/a"), closing("/b/c", None))
    assert text == written(closing("/a"), closing("/b/c", None))
    assert "# log entries  7\n" in text
    assert f"# root         {'ab' * 32}\n" in text


def test_an_empty_list_closes_nothing(start) -> None:
    """The file is valid and every page is served."""
    assert status(start().ask(get("/releases/prices-october"))) == 200


PARTS = st.sampled_from(
    [
        *(
            "a",
            "B",
            "b",
            "a.html",
            "index.html",
            "x;y",
            "a.",
            "a%20",
            "%61",
            "..",
            ".",
            "",
            "a%2Fb",
        ),
        *("\u0175", "index.php", "c..", "%2e%2e", "w%CC%82", "a%25b", "default", "z~", "q%3Fr"),
        "%C0%AF",
    ]
)
PATHS = st.lists(PARTS, min_size=1, max_size=5).map(lambda parts: "/" + "/".join(parts))


def test_nginx_and_the_guard_agree_on_every_spelling(start) -> None:
    """Of many requests both say the same; nginx may close more of what is beyond ASCII."""
    found = [
        closing("/a"),
        closing("/b/a", None),
        closing("/x/B/index", SLOT),
        closing("/\u0175/z"),
    ]
    listed = EdgeList(tuple(found), (), 7, "")
    nginx = start(*found, now=BEFORE)
    now = when(BEFORE)
    seen = set()

    @settings(max_examples=400, deadline=None)
    @given(PATHS)
    def agree(path: str) -> None:
        target = quote(path, safe="/%;~")
        answer = status(nginx.ask(get(target)))
        if answer != 400:  # it leads out of the site
            shut = closed(listed, HOST, target, now)
            assert answer == 404 or not shut, target
            assert answer == 200 or shut or "%C" in target, target
            seen.add(answer)

    agree()
    assert seen == {200, 404}


@pytest.mark.parametrize(
    ("url", "segments"),
    [
        ("https://Statistics.Example/A/b", ("A", "b")),
        ("https://www.statistics.example:8443//A/./c/../b.html?x=1#y", ("A", "b")),
        ("https://statistics.example./A;x/b;y/", ("A", "b")),
        ("https://statistics.example/A/b/index.html", ("A", "b")),
        ("https://statistics.example/index.php/A/b", ("A", "b")),
        ("https://statistics.example/%41/b%20", ("A", "b")),
        ("https://statistics.example/A%2Fb.", ("A", "b")),
        ("https://statistics.example", ()),
        ("https://statistics.example/Index.htm", ()),
        ("https://statistics.example/w%CC%82", ("\u0175",)),
        ("https://statistics.example/A/b/%2e", ("A", "b")),
    ],
)
def test_one_address_in_many_spellings(url, segments) -> None:
    """What a calendar may write, and what it comes to."""
    found = canonical(url)
    assert (found.host, found.segments) == (HOST, segments)


UNCLEAR = [
    "/?p=123",
    "/a%2541",
    "/a%00",
    "/a/%5c",
    "/..",
    "/a/../../b",
    "/%C0%AF",
    "/a/..;/b",
    "/%2e%2e/",
]


@pytest.mark.parametrize("path", UNCLEAR)
def test_what_cannot_be_closed_by_itself_says_why(path) -> None:
    """The reason names no part of the address."""
    with pytest.raises(Unclear) as caught:
        canonical(f"https://{HOST}{path}")
    assert path not in str(caught.value)
    assert HOST not in str(caught.value)
