"""Key files."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pubguard import keys
from pubguard.errors import KeyFileError
from pubguard.log import note


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    keys.create_log_pair(tmp_path / "log.pem", "pubguard/example")
    return tmp_path / "log.pem"


def test_a_pair_can_be_loaded(pair: Path) -> None:
    """The private half signs, the public line verifies, under the log's name."""
    private, public = keys.load_log_pair(pair)
    assert public.name == "pubguard/example"
    assert note.open_note(note.sign("text\n", public.name, private), public) == "text\n"


def test_a_permit_pair_fits(tmp_path: Path) -> None:
    """The permit key's public half is a PEM that others can read."""
    private, public = keys.create_permit_pair(tmp_path / "permit.pem")
    keys.check_permit_pair(private)
    assert public.read_text().startswith("-----BEGIN PUBLIC KEY-----")
    assert stat.S_IMODE(private.stat().st_mode) == 0o600


def test_nothing_is_overwritten(pair: Path) -> None:
    """A second pair in the same place is refused and the first stays."""
    before = pair.read_bytes()
    with pytest.raises(KeyFileError, match="never overwritten"):
        keys.create_log_pair(pair, "pubguard/other")
    assert pair.read_bytes() == before


def test_half_a_pair_does_not_stay(tmp_path: Path) -> None:
    """If the public half cannot be written, the private one goes again."""
    (tmp_path / "log.pub").write_text("mine")
    with pytest.raises(KeyFileError):
        keys.create_log_pair(tmp_path / "log.pem", "pubguard/other")
    assert [path.name for path in tmp_path.iterdir()] == ["log.pub"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_can_read_is_refused(pair: Path, mode: int) -> None:
    """A private key is private or it is no key."""
    pair.chmod(mode)
    with pytest.raises(KeyFileError) as caught:
        keys.load_private(pair)
    assert "chmod" in caught.value.remedy


@pytest.mark.parametrize("body", [b"", b"\x00" * 99, b"-----BEGIN PRIVATE KEY-----\nAAAA\n"])
def test_what_is_no_key_is_refused(pair: Path, body: bytes) -> None:
    """Garbage in a key file is an error in words."""
    pair.write_bytes(body)
    with pytest.raises(KeyFileError) as caught:
        keys.load_private(pair)
    assert str(pair) in caught.value.message


def test_another_kind_of_key_is_refused(pair: Path) -> None:
    """Only Ed25519 signs here."""
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    other = X25519PrivateKey.generate().private_bytes(
        form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
    )
    pair.write_bytes(other)
    with pytest.raises(KeyFileError, match="not an Ed25519 key"):
        keys.load_private(pair)


def test_a_missing_key_is_told(tmp_path: Path) -> None:
    """The file that is not there is named, with what to do."""
    with pytest.raises(KeyFileError) as caught:
        keys.load_private(tmp_path / "log.pem")
    assert caught.value.exit_code == 4
    assert "backup" in caught.value.remedy


@given(some.text())
def test_any_organisation_has_an_origin(name: str) -> None:
    """The origin can always name a C2SP key."""
    assert note.key(keys.origin(name), bytes(32))
