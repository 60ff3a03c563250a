"""Secrets are referred to in settings and kept elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from pubguard import secrets
from pubguard.errors import ConfigError


@pytest.mark.parametrize("text", ["hunter2", "", "env:", "file:", "ENV:X", " env:X"])
def test_what_may_be_the_secret_itself_is_refused(text: str) -> None:
    """Only env:NAME and file:PATH are taken, and the text is not repeated."""
    with pytest.raises(ValueError, match="must say where") as caught:
        secrets.check_reference(text)
    assert "hunter2" not in str(caught.value)


def test_a_variable_or_a_file_holds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable's value as it is; the file's without its last line break."""
    monkeypatch.setenv("SECRET", " a b ")
    assert secrets.reveal("env:SECRET", "/") == " a b "
    (tmp_path / "s").write_text(" a b \n")
    (tmp_path / "s").chmod(0o600)
    assert secrets.reveal("file:s", str(tmp_path)) == " a b "
    assert secrets.reveal(f"file:{tmp_path / 's'}", "/") == " a b "


@pytest.mark.parametrize("value", [None, ""])
def test_a_variable_without_a_value_is_told(
    value: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty password is a missing one."""
    monkeypatch.delenv("SECRET", raising=False)
    if value is not None:
        monkeypatch.setenv("SECRET", value)
    with pytest.raises(ConfigError, match="SECRET is not set"):
        secrets.reveal("env:SECRET", "/")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_a_file_that_others_can_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    """A secret that others can read is none."""
    (tmp_path / "s").write_text("hunter2")
    (tmp_path / "s").chmod(mode)
    with pytest.raises(ConfigError, match=f"mode {mode:o}") as caught:
        secrets.reveal("file:s", str(tmp_path))
    assert "chmod" in caught.value.remedy
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "told"), [(b"", "is empty"), (b"\n", "is empty"), (b"\xff", "UTF-8"), (None, "read")]
)
def test_a_file_without_a_secret_is_told(tmp_path: Path, body: bytes | None, told: str) -> None:
    """Missing, empty and unreadable files say so."""
    if body is not None:
        (tmp_path / "s").write_bytes(body)
        (tmp_path / "s").chmod(0o600)
    with pytest.raises(ConfigError, match=told):
        secrets.reveal("file:s", str(tmp_path))
