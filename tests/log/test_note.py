"""Notes, checkpoints and proofs in their C2SP forms, against published examples."""

from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from pubguard.errors import KeyFileError, PubguardError, Refused
from pubguard.log import checkpoint, note, proof
from pubguard.log.checkpoint import Checkpoint
from pubguard.log.merkle import Tree, leaf_hash
from pubguard.testing.store_contract import event, prepare_at

# The published example of golang.org/x/mod/sumdb/note, from which signed-note was made.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SEED = b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
SIGNATURE = (
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)
NOTE = f"{TEXT}\n\u2014 PeterNeumann {SIGNATURE}\n"
# The example of c2sp.org/tlog-checkpoint.
CHECKPOINT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

PRIVATE = Ed25519PrivateKey.from_private_bytes(SEED)
KEY = note.parse_key(VKEY)
BODIES = [prepare_at(event(number, note="sealed"), number) for number in range(300)]
LEAVES = [leaf_hash(body) for body in BODIES]
TREE = Tree(300, [], lambda start, stop: LEAVES[start:stop])
SIGNED = Checkpoint("PeterNeumann", 300, TREE.root()).signed(PRIVATE)


def proof_of(index: int) -> str:
    return proof.Proof(BODIES[index], index, tuple(TREE.inclusion(index)), SIGNED).text()


def test_the_published_key_and_note_are_read():
    """The published key line parses and prints again, and opens the published note."""
    assert KEY.line() == VKEY
    assert note.open_note(NOTE, KEY) == TEXT


def test_signing_gives_the_published_note():
    """Ed25519 is deterministic: the published key signs the published bytes."""
    assert note.sign(TEXT, "PeterNeumann", PRIVATE) == NOTE


@pytest.mark.parametrize("at", range(len(VKEY)))
def test_a_changed_key_line_is_no_key(at):
    """A key line with one character changed, or cut anywhere, is refused."""
    for mangled in (VKEY[:at] + chr(ord(VKEY[at]) + 1) + VKEY[at + 1 :], VKEY[:at]):
        with pytest.raises(KeyFileError):
            note.parse_key(mangled)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\nb", "a\x00b"], ids=repr)
def test_a_name_that_a_note_cannot_carry_is_refused(name):
    """A key name is not empty and has no spaces, plus signs or control characters."""
    with pytest.raises(KeyFileError):
        note.key(name, KEY.public)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        TEXT,
        NOTE[:-1],
        NOTE.replace("answer", "Answer"),
        NOTE.replace("\u2014 ", "- "),
        NOTE.replace("PeterNeumann", "EnochRoot"),
        NOTE.replace("x08go", "x08gp"),
        NOTE.replace("answer", "ans\twer"),
        NOTE + "\u2014 PeterNeumann !!!\n",
        NOTE + "\u2014 PeterNeumann " + b64encode(KEY.id + bytes(64)).decode() + "\n",
        NOTE + "\n",
        TEXT + "\n" + NOTE.split("\n\n")[1] * 101,
    ],
    ids=range(12),
)
def test_a_note_that_is_not_quite_right_is_refused(bad):
    """A changed text, a wrong or missing signature and a malformed line are refused."""
    with pytest.raises(Refused):
        note.open_note(bad, KEY)


def test_other_keys_signatures_are_passed_over():
    """Signatures by unknown keys, of any algorithm, are ignored beside a good one."""
    other = note.sign(TEXT, "other", Ed25519PrivateKey.generate()).split("\n\n")[1]
    long = "\u2014 witness " + b64encode(b"12345678" * 400).decode() + "\n"
    assert note.open_note(NOTE + other + long, KEY) == TEXT
    with pytest.raises(Refused):
        note.open_note(TEXT + "\n" + other, KEY)


def test_the_published_checkpoint_is_read():
    """The example of tlog-checkpoint parses, and prints again byte for byte."""
    found = checkpoint.parse(CHECKPOINT)
    assert (found.origin, found.size) == ("example.com/behind-the-sofa", 20852163)
    assert found.text() == CHECKPOINT
    assert checkpoint.parse(CHECKPOINT + "an extension line\n") == found


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "a\n1\n",
        CHECKPOINT[:-1],
        CHECKPOINT.replace("20852163", "020852163"),
        CHECKPOINT.replace("20852163", "-1"),
        CHECKPOINT.replace("20852163", "\u0663"),
        CHECKPOINT.replace("20852163", "9" * 5000),
        CHECKPOINT.replace("CsUY", "Cs"),
        CHECKPOINT.replace("CsUY", "!!!!"),
        "\n" + CHECKPOINT,
        CHECKPOINT + "\n",
    ],
    ids=range(11),
)
def test_what_is_no_checkpoint_is_refused(bad):
    """Sizes with leading zeroes, short roots and missing or empty lines are refused."""
    with pytest.raises(Refused):
        checkpoint.parse(bad)


def test_a_checkpoint_of_another_log_is_refused():
    """A checkpoint counts only under the key whose name is its origin."""
    ours = Checkpoint("PeterNeumann", 1, bytes(32)).signed(PRIVATE)
    assert checkpoint.open_checkpoint(ours, KEY).size == 1
    theirs = note.sign(Checkpoint("other", 1, bytes(32)).text(), "PeterNeumann", PRIVATE)
    with pytest.raises(Refused, match="other"):
        checkpoint.open_checkpoint(theirs, KEY)


@pytest.mark.parametrize("index", [0, 1, 255, 256, 299])
def test_a_proof_proves_its_entry(index):
    """A proof in its text form verifies without the log and gives the entry."""
    entry, signed = proof.verify(proof_of(index), KEY)
    assert (entry.index, signed.size) == (index, 300)
    assert entry.event().data == event(index).data


def test_a_proof_is_written_as_tlog_proof_prescribes():
    """Header, extra, index, hashes, an empty line, and the checkpoint verbatim."""
    lines = proof_of(5).split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1] == "extra " + b64encode(BODIES[5]).decode()
    assert lines[2] == "index 5"
    hashes = lines[3 : lines.index("")]
    assert [b64decode(each) for each in hashes] == TREE.inclusion(5)
    assert "\n".join(lines[lines.index("") + 1 :]) == SIGNED


@given(st.data())
def test_no_changed_proof_holds(data):
    """A proof with any one character changed, removed or added is refused, or says the same."""
    text = proof_of(data.draw(st.sampled_from([0, 7, 299])))
    at = data.draw(st.integers(0, len(text) - 1))
    new = data.draw(st.sampled_from(["", "0", "A", "\n", " ", text[at] * 2, "\u2014"]))
    changed = text[:at] + new + text[at + 1 :]
    try:
        entry, _ = proof.verify(changed, KEY)
    except PubguardError:
        return
    assert BODIES[entry.index] == proof.parse(changed).entry


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tlog-proof@v1", "tlog-proof@v2"),
        ("index 7", "index 8"),
        ("index 7", "index 07"),
        ("index 7", "index -7"),
        ("index 7", "index " + "9" * 5000),
        ("extra ", "other "),
        ("\n\n", "\n"),
        ("\n\n", "\n" + b64encode(bytes(32)).decode() + "\n\n"),
        ("\n\n", "\nAAAA\n\n"),
    ],
)
def test_a_malformed_proof_is_refused(old, new):
    """A proof of another version, place or shape is refused with a message."""
    with pytest.raises(Refused):
        proof.verify(proof_of(7).replace(old, new, 1), KEY)
