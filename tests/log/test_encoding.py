"""Entries are canonical JSON, frozen by a golden file."""

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from pubguard.errors import LogCorrupt, UsageError
from pubguard.events import KINDS, ChallengeFailed, ConfigChanged, Event
from pubguard.log import merkle
from pubguard.log.encoding import decode, decode_header, prepare

NOON = datetime(2026, 11, 26, 12, 0, 0, 5, tzinfo=UTC)
GOLDEN = Path(__file__).with_name("golden.jsonl")
KEYS = ["actor", "at", "data", "identity", "index", "kind", "release", "schema", "sealed", "via"]

text = st.text(st.characters(codec="utf-8"), max_size=20)
names = st.text(st.characters(codec="utf-8", max_codepoint=0xD7FF), max_size=10)
whole = st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1)
plain = st.recursive(
    st.none() | st.booleans() | whole | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


def settings(value: object) -> ConfigChanged:
    return ConfigChanged(settings={"x": value}, changed=("x",), rules={})


@given(plain, st.none() | text, st.none() | text, st.integers(0, 2**53 - 1), st.datetimes())
def test_an_entry_is_what_rfc_8785_prescribes(value, release, actor, index, at):
    """For any values the bytes equal those of the RFC 8785 reference, with all ten keys."""
    event = Event(at=at.replace(tzinfo=UTC), data=settings(value), release=release, actor=actor)
    body = prepare(event).at(index)
    document = msgspec.json.decode(body)
    assert body == rfc8785.dumps(document)
    assert sorted(document) == KEYS
    assert document["data"]["settings"] == {"x": value}


@given(plain, st.dictionaries(st.sampled_from(["reason", "url"]), text))
def test_an_event_survives_the_log(value, sealed):
    """What is decoded is the event that was encoded; sealed values are not in the bytes."""
    sealed["note"] = "a note to be sealed"
    event = Event(at=NOON, data=settings(value), release="r", actor="a", via="cli", sealed=sealed)
    prepared = prepare(event)
    entry = decode(prepared.at(3))
    assert entry.event(sealed) == event
    assert sorted(entry.sealed) == sorted(sealed)
    for each in prepared.sealed:
        assert sha256(each.salt + each.value.encode()).hexdigest() in entry.sealed.values()
    assert b"a note to be sealed" not in prepared.at(3)


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        1.0,
        -0.0,
        1e300,
        2**53,
        -(2**53),
        2**64,
        [{"deep": [2**60]}],
        [0.1],
        "\ud800",
        {"\U0001f600": 1},
        {"a": datetime(2026, 6, 1, 9, 30, tzinfo=timezone(timedelta(hours=1)))},
        pytest.param(object(), id="an object"),
    ],
    ids=repr,
)
def test_what_canonical_json_cannot_hold_is_refused(value):
    """Floats, integers from 2^53 on, lone surrogates, offsets and unknown types are refused."""
    with pytest.raises(UsageError):
        prepare(Event(at=NOON, data=settings(value)))


@pytest.mark.parametrize(
    "value",
    [
        "1.5",
        ":1.5,2.5",
        "9007199254740993",
        "2026-06-01T09:30:00+01:00",
        "\U0001f600",
        '"\\\x00\x1f\x7f\u2028\u00e9',
        2**53 - 1,
    ],
    ids=repr,
)
def test_text_that_only_looks_suspicious_is_taken(value):
    """Text that holds what would be refused as a value is kept as it is."""
    entry = decode(prepare(Event(at=NOON, data=settings(value))).at(0))
    assert entry.event().data.settings == {"x": value}


@pytest.mark.parametrize("field", ["release", "actor", "identity", "via"])
def test_a_lone_surrogate_is_refused_everywhere(field):
    """Text that is no Unicode is refused in every field, and as a sealed value."""
    with pytest.raises(UsageError):
        prepare(Event(at=NOON, data=settings(1), **{field: "\udcff"}))
    with pytest.raises(UsageError):
        prepare(Event(at=NOON, data=settings(1), sealed={"note": "\udcff"}))


def test_every_value_is_sealed_with_a_salt_of_its_own():
    """The same value sealed twice gives two digests."""
    event = Event(at=NOON, data=settings(1), sealed={"note": "yes", "reason": "yes"})
    first, second = prepare(event).sealed
    assert first.digest != second.digest
    assert len(first.salt) == 16


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b'{"index":0}', b"null"], ids=repr)
def test_bytes_that_are_no_entry_are_called_corrupt(body):
    """Anything but an entry is LogCorrupt, for the whole and for the header."""
    for read in (decode, decode_header):
        with pytest.raises(LogCorrupt):
            read(body)


def test_a_newer_format_and_an_unknown_kind_say_so():
    """An entry of a later format or kind is not guessed at."""
    body = prepare(Event(at=NOON, data=settings(1))).at(0)
    with pytest.raises(LogCorrupt, match="format 2"):
        decode(body.replace(b'"schema":1', b'"schema":2'))
    strange = decode(body.replace(b"config.changed", b"config.guessed"))
    with pytest.raises(LogCorrupt, match=r"config\.guessed"):
        strange.event()


def test_the_format_is_frozen():
    """The golden file, written once, is read and re-encoded to the same bytes and root."""
    *lines, root = GOLDEN.read_bytes().splitlines()
    growing = merkle.Growing()
    for index, line in enumerate(lines):
        entry = decode(line)
        event = entry.event()
        prepared = prepare(event)
        again = prepared.at(index)
        if not entry.sealed:
            assert again == line
        assert line == rfc8785.dumps(msgspec.json.decode(line))
        growing.add(merkle.leaf_hash(line))
    assert growing.root().hex() == root.decode()


def test_the_golden_file_has_every_kind_it_was_made_with():
    """The golden file's kinds are all still known."""
    kinds = {decode(line).kind for line in GOLDEN.read_bytes().splitlines()[:-1]}
    assert kinds <= set(KINDS)
    assert {"check.decided", "config.changed", "data.erased", "release.announced"} <= kinds
    assert ChallengeFailed.kind in kinds
